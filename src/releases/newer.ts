import { key } from '../catalog/keys.js';

/** A release of the later line, as data: what it is known by where not all of it is here. */
export interface NewerRelease {
  readonly version: string;
  /** Whether it still has the table `tests` of 1.x, which its successors call `task_tests`. */
  readonly keepsTests: boolean;
  /** Tables that it brought and 1.x does not have. */
  readonly tables: readonly string[];
  /** One column or label of each of 1.x's own objects that it added to. */
  readonly additions: readonly string[];
}

const ofBoth = [key.column('epics', 'validated'), key.column('tasks', 'verified')];

const testTables = [
  'task_tests',
  'epic_tests',
  'epic_test_failures',
  'epic_test_interventions',
  'epic_retest_runs',
  'epic_stability_metrics',
  'project_completion_reviews',
  'completion_requirements',
];
const since210 = [...ofBoth, key.label('session_status', 'blocked'), key.column('paused_sessions', 'retry_count')];

/** The releases of 2.x, oldest first. */
export const newerReleases: readonly NewerRelease[] = [
  {
    version: '2.0.0',
    keepsTests: true,
    tables: [
      'task_verifications',
      'verification_history',
      'task_verification_results',
      'generated_tests',
      'test_execution_results',
      'task_file_modifications',
      'epic_validations',
      'epic_validation_results',
      'epic_integration_tests',
      'epic_rework_tasks',
      'epic_dependencies',
      'quality_gate_results',
      'quality_gate_tasks',
      'improvement_suggestions',
    ],
    additions: ofBoth,
  },
  { version: '2.1.0', keepsTests: false, tables: testTables, additions: since210 },
  {
    version: '2.2.0',
    keepsTests: false,
    tables: testTables,
    additions: [...since210, key.column('projects', 'project_type')],
  },
];
