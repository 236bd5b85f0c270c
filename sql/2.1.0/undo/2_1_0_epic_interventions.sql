-- Takes interventions on failed epics away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on it stands in the way.
-- The label of session_status stays: PostgreSQL cannot drop one.

DROP VIEW IF EXISTS v_epic_intervention_history, v_active_epic_interventions;

DROP FUNCTION IF EXISTS resolve_epic_intervention(uuid, text);

DROP TABLE IF EXISTS epic_test_interventions;

ALTER TABLE projects DROP COLUMN IF EXISTS epic_testing_mode;
