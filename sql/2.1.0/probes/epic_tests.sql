DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  the_task integer := current_setting('yokeflow_upgrade.task');
  test uuid;
  stored record;
BEGIN
  UPDATE tasks SET done = false WHERE id = the_task;
  INSERT INTO epic_tests (epic_id, project_id, name, description, requirements, key_verification_points, depends_on_tasks)
  VALUES (the_epic, the_project, 'probe', 'probe', 'plain words', '["it works"]', ARRAY[the_task])
  RETURNING id INTO test;
  ASSERT (SELECT test_type FROM epic_tests WHERE id = test) = 'integration', 'a test of an epic is no integration test by default';

  SELECT * INTO stored FROM get_epic_test_requirements(the_epic) WHERE test_id = test;
  ASSERT stored.requirements = 'plain words' AND stored.name = 'probe' AND stored.depends_on_tasks = ARRAY[the_task],
         format('get_epic_test_requirements says %s', to_jsonb(stored));

  ASSERT NOT epic_test_dependencies_met(test), 'the test of an epic can be run before its task is done';
  ASSERT NOT (SELECT dependencies_met FROM v_epic_tests_status WHERE test_id = test), 'v_epic_tests_status shows a test as ready before its task is done';
  ASSERT NOT EXISTS (SELECT FROM v_runnable_epic_tests WHERE test_id = test), 'v_runnable_epic_tests shows a test before its task is done';
  UPDATE tasks SET done = true WHERE id = the_task;
  ASSERT epic_test_dependencies_met(test), 'the test of an epic cannot be run after its task is done';
  ASSERT EXISTS (SELECT FROM v_runnable_epic_tests WHERE test_id = test AND epic_id = the_epic AND project_id = the_project),
         'v_runnable_epic_tests does not show a test whose task is done';
  UPDATE epic_tests SET last_result = 'passed', last_execution = now(), pass_count = 1, execution_count = 1 WHERE id = test;
  ASSERT NOT EXISTS (SELECT FROM v_runnable_epic_tests WHERE test_id = test), 'v_runnable_epic_tests shows a test that has passed';
END
$probe$;
