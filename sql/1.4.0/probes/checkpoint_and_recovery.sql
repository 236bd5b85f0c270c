DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_task integer := current_setting('yokeflow_upgrade.task');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  first_one uuid;
  second_one uuid;
  recovery uuid;
  stored record;
BEGIN
  first_one := create_checkpoint(the_session, the_project, 'task_completion', the_task, the_epic, 3, 1);
  second_one := create_checkpoint(the_session, the_project, 'manual');
  ASSERT (SELECT array_agg(checkpoint_number ORDER BY checkpoint_number) FROM session_checkpoints WHERE session_id = the_session) = '{1,2}',
         'create_checkpoint did not number the checkpoints of a session 1, 2';
  ASSERT (SELECT id FROM v_latest_checkpoints WHERE session_id = the_session) = second_one, 'v_latest_checkpoints does not show the newest checkpoint';
  ASSERT get_latest_resumable_checkpoint(the_session) = second_one, 'get_latest_resumable_checkpoint did not return the newest checkpoint';
  UPDATE sessions SET status = 'interrupted' WHERE id = the_session;
  ASSERT (SELECT count(*) FROM v_resumable_checkpoints WHERE session_id = the_session) = 2, 'v_resumable_checkpoints does not show both checkpoints';

  recovery := start_checkpoint_recovery(second_one, 'automatic', current_setting('yokeflow_upgrade.next_session')::uuid);
  SELECT * INTO stored FROM session_checkpoints WHERE id = second_one;
  ASSERT stored.recovery_count = 1 AND stored.last_resumed_at IS NOT NULL, 'start_checkpoint_recovery did not count the recovery on its checkpoint';
  ASSERT (SELECT recovery_status FROM checkpoint_recoveries WHERE id = recovery) = 'in_progress', 'a recovery did not begin in_progress';

  ASSERT complete_checkpoint_recovery(recovery, 'success', 'probe'), 'complete_checkpoint_recovery returned false for a recovery';
  SELECT * INTO stored FROM v_checkpoint_recovery_history WHERE id = recovery;
  ASSERT stored.recovery_status = 'success' AND stored.recovery_completed_at IS NOT NULL
         AND stored.original_session_number = 1 AND stored.new_session_number = 2,
         format('v_checkpoint_recovery_history says %s', to_jsonb(stored));
  ASSERT NOT complete_checkpoint_recovery(gen_random_uuid(), 'success'), 'complete_checkpoint_recovery returned true for an unknown recovery';
END
$probe$;
