-- Takes checkpoints and recovery away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on it stands in the way.

DROP VIEW IF EXISTS v_checkpoint_recovery_history, v_resumable_checkpoints, v_latest_checkpoints;

DROP FUNCTION IF EXISTS
  create_checkpoint(uuid, uuid, varchar, integer, integer, integer, integer, jsonb, jsonb, integer[], integer[], integer[], jsonb, text[], varchar, text),
  start_checkpoint_recovery(uuid, varchar, uuid),
  complete_checkpoint_recovery(uuid, varchar, text, text, jsonb),
  invalidate_checkpoints(uuid, text),
  get_latest_resumable_checkpoint(uuid);

DROP TABLE IF EXISTS checkpoint_recoveries, session_checkpoints;
