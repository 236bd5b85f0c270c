import type { Loss } from '../release.js';

const of =
  (table: string) =>
  (column: string, where = `${column} IS NOT NULL`): Loss => ({ table, column, where });

const [epic, task, test, project, pause] = [
  of('epics'),
  of('tasks'),
  of('task_tests'),
  of('projects'),
  of('paused_sessions'),
];

export const validations: readonly Loss[] = [
  epic('validated', 'validated'),
  epic('validation_status'),
  epic('acceptance_criteria', "acceptance_criteria <> '[]'"),
  task('verified', 'verified'),
  task('needs_review', 'needs_review'),
  task('review_reason'),
  task('verification_attempts', 'verification_attempts > 0'),
];

export const conditionsOfTests: readonly Loss[] = [
  // Where it is another type than the one that the step gives by the category.
  test(
    'test_type',
    "test_type <> CASE category WHEN 'style' THEN 'unit' WHEN 'accessibility' THEN 'browser' WHEN 'performance' THEN 'api' ELSE 'integration' END",
  ),
  test('requirements'),
  test('success_criteria'),
  test('last_result'),
  test('last_execution', 'last_execution IS DISTINCT FROM verified_at'),
  test('execution_log'),
  test('verification_notes'),
  test('last_error_message'),
  test('execution_time_ms'),
  test('retry_count', 'retry_count > 0'),
];

export const modes: readonly Loss[] = [project('epic_testing_mode', "epic_testing_mode <> 'autonomous'")];

export const moments: readonly Loss[] = [
  project('initialized_at'),
  pause('last_error_message'),
  pause('execution_time_ms'),
  pause('retry_count', 'retry_count > 0'),
];
