-- As documented, a failed test of an epic keeps its session and so its project from being deleted, and an intervention that it led to.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  intervention uuid;
  test uuid;
  failure uuid;
BEGIN
  INSERT INTO epic_tests (epic_id, project_id, name) VALUES (the_epic, the_project, 'probe') RETURNING id INTO test;
  INSERT INTO epic_test_interventions (epic_id, session_id, failure_count) VALUES (the_epic, the_session, 1) RETURNING id INTO intervention;
  INSERT INTO epic_test_failures (epic_test_id, epic_id, session_id, intervention_id) VALUES (test, the_epic, the_session, intervention)
  RETURNING id INTO failure;
  DELETE FROM epic_test_interventions WHERE id = intervention;
  DELETE FROM sessions WHERE id = the_session;
  ASSERT EXISTS (SELECT FROM epic_test_failures WHERE id = failure AND session_id IS NULL AND intervention_id IS NULL),
         'the failure of a test did not outlive its session and its intervention';
  DELETE FROM projects WHERE id = the_project;
  ASSERT NOT EXISTS (SELECT FROM epic_test_failures WHERE id = failure), 'the failure of a test outlived its project';
END
$probe$;
