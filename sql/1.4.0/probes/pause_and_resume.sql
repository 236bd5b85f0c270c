-- Twice: as released, the first resume failed, and with that mended the second one did.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_task integer := current_setting('yokeflow_upgrade.task');
  pause uuid;
  stored record;
  again integer;
BEGIN
  FOR again IN 1..2 LOOP
    pause := pause_session(the_session, the_project, 'probe', 'manual', '{"probe": true}', '{}', the_task, 'probe');
    ASSERT (SELECT status FROM sessions WHERE id = the_session)::text = 'paused', 'pause_session did not set the session to paused';
    ASSERT EXISTS (SELECT FROM v_active_interventions WHERE id = pause AND session_id = the_session), 'v_active_interventions does not show the pause';

    ASSERT resume_session(pause, 'probe', 'resumed by the probe'), 'resume_session returned false for an unresolved pause';
    ASSERT (SELECT status FROM sessions WHERE id = the_session)::text = 'resumed', 'resume_session did not set the session to resumed';
    SELECT * INTO stored FROM paused_sessions WHERE id = pause;
    ASSERT stored.resolved AND stored.resolved_at IS NOT NULL AND stored.resolved_by = 'probe' AND stored.resolution_notes = 'resumed by the probe',
           'resume_session did not record who resolved the pause, when and why';
    ASSERT EXISTS (SELECT FROM intervention_actions WHERE paused_session_id = pause AND action_type = 'resumed'
                      AND action_status = 'success' AND action_details::text LIKE '%probe%'), 'resume_session wrote no audit action';
    ASSERT EXISTS (SELECT FROM v_intervention_history WHERE id = pause AND array_length(actions_taken, 1) = 1),
           'v_intervention_history does not show the pause with its action';
    ASSERT NOT resume_session(pause, 'probe', NULL), 'resume_session returned true for a resolved pause';
  END LOOP;
  ASSERT NOT resume_session(gen_random_uuid()), 'resume_session returned true for an unknown pause';

  pause := pause_session(the_session, the_project, 'probe', 'manual');
  BEGIN
    PERFORM pause_session(the_session, the_project, 'probe', 'manual');
    RAISE EXCEPTION 'a session that is paused could be paused again' USING ERRCODE = 'assert_failure';
  EXCEPTION WHEN unique_violation THEN
    NULL;
  END;
END
$probe$;
