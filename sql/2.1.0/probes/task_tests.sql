-- YokeFlow's agent sends null for the type of a test that it makes without one.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_task integer := current_setting('yokeflow_upgrade.task');
  stored record;
BEGIN
  INSERT INTO task_tests (id, task_id, project_id, category, description)
  VALUES (-11, the_task, the_project, 'functional', 'probe');
  SELECT * INTO stored FROM task_tests WHERE id = -11;
  ASSERT stored.test_type = 'unit' AND stored.passes IS FALSE AND stored.retry_count = 0 AND stored.steps = '[]',
         format('a test that says nothing else is stored as %s', to_jsonb(stored));

  INSERT INTO task_tests (id, task_id, project_id, category, test_type, description, requirements, success_criteria, steps)
  VALUES (-12, the_task, the_project, 'style', NULL, 'probe', 'plain words', 'it works', '["open it"]');
  SELECT * INTO stored FROM get_task_test_requirements(the_task) WHERE test_id = -12;
  ASSERT stored.requirements = 'plain words' AND stored.success_criteria = 'it works' AND stored.test_type IS NULL
         AND stored.steps = '["open it"]', format('get_task_test_requirements says %s', to_jsonb(stored));
  ASSERT (SELECT count(*) FROM get_task_test_requirements(the_task)) = 2, 'get_task_test_requirements does not return both tests of a task';

  UPDATE task_tests SET passes = true, verified_at = now(), last_result = 'passed', last_execution = now(), execution_time_ms = 5 WHERE id = -11;
  ASSERT EXISTS (SELECT FROM task_tests WHERE id = -11 AND passes AND last_result = 'passed'), 'the result of a test was not stored';
END
$probe$;
