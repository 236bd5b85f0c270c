-- An epic whose tests fail blocks its session, or does not, as its project wants it: one column, one table, one function, two views.
-- Converges from nothing, from half of it, and from 2.1.0 and 2.2.0 as documented.

-- As documented, a stray comment swallows this column: whoever closes the last task of an epic with a failed test gets 42703.
SELECT pg_temp.yokeflow_upgrade_ensure_columns('projects', ARRAY['epic_testing_mode varchar(20) DEFAULT ''autonomous''']);
SELECT pg_temp.yokeflow_upgrade_ensure_one_of('projects', 'projects_epic_testing_mode_check', 'epic_testing_mode', '{strict,autonomous}');

CREATE TABLE IF NOT EXISTS epic_test_interventions ();
SELECT pg_temp.yokeflow_upgrade_ensure_columns('epic_test_interventions', ARRAY[
  'id uuid NOT NULL DEFAULT gen_random_uuid()',
  'epic_id integer',
  'session_id uuid',
  'failure_count integer NOT NULL',
  'blocked boolean NOT NULL DEFAULT false',
  'notification_sent boolean DEFAULT false',
  'checkpoint_id uuid',
  'resolution_notes text',
  'resolved_at timestamp',
  'created_at timestamp DEFAULT CURRENT_TIMESTAMP',
  'updated_at timestamp DEFAULT CURRENT_TIMESTAMP']);

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_test_interventions', 'epic_test_interventions_pkey', 'PRIMARY KEY (id)');
-- As documented, these two have no action and keep an epic, a session and a project from being deleted.
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_test_interventions', 'epic_test_interventions_epic_id_fkey',
  'FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_test_interventions', 'epic_test_interventions_session_id_fkey',
  'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL');

SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_interventions', 'idx_epic_interventions_session', 'USING btree (session_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_interventions', 'idx_epic_interventions_active',
  'USING btree (epic_id, blocked) WHERE ((blocked = true) AND (resolved_at IS NULL))');

CREATE OR REPLACE FUNCTION resolve_epic_intervention(p_intervention_id uuid, p_resolution_notes text)
RETURNS boolean LANGUAGE plpgsql AS $body$
BEGIN
  UPDATE epic_test_interventions
     SET blocked = false,
         resolved_at = CURRENT_TIMESTAMP,
         resolution_notes = p_resolution_notes,
         updated_at = CURRENT_TIMESTAMP
   WHERE id = p_intervention_id AND resolved_at IS NULL;
  RETURN FOUND;
END
$body$;

-- On PostgreSQL 13 the documented view has a column of another type (EXTRACT gave double precision), which
-- CREATE OR REPLACE cannot change.
DO $step$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(format('%I.v_active_epic_interventions', current_schema()))
                AND attname = 'minutes_blocked' AND atttypid <> 'numeric'::regtype) THEN
    EXECUTE format('DROP VIEW %I.v_active_epic_interventions', current_schema());
  END IF;
END
$step$;
CREATE OR REPLACE VIEW v_active_epic_interventions AS
SELECT i.id AS intervention_id,
       i.epic_id,
       e.name AS epic_name,
       p.name AS project_name,
       s.session_number,
       i.failure_count,
       i.blocked,
       i.notification_sent,
       i.created_at,
       EXTRACT(EPOCH FROM CURRENT_TIMESTAMP::timestamp - i.created_at)::numeric / 60 AS minutes_blocked
  FROM epic_test_interventions i
  JOIN epics e ON e.id = i.epic_id
  JOIN projects p ON p.id = e.project_id
  LEFT JOIN sessions s ON s.id = i.session_id
 WHERE i.blocked AND i.resolved_at IS NULL
 ORDER BY i.created_at DESC;

CREATE OR REPLACE VIEW v_epic_intervention_history AS
SELECT p.name AS project_name,
       e.name AS epic_name,
       count(*) AS intervention_count,
       -- One that is resolved blocks no more, and did.
       count(*) FILTER (WHERE i.blocked OR i.resolved_at IS NOT NULL) AS times_blocked,
       avg(i.failure_count) AS avg_failure_count,
       max(i.created_at) AS last_intervention,
       count(*) FILTER (WHERE i.notification_sent) AS notifications_sent
  FROM epic_test_interventions i
  JOIN epics e ON e.id = i.epic_id
  JOIN projects p ON p.id = e.project_id
 GROUP BY p.id, e.id
 ORDER BY max(i.created_at) DESC;
