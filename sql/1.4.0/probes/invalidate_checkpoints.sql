DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  invalidated_ones integer;
BEGIN
  PERFORM create_checkpoint(the_session, the_project, 'manual'), create_checkpoint(the_session, the_project, 'manual');
  invalidated_ones := invalidate_checkpoints(the_session, 'probe');
  ASSERT invalidated_ones = 2, format('invalidate_checkpoints returned %s for two checkpoints', invalidated_ones);
  ASSERT invalidate_checkpoints(the_session, 'probe') = 0, 'invalidate_checkpoints counted a checkpoint twice';
  ASSERT get_latest_resumable_checkpoint(the_session) IS NULL, 'get_latest_resumable_checkpoint returned an invalidated checkpoint';
  ASSERT NOT EXISTS (SELECT FROM v_resumable_checkpoints WHERE session_id = the_session), 'v_resumable_checkpoints shows an invalidated checkpoint';
END
$probe$;
