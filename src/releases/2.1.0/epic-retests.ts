import { fn, table } from '../define.js';
import type { Step } from '../release.js';

export const epicRetests: Step = {
  id: '2_1_0_epic_retests',
  release: '2.1.0',
  system: 'retests',
  title: 'finished epics are tested again',
  without: ['It is not on record whether a finished epic still holds'],
  file: '2.1.0/2_1_0_epic_retests.sql',
  labels: [],
  undo: { file: '2.1.0/undo/2_1_0_epic_retests.sql', relabels: [] },
  replaces: [],
  checks: [
    ...table('epic_retest_runs', {
      columns: {
        id: 'uuid not null default gen_random_uuid()',
        epic_id: 'integer not null',
        triggered_by_epic_id: 'integer',
        session_id: 'uuid',
        test_result: 'text not null',
        is_regression: 'boolean default false',
        execution_time_ms: 'integer',
        error_details: 'text',
        tests_run: 'integer default 0',
        tests_passed: 'integer default 0',
        tests_failed: 'integer default 0',
        selection_reason: 'text',
        created_at: 'timestamp with time zone not null default now()',
      },
      constraints: {
        epic_retest_runs_pkey: 'PRIMARY KEY (id)',
        epic_retest_runs_epic_id_fkey: 'FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE',
        epic_retest_runs_session_id_fkey: 'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL',
        epic_retest_runs_test_result_check:
          "CHECK ((test_result = ANY (ARRAY['passed'::text, 'failed'::text, 'skipped'::text, 'error'::text])))",
        epic_retest_runs_triggered_by_epic_id_fkey:
          'FOREIGN KEY (triggered_by_epic_id) REFERENCES epics(id) ON DELETE SET NULL',
      },
      indexes: {
        idx_epic_retest_runs_result: 'USING btree (test_result)',
        idx_epic_retest_runs_epic_id: 'USING btree (epic_id)',
        idx_epic_retest_runs_created_at: 'USING btree (created_at DESC)',
        idx_epic_retest_runs_regression: 'USING btree (is_regression) WHERE (is_regression = true)',
        idx_epic_retest_runs_session_id: 'USING btree (session_id)',
        idx_epic_retest_runs_triggered_by: 'USING btree (triggered_by_epic_id)',
      },
    }),
    ...table('epic_stability_metrics', {
      columns: {
        epic_id: 'integer not null',
        total_retests: 'integer not null default 0',
        passed_retests: 'integer not null default 0',
        failed_retests: 'integer not null default 0',
        regression_count: 'integer not null default 0',
        stability_score: 'numeric(3,2)',
        avg_execution_time_ms: 'integer',
        last_retest_at: 'timestamp with time zone',
        last_retest_result: 'text',
        last_regression_at: 'timestamp with time zone',
        last_regression_by_epic_id: 'integer',
        created_at: 'timestamp with time zone not null default now()',
        updated_at: 'timestamp with time zone not null default now()',
      },
      constraints: {
        epic_stability_metrics_pkey: 'PRIMARY KEY (epic_id)',
        epic_stability_metrics_epic_id_fkey: 'FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE',
        epic_stability_metrics_last_retest_result_check:
          "CHECK ((last_retest_result = ANY (ARRAY['passed'::text, 'failed'::text, 'skipped'::text, 'error'::text])))",
        epic_stability_metrics_last_regression_by_epic_id_fkey:
          'FOREIGN KEY (last_regression_by_epic_id) REFERENCES epics(id) ON DELETE SET NULL',
      },
      indexes: {
        idx_epic_stability_metrics_score: 'USING btree (stability_score)',
        idx_epic_stability_metrics_last_retest: 'USING btree (last_retest_at DESC)',
      },
    }),
    fn(
      'record_epic_retest',
      '(p_epic_id integer, p_triggered_by_epic_id integer, p_session_id uuid, p_test_result text, p_is_regression boolean, p_execution_time_ms integer DEFAULT NULL::integer, p_error_details text DEFAULT NULL::text, p_tests_run integer DEFAULT 0, p_tests_passed integer DEFAULT 0, p_tests_failed integer DEFAULT 0, p_selection_reason text DEFAULT NULL::text) returns uuid',
    ),
  ],
  probes: [
    {
      id: 'probe.epic_retests',
      title: 'A retest is recorded and counted',
      file: '2.1.0/probes/epic_retests.sql',
      needsLabels: false,
      needs: [],
    },
  ],
};
