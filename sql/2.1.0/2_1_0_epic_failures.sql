-- Why tests of epics failed: one table, three functions.
-- Converges from nothing, from half of it, and from 2.1.0 and 2.2.0 as documented (which cannot record a failure).

CREATE TABLE IF NOT EXISTS epic_test_failures ();
SELECT pg_temp.yokeflow_upgrade_ensure_columns('epic_test_failures', ARRAY[
  'id uuid NOT NULL DEFAULT gen_random_uuid()',
  'epic_test_id uuid NOT NULL',
  'epic_id integer NOT NULL',
  'session_id uuid',
  'intervention_id uuid',
  'error_message text',
  'full_error_log text',
  'execution_time_ms integer',
  'test_description text',
  'test_requirements jsonb',
  'verification_notes text',
  'failure_type varchar(50)',
  'failure_category varchar(50)',
  'is_flaky boolean DEFAULT false',
  'retry_attempt integer DEFAULT 1',
  'agent_diagnosis text',
  'attempted_fixes jsonb',
  'poor_test_quality_indicator boolean DEFAULT false',
  'implementation_gap_indicator boolean DEFAULT false',
  'files_modified jsonb',
  'environment_info jsonb',
  'created_at timestamptz DEFAULT now()']);

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_test_failures', 'epic_test_failures_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_test_failures', 'epic_test_failures_epic_test_id_fkey',
  'FOREIGN KEY (epic_test_id) REFERENCES epic_tests(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_test_failures', 'epic_test_failures_epic_id_fkey',
  'FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE');
-- As documented, these two have no action and keep a session and a project from being deleted. A failure outlives both.
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_test_failures', 'epic_test_failures_session_id_fkey',
  'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_test_failures', 'epic_test_failures_intervention_id_fkey',
  'FOREIGN KEY (intervention_id) REFERENCES epic_test_interventions(id) ON DELETE SET NULL');
SELECT pg_temp.yokeflow_upgrade_ensure_one_of('epic_test_failures', 'valid_failure_type', 'failure_type',
  '{test_quality,implementation,infrastructure,flaky,timeout,unknown}');
SELECT pg_temp.yokeflow_upgrade_ensure_one_of('epic_test_failures', 'valid_failure_category', 'failure_category',
  '{assertion,timeout,crash,network,dependency,other}');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_test_failures', 'valid_retry_attempt', 'CHECK ((retry_attempt >= 1))');

SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_failures', 'idx_epic_test_failures_test', 'USING btree (epic_test_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_failures', 'idx_epic_test_failures_epic', 'USING btree (epic_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_failures', 'idx_epic_test_failures_session', 'USING btree (session_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_failures', 'idx_epic_test_failures_type', 'USING btree (failure_type)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_failures', 'idx_epic_test_failures_created', 'USING btree (created_at DESC)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_failures', 'idx_epic_test_failures_flaky',
  'USING btree (is_flaky) WHERE (is_flaky = true)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_failures', 'idx_epic_test_failures_poor_quality',
  'USING btree (poor_test_quality_indicator) WHERE (poor_test_quality_indicator = true)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_test_failures', 'idx_epic_test_failures_impl_gap',
  'USING btree (implementation_gap_indicator) WHERE (implementation_gap_indicator = true)');

CREATE OR REPLACE FUNCTION record_epic_test_failure(
  p_epic_test_id uuid,
  p_session_id uuid,
  p_error_message text,
  p_full_error_log text DEFAULT NULL,
  p_execution_time_ms integer DEFAULT NULL,
  p_verification_notes text DEFAULT NULL,
  p_failure_type varchar DEFAULT 'unknown',
  p_failure_category varchar DEFAULT 'other',
  p_agent_diagnosis text DEFAULT NULL,
  p_attempted_fixes jsonb DEFAULT NULL,
  p_environment_info jsonb DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql AS $body$
DECLARE
  v_test record;
  v_id uuid;
BEGIN
  SELECT et.epic_id, COALESCE(et.description, et.name) AS description, et.requirements, COALESCE(et.pass_count, 0) > 0 AS has_passed
    INTO v_test FROM epic_tests et WHERE et.id = p_epic_test_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no epic test %', p_epic_test_id USING ERRCODE = 'foreign_key_violation';
  END IF;

  INSERT INTO epic_test_failures (
    epic_test_id, epic_id, session_id, error_message, full_error_log, execution_time_ms, test_description,
    -- Requirements are plain words. As documented they are read as JSON, which raises 22P02.
    test_requirements,
    verification_notes, failure_type, failure_category,
    -- What has passed before and fails now.
    is_flaky,
    retry_attempt, agent_diagnosis, attempted_fixes, environment_info)
  VALUES (
    p_epic_test_id, v_test.epic_id, p_session_id, p_error_message, p_full_error_log, p_execution_time_ms, v_test.description,
    to_jsonb(v_test.requirements),
    p_verification_notes, COALESCE(p_failure_type, 'unknown'), COALESCE(p_failure_category, 'other'),
    v_test.has_passed OR p_failure_type IS NOT DISTINCT FROM 'flaky',
    1 + (SELECT count(*)::integer FROM epic_test_failures f
          WHERE f.epic_test_id = p_epic_test_id AND f.session_id IS NOT DISTINCT FROM p_session_id),
    p_agent_diagnosis, p_attempted_fixes, p_environment_info)
  RETURNING id INTO v_id;
  RETURN v_id;
END
$body$;

CREATE OR REPLACE FUNCTION flag_poor_test_quality(p_failure_id uuid, p_reason text DEFAULT NULL)
RETURNS boolean LANGUAGE plpgsql AS $body$
BEGIN
  UPDATE epic_test_failures
     SET poor_test_quality_indicator = true,
         failure_type = 'test_quality',
         agent_diagnosis = NULLIF(concat_ws(E'\n', agent_diagnosis, p_reason), '')
   WHERE id = p_failure_id;
  RETURN FOUND;
END
$body$;

CREATE OR REPLACE FUNCTION flag_implementation_gap(p_failure_id uuid, p_reason text DEFAULT NULL)
RETURNS boolean LANGUAGE plpgsql AS $body$
BEGIN
  UPDATE epic_test_failures
     SET implementation_gap_indicator = true,
         failure_type = 'implementation',
         agent_diagnosis = NULLIF(concat_ws(E'\n', agent_diagnosis, p_reason), '')
   WHERE id = p_failure_id;
  RETURN FOUND;
END
$body$;
