-- Takes pausing and resuming away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on it stands in the way.
-- The labels of session_status stay: PostgreSQL cannot drop one.

DROP VIEW IF EXISTS v_intervention_history, v_active_interventions;

DROP FUNCTION IF EXISTS
  pause_session(uuid, uuid, text, varchar, jsonb, jsonb, integer, text),
  resume_session(uuid, varchar, text);

DROP TABLE IF EXISTS notification_preferences, intervention_actions, paused_sessions;
