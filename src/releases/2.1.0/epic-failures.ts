import { fn, oneOf, table } from '../define.js';
import type { Expectation } from '../../catalog/expectation.js';
import type { Step } from '../release.js';

/** As released, the function reads plain words into a jsonb. Whatever makes JSON of them has mended it. */
const keepsPlainWords: Expectation = {
  kind: 'body',
  function: 'record_epic_test_failure',
  forbids: /^(?![\s\S]*(?:to_jsonb?|jsonb?_build_\w+)\s*\()/i,
  because: 'reads epic_tests.requirements, which is plain words, as JSON',
  evidence: false,
  defect: 'YF822',
};

export const epicFailures: Step = {
  id: '2_1_0_epic_failures',
  release: '2.1.0',
  system: 'tests of epics',
  title: 'why tests of epics failed',
  without: ['It is not on record why the test of an epic failed'],
  file: '2.1.0/2_1_0_epic_failures.sql',
  labels: [],
  undo: { file: '2.1.0/undo/2_1_0_epic_failures.sql', relabels: [] },
  replaces: [],
  checks: [
    ...table(
      'epic_test_failures',
      {
        columns: {
          id: 'uuid not null default gen_random_uuid()',
          epic_test_id: 'uuid not null',
          epic_id: 'integer not null',
          session_id: 'uuid',
          intervention_id: 'uuid',
          error_message: 'text',
          full_error_log: 'text',
          execution_time_ms: 'integer',
          test_description: 'text',
          test_requirements: 'jsonb',
          verification_notes: 'text',
          failure_type: 'character varying(50)',
          failure_category: 'character varying(50)',
          is_flaky: 'boolean default false',
          retry_attempt: 'integer default 1',
          agent_diagnosis: 'text',
          attempted_fixes: 'jsonb',
          poor_test_quality_indicator: 'boolean default false',
          implementation_gap_indicator: 'boolean default false',
          files_modified: 'jsonb',
          environment_info: 'jsonb',
          created_at: 'timestamp with time zone default now()',
        },
        constraints: {
          valid_failure_type: oneOf(
            'failure_type',
            'test_quality',
            'implementation',
            'infrastructure',
            'flaky',
            'timeout',
            'unknown',
          ),
          valid_retry_attempt: 'CHECK ((retry_attempt >= 1))',
          valid_failure_category: oneOf(
            'failure_category',
            'assertion',
            'timeout',
            'crash',
            'network',
            'dependency',
            'other',
          ),
          epic_test_failures_pkey: 'PRIMARY KEY (id)',
          epic_test_failures_epic_id_fkey: 'FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE',
          epic_test_failures_session_id_fkey: 'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL',
          epic_test_failures_epic_test_id_fkey:
            'FOREIGN KEY (epic_test_id) REFERENCES epic_tests(id) ON DELETE CASCADE',
          epic_test_failures_intervention_id_fkey:
            'FOREIGN KEY (intervention_id) REFERENCES epic_test_interventions(id) ON DELETE SET NULL',
        },
        indexes: {
          idx_epic_test_failures_epic: 'USING btree (epic_id)',
          idx_epic_test_failures_test: 'USING btree (epic_test_id)',
          idx_epic_test_failures_type: 'USING btree (failure_type)',
          idx_epic_test_failures_flaky: 'USING btree (is_flaky) WHERE (is_flaky = true)',
          idx_epic_test_failures_created: 'USING btree (created_at DESC)',
          idx_epic_test_failures_session: 'USING btree (session_id)',
          idx_epic_test_failures_impl_gap:
            'USING btree (implementation_gap_indicator) WHERE (implementation_gap_indicator = true)',
          idx_epic_test_failures_poor_quality:
            'USING btree (poor_test_quality_indicator) WHERE (poor_test_quality_indicator = true)',
        },
      },
      { epic_test_failures_session_id_fkey: 'YF828', epic_test_failures_intervention_id_fkey: 'YF828' },
    ),
    fn(
      'record_epic_test_failure',
      "(p_epic_test_id uuid, p_session_id uuid, p_error_message text, p_full_error_log text DEFAULT NULL::text, p_execution_time_ms integer DEFAULT NULL::integer, p_verification_notes text DEFAULT NULL::text, p_failure_type character varying DEFAULT 'unknown'::character varying, p_failure_category character varying DEFAULT 'other'::character varying, p_agent_diagnosis text DEFAULT NULL::text, p_attempted_fixes jsonb DEFAULT NULL::jsonb, p_environment_info jsonb DEFAULT NULL::jsonb) returns uuid",
      { also: [keepsPlainWords] },
    ),
    fn('flag_poor_test_quality', '(p_failure_id uuid, p_reason text DEFAULT NULL::text) returns boolean'),
    fn('flag_implementation_gap', '(p_failure_id uuid, p_reason text DEFAULT NULL::text) returns boolean'),
  ],
  probes: [
    {
      id: 'probe.epic_failures',
      title: 'A failed test of an epic is recorded and judged',
      file: '2.1.0/probes/epic_failures.sql',
      needsLabels: false,
      needs: [],
    },
    {
      id: 'probe.delete_sessions_with_failures',
      title: 'A session and a project can be deleted that had a failed test',
      file: '2.1.0/probes/delete_sessions_with_failures.sql',
      needsLabels: false,
      needs: ['delete sessions', 'delete projects'],
    },
  ],
};
