-- A failed epic of a strict project: its session is blocked, a person is called, looks into it and lets it go on.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  intervention uuid;
  stored record;
BEGIN
  UPDATE projects SET epic_testing_mode = 'strict' WHERE id = the_project;
  ASSERT (SELECT p.epic_testing_mode FROM epics e JOIN projects p ON p.id = e.project_id WHERE e.id = the_epic) = 'strict',
         'a project does not keep how it tests its epics';
  INSERT INTO epic_test_interventions (epic_id, session_id, failure_count, blocked)
  VALUES (the_epic, the_session, 3, true)
  RETURNING id INTO intervention;
  UPDATE sessions SET status = 'blocked' WHERE id = the_session;
  ASSERT (SELECT status FROM sessions WHERE id = the_session)::text = 'blocked', 'a session was not blocked';

  SELECT * INTO stored FROM v_active_epic_interventions WHERE intervention_id = intervention;
  ASSERT stored.epic_id = the_epic AND stored.failure_count = 3 AND stored.session_number = 1 AND stored.minutes_blocked >= 0
         AND stored.minutes_blocked < 60, format('v_active_epic_interventions says %s', to_jsonb(stored));

  ASSERT resolve_epic_intervention(intervention, 'probe'), 'resolve_epic_intervention returned false for an active intervention';
  ASSERT (SELECT resolved_at IS NOT NULL AND resolution_notes = 'probe' FROM epic_test_interventions WHERE id = intervention),
         'resolve_epic_intervention did not record when and how';
  ASSERT NOT EXISTS (SELECT FROM v_active_epic_interventions WHERE intervention_id = intervention),
         'v_active_epic_interventions shows an intervention that is resolved';
  ASSERT NOT resolve_epic_intervention(intervention, 'probe'), 'resolve_epic_intervention returned true for a resolved one';

  SELECT h.* INTO stored FROM v_epic_intervention_history h JOIN projects p ON p.name = h.project_name
   WHERE p.id = the_project;
  ASSERT stored.intervention_count = 1 AND stored.times_blocked = 1 AND stored.avg_failure_count = 3 AND stored.last_intervention IS NOT NULL,
         format('v_epic_intervention_history says %s', to_jsonb(stored));
END
$probe$;
