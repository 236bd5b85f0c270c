DO $probe$
DECLARE
  the_task integer := current_setting('yokeflow_upgrade.task');
  stored record;
BEGIN
  UPDATE tasks SET needs_review = true, review_reason = 'probe', verification_attempts = 0 WHERE id = the_task;
  ASSERT mark_task_verified(the_task, current_setting('yokeflow_upgrade.session')::uuid), 'mark_task_verified returned false for a task';
  SELECT * INTO stored FROM tasks WHERE id = the_task;
  ASSERT stored.verified AND stored.verified_at IS NOT NULL, 'mark_task_verified did not mark the task';
  ASSERT stored.needs_review IS NOT TRUE, 'a task that is verified still needs a review';
  ASSERT NOT mark_task_verified(-2147483648), 'mark_task_verified returned true for an unknown task';
END
$probe$;
