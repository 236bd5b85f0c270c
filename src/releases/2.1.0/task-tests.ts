import { key } from '../../catalog/keys.js';
import { fn, has, lacks, oneOf, table } from '../define.js';
import type { Step } from '../release.js';
import { conditionsOfTests } from './losses.js';
import { filledTests } from './rewrites.js';

export const taskTests: Step = {
  id: '2_1_0_task_tests',
  release: '2.1.0',
  system: 'tests of tasks',
  title: 'tests become task_tests, with a type, their conditions and their last run',
  without: ['YokeFlow 2.x finds no test of a task: it looks for them in task_tests'],
  file: '2.1.0/2_1_0_task_tests.sql',
  labels: [],
  rewrites: [filledTests],
  renames: [
    {
      from: 'tests',
      to: 'task_tests',
      parts: {
        tests_id_seq: 'task_tests_id_seq',
        tests_pkey: 'task_tests_pkey',
        tests_task_id_fkey: 'task_tests_task_id_fkey',
        tests_project_id_fkey: 'task_tests_project_id_fkey',
        tests_session_id_fkey: 'task_tests_session_id_fkey',
        idx_tests_task_id: 'idx_task_tests_task_id',
        idx_tests_project_id: 'idx_task_tests_project_id',
        idx_tests_category: 'idx_task_tests_category',
        idx_tests_passes: 'idx_task_tests_passes',
      },
    },
  ],
  undo: { file: '2.1.0/undo/2_1_0_task_tests.sql', relabels: [], loses: conditionsOfTests },
  replaces: [
    { relation: 'v_progress', comesBack: true, when: { key: key.table('task_tests'), and: key.table('tests') } },
    { relation: 'v_task_tests', comesBack: true, when: { key: key.table('task_tests'), and: key.table('tests') } },
    {
      relation: 'v_test_requirements',
      comesBack: true,
      when: { key: key.table('task_tests'), and: key.table('tests') },
    },
  ],
  checks: [
    ...table(
      'task_tests',
      {
        columns: {
          id: "integer not null default nextval('task_tests_id_seq'::regclass)",
          task_id: 'integer not null',
          project_id: 'uuid not null',
          category: "character varying(50) not null default 'functional'::character varying",
          description: 'text not null',
          steps: "jsonb default '[]'::jsonb",
          passes: 'boolean default false',
          created_at: 'timestamp with time zone default now()',
          verified_at: 'timestamp with time zone',
          session_id: 'uuid',
          result: "jsonb default '{}'::jsonb",
          test_type: "character varying(20) default 'unit'::character varying",
          requirements: 'text',
          success_criteria: 'text',
          last_result: 'character varying(20)',
          last_execution: 'timestamp with time zone',
          execution_log: 'text',
          verification_notes: 'text',
          last_error_message: 'text',
          execution_time_ms: 'integer',
          retry_count: 'integer default 0',
        },
        constraints: {
          task_tests_pkey: 'PRIMARY KEY (id)',
          task_tests_task_id_fkey: 'FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE',
          task_tests_project_id_fkey: 'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE',
          task_tests_session_id_fkey: 'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL',
        },
        indexes: {
          idx_task_tests_type: 'USING btree (test_type)',
          idx_task_tests_passes: 'USING btree (passes)',
          idx_task_tests_task_id: 'USING btree (task_id)',
          idx_task_tests_category: 'USING btree (category)',
          idx_task_tests_task_type: 'USING btree (task_id, test_type)',
          idx_task_tests_project_id: 'USING btree (project_id)',
          idx_task_tests_last_result: 'USING btree (last_result)',
          idx_task_tests_retry_count: 'USING btree (retry_count DESC) WHERE (retry_count > 0)',
          idx_task_tests_execution_time: 'USING btree (execution_time_ms DESC) WHERE (execution_time_ms IS NOT NULL)',
        },
      },
      { test_type: 'YF826' },
    ),
    {
      id: 'rule.category_of_task_tests',
      title: 'Tests are of known categories',
      expectations: [
        has(
          key.constraint('task_tests', 'valid_category'),
          oneOf('category', 'functional', 'style', 'accessibility', 'performance', 'security'),
          // They are alike in 1.x and 2.x, and a fork may have more of them: no step touches them.
          { accepts: /^CHECK / },
        ),
      ],
    },
    {
      id: 'rule.one_table_of_tests',
      title: 'No other table of tests beside task_tests',
      expectations: [lacks(key.table('tests'), { evidence: false })],
    },
    fn(
      'get_task_test_requirements',
      '(p_task_id integer) returns TABLE(test_id integer, description text, requirements text, success_criteria text, test_type character varying, steps jsonb)',
    ),
  ],
  probes: [
    {
      id: 'probe.task_tests',
      title: 'A test of a task is stored, with a type and without one',
      file: '2.1.0/probes/task_tests.sql',
      needsLabels: false,
      needs: ['insert tests'],
    },
  ],
};
