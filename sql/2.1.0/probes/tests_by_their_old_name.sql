-- As 1.x's code does it, and 2.x's own where it rolls a project back.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_task integer := current_setting('yokeflow_upgrade.task');
  stored record;
BEGIN
  INSERT INTO tests (id, task_id, project_id, category, description, steps)
  VALUES (-11, the_task, the_project, 'functional', 'probe', '["open it"]')
  RETURNING * INTO stored;
  ASSERT stored.id = -11 AND stored.passes IS FALSE AND stored.created_at IS NOT NULL AND stored.result = '{}',
         format('a test that is stored by the old name becomes %s', to_jsonb(stored));
  UPDATE tests SET passes = true, verified_at = now(), session_id = current_setting('yokeflow_upgrade.session')::uuid, result = '{"probe": 1}' WHERE id = -11;
  ASSERT EXISTS (SELECT FROM task_tests WHERE id = -11 AND task_id = the_task AND passes AND test_type IS NOT NULL AND result = '{"probe": 1}'),
         'a test that is stored and changed by its old name is not in task_tests';
  DELETE FROM tests WHERE task_id = the_task;
  ASSERT NOT EXISTS (SELECT FROM task_tests WHERE id = -11), 'a test that is deleted by its old name is still in task_tests';
END
$probe$;
