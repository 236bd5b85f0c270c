-- Finished epics that are tested again: two tables, one function, four views.
-- Converges from nothing, from half of it, and from 2.1.0 and 2.2.0 as documented (which cannot make three of the views).

CREATE TABLE IF NOT EXISTS epic_retest_runs ();
SELECT pg_temp.yokeflow_upgrade_ensure_columns('epic_retest_runs', ARRAY[
  'id uuid NOT NULL DEFAULT gen_random_uuid()',
  'epic_id integer NOT NULL',
  'triggered_by_epic_id integer',
  'session_id uuid',
  'test_result text NOT NULL',
  'is_regression boolean DEFAULT false',
  'execution_time_ms integer',
  'error_details text',
  'tests_run integer DEFAULT 0',
  'tests_passed integer DEFAULT 0',
  'tests_failed integer DEFAULT 0',
  'selection_reason text',
  'created_at timestamptz NOT NULL DEFAULT now()']);

CREATE TABLE IF NOT EXISTS epic_stability_metrics ();
SELECT pg_temp.yokeflow_upgrade_ensure_columns('epic_stability_metrics', ARRAY[
  'epic_id integer NOT NULL',
  'total_retests integer NOT NULL DEFAULT 0',
  'passed_retests integer NOT NULL DEFAULT 0',
  'failed_retests integer NOT NULL DEFAULT 0',
  'regression_count integer NOT NULL DEFAULT 0',
  'stability_score numeric(3,2)',
  'avg_execution_time_ms integer',
  'last_retest_at timestamptz',
  'last_retest_result text',
  'last_regression_at timestamptz',
  'last_regression_by_epic_id integer',
  'created_at timestamptz NOT NULL DEFAULT now()',
  'updated_at timestamptz NOT NULL DEFAULT now()']);

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_retest_runs', 'epic_retest_runs_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_retest_runs', 'epic_retest_runs_epic_id_fkey',
  'FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_retest_runs', 'epic_retest_runs_triggered_by_epic_id_fkey',
  'FOREIGN KEY (triggered_by_epic_id) REFERENCES epics(id) ON DELETE SET NULL');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_retest_runs', 'epic_retest_runs_session_id_fkey',
  'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_retest_runs', 'epic_retest_runs_test_result_check',
  'CHECK ((test_result = ANY (ARRAY[''passed''::text, ''failed''::text, ''skipped''::text, ''error''::text])))');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_stability_metrics', 'epic_stability_metrics_pkey', 'PRIMARY KEY (epic_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_stability_metrics', 'epic_stability_metrics_epic_id_fkey',
  'FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_stability_metrics', 'epic_stability_metrics_last_regression_by_epic_id_fkey',
  'FOREIGN KEY (last_regression_by_epic_id) REFERENCES epics(id) ON DELETE SET NULL');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_stability_metrics', 'epic_stability_metrics_last_retest_result_check',
  'CHECK ((last_retest_result = ANY (ARRAY[''passed''::text, ''failed''::text, ''skipped''::text, ''error''::text])))');

SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_retest_runs', 'idx_epic_retest_runs_epic_id', 'USING btree (epic_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_retest_runs', 'idx_epic_retest_runs_triggered_by', 'USING btree (triggered_by_epic_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_retest_runs', 'idx_epic_retest_runs_session_id', 'USING btree (session_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_retest_runs', 'idx_epic_retest_runs_result', 'USING btree (test_result)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_retest_runs', 'idx_epic_retest_runs_created_at', 'USING btree (created_at DESC)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_retest_runs', 'idx_epic_retest_runs_regression',
  'USING btree (is_regression) WHERE (is_regression = true)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_stability_metrics', 'idx_epic_stability_metrics_score', 'USING btree (stability_score)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_stability_metrics', 'idx_epic_stability_metrics_last_retest', 'USING btree (last_retest_at DESC)');

CREATE OR REPLACE FUNCTION record_epic_retest(
  p_epic_id integer,
  p_triggered_by_epic_id integer,
  p_session_id uuid,
  p_test_result text,
  p_is_regression boolean,
  p_execution_time_ms integer DEFAULT NULL,
  p_error_details text DEFAULT NULL,
  p_tests_run integer DEFAULT 0,
  p_tests_passed integer DEFAULT 0,
  p_tests_failed integer DEFAULT 0,
  p_selection_reason text DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql AS $body$
DECLARE
  v_id uuid;
BEGIN
  -- The epic's row is the queue of callers at once, so that none counts without the other's run.
  PERFORM FROM epics WHERE id = p_epic_id FOR NO KEY UPDATE;
  INSERT INTO epic_retest_runs (epic_id, triggered_by_epic_id, session_id, test_result, is_regression, execution_time_ms,
                                error_details, tests_run, tests_passed, tests_failed, selection_reason)
  VALUES (p_epic_id, p_triggered_by_epic_id, p_session_id, p_test_result, COALESCE(p_is_regression, false), p_execution_time_ms,
          p_error_details, p_tests_run, p_tests_passed, p_tests_failed, p_selection_reason)
  RETURNING id INTO v_id;

  INSERT INTO epic_stability_metrics AS m (epic_id, total_retests, passed_retests, failed_retests, regression_count, last_retest_at,
                                           last_retest_result, last_regression_at, last_regression_by_epic_id)
  VALUES (p_epic_id, 1, (p_test_result = 'passed')::integer, (p_test_result IN ('failed', 'error'))::integer,
          COALESCE(p_is_regression, false)::integer, now(), p_test_result,
          CASE WHEN p_is_regression THEN now() END, CASE WHEN p_is_regression THEN p_triggered_by_epic_id END)
  ON CONFLICT (epic_id) DO UPDATE
     SET total_retests = m.total_retests + 1,
         passed_retests = m.passed_retests + EXCLUDED.passed_retests,
         failed_retests = m.failed_retests + EXCLUDED.failed_retests,
         regression_count = m.regression_count + EXCLUDED.regression_count,
         last_retest_at = EXCLUDED.last_retest_at,
         last_retest_result = EXCLUDED.last_retest_result,
         last_regression_at = COALESCE(EXCLUDED.last_regression_at, m.last_regression_at),
         last_regression_by_epic_id = CASE WHEN p_is_regression THEN p_triggered_by_epic_id ELSE m.last_regression_by_epic_id END,
         updated_at = now();

  -- A run that was skipped says nothing of how stable the epic is.
  UPDATE epic_stability_metrics
     SET stability_score = round(passed_retests::numeric / NULLIF(passed_retests + failed_retests, 0), 2),
         avg_execution_time_ms = (SELECT round(avg(r.execution_time_ms))::integer FROM epic_retest_runs r WHERE r.epic_id = p_epic_id)
   WHERE epic_id = p_epic_id;
  RETURN v_id;
END
$body$;
