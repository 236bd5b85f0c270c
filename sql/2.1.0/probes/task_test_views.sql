DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  the_task integer := current_setting('yokeflow_upgrade.task');
  test uuid;
  stored record;
BEGIN
  INSERT INTO task_tests (id, task_id, project_id, category, test_type, description, passes)
  VALUES (-11, the_task, the_project, 'functional', 'api', 'probe', true),
         (-12, the_task, the_project, 'style', 'unit', 'probe', false);
  INSERT INTO epic_tests (epic_id, project_id, name, last_result) VALUES (the_epic, the_project, 'probe', 'passed') RETURNING id INTO test;

  SELECT * INTO stored FROM v_task_tests WHERE id = -11;
  ASSERT stored.epic_id = the_epic AND stored.test_type = 'api' AND stored.task_name = (SELECT description FROM tasks WHERE id = the_task),
         format('v_task_tests says %s', to_jsonb(stored));
  ASSERT EXISTS (SELECT FROM v_test_requirements WHERE test_level = 'task' AND id = '-11' AND parent_id = the_task::text AND passes)
         AND EXISTS (SELECT FROM v_test_requirements WHERE test_level = 'epic' AND id = test::text AND parent_id = the_epic::text AND passes),
         'v_test_requirements does not show a test of a task and one of an epic';
  SELECT * INTO stored FROM v_progress WHERE project_id = the_project;
  ASSERT stored.total_task_tests = 2 AND stored.passing_task_tests = 1 AND stored.total_epic_tests = 1 AND stored.passing_epic_tests = 1
         AND stored.total_epics = 1 AND stored.total_tasks = 1, format('v_progress says %s', to_jsonb(stored));
END
$probe$;
