-- Resetting a project and cancelling an initialisation delete what pauses, checkpoints and recoveries point to.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_next_session uuid := current_setting('yokeflow_upgrade.next_session');
  the_task integer := current_setting('yokeflow_upgrade.task');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  checkpoint uuid;
BEGIN
  INSERT INTO paused_sessions (session_id, project_id, pause_reason, pause_type, current_task_id)
  VALUES (the_session, the_project, 'probe', 'manual', the_task);
  checkpoint := create_checkpoint(the_session, the_project, 'manual', the_task, the_epic);
  PERFORM start_checkpoint_recovery(checkpoint, 'manual', the_next_session);

  DELETE FROM sessions WHERE id = the_next_session;
  ASSERT EXISTS (SELECT FROM checkpoint_recoveries WHERE checkpoint_id = checkpoint AND new_session_id IS NULL),
         'a recovery did not outlive the session that it began';
  DELETE FROM tasks WHERE id = the_task;
  DELETE FROM epics WHERE id = the_epic;
  ASSERT EXISTS (SELECT FROM session_checkpoints WHERE id = checkpoint AND current_task_id IS NULL AND current_epic_id IS NULL),
         'a checkpoint did not outlive its task and epic';
  ASSERT EXISTS (SELECT FROM paused_sessions WHERE session_id = the_session AND current_task_id IS NULL),
         'a pause did not outlive its task';
  DELETE FROM sessions WHERE id = the_session;
  ASSERT NOT EXISTS (SELECT FROM session_checkpoints WHERE id = checkpoint), 'a checkpoint outlived its session';
  DELETE FROM projects WHERE id = the_project;
END
$probe$;
