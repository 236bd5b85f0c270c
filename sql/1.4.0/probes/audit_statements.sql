-- YokeFlow passes the status once and uses it twice, as the column's value and in a list of literals.
DO $probe$
DECLARE
  pause uuid;
BEGIN
  INSERT INTO paused_sessions (session_id, project_id, pause_reason, pause_type)
  VALUES (current_setting('yokeflow_upgrade.session')::uuid, current_setting('yokeflow_upgrade.project')::uuid, 'probe', 'manual')
  RETURNING id INTO pause;

  EXECUTE 'PREPARE yokeflow_upgrade_insert AS
    INSERT INTO intervention_actions (paused_session_id, action_type, action_status, action_details, completed_at)
    VALUES ($1, $2, $3, $4, CASE WHEN $3 IN (''success'', ''failed'') THEN now() END)';
  EXECUTE format('EXECUTE yokeflow_upgrade_insert(%L, %L, %L, %L)', pause, 'notification_sent', 'pending', '{}');
  DEALLOCATE yokeflow_upgrade_insert;

  EXECUTE 'PREPARE yokeflow_upgrade_update AS
    UPDATE intervention_actions
       SET action_status = $2, completed_at = CASE WHEN $2 IN (''success'', ''failed'') THEN now() ELSE completed_at END
     WHERE paused_session_id = $1';
  EXECUTE format('EXECUTE yokeflow_upgrade_update(%L, %L)', pause, 'success');
  DEALLOCATE yokeflow_upgrade_update;

  ASSERT (SELECT completed_at FROM intervention_actions WHERE paused_session_id = pause) IS NOT NULL,
         'the audit statements stored no time of completion';
  ASSERT (SELECT notifications_sent FROM v_active_interventions WHERE id = pause) = 1,
         'v_active_interventions does not count the notification';
END
$probe$;
