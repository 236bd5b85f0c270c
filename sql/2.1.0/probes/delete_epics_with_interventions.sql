-- As documented, an intervention keeps its epic, its session and so its project from being deleted.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  intervention uuid;
BEGIN
  INSERT INTO epic_test_interventions (epic_id, session_id, failure_count) VALUES (the_epic, the_session, 1) RETURNING id INTO intervention;
  DELETE FROM sessions WHERE id = the_session;
  ASSERT EXISTS (SELECT FROM epic_test_interventions WHERE id = intervention AND session_id IS NULL),
         'an intervention did not outlive its session';
  DELETE FROM epics WHERE id = the_epic;
  ASSERT NOT EXISTS (SELECT FROM epic_test_interventions WHERE id = intervention), 'an intervention outlived its epic';
  DELETE FROM projects WHERE id = the_project;
END
$probe$;
