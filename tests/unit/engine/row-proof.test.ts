import { describe, expect, it } from 'vitest';
import { key } from '../../../src/catalog/keys.js';
import { rowCheck, watchedTables } from '../../../src/engine/row-proof.js';
import type { Plan } from '../../../src/planning/plan.js';
import { redactText } from '../../../src/redaction/redact.js';
import { findRelease } from '../../../src/releases/registry.js';

const planOf = (ids: readonly string[], takesOver = false): Plan => ({
  steps: ['1.3.0', '2.1.0']
    .flatMap((version) => findRelease(version)!.steps)
    .filter(({ id }) => ids.includes(id))
    .map((step) => ({ step, status: 'pending', reason: '' })),
  labels: [],
  renames: takesOver ? [{ from: 'tests', to: 'task_tests', parts: {}, takesOver }] : [],
});
const objects = new Map(
  [
    key.table('tests'),
    key.column('tests', 'id'),
    key.table('task_tests'),
    key.column('task_tests', 'id'),
    key.table('session_quality_checks'),
    key.column('session_quality_checks', 'id'),
    key.column('session_quality_checks', 'check_type'),
    key.table('session_deep_reviews'),
    key.table('of_the_user'),
  ].map((one) => [one, '']),
);
const watched = (plan: Plan) => watchedTables({ objects }, plan);
const proof = (table: string, rows: number, fingerprint = 'same') => ({ table, rows, fingerprint });

describe('what is watched', () => {
  it("are YokeFlow's tables, without the columns that a step drops, and without a table that makes way", () => {
    const tables = watched(planOf(['cleanup_session_quality_checks'], true));
    expect(tables.map(({ table, isFilled }) => [table, isFilled])).toEqual([
      ['session_deep_reviews', true],
      ['session_quality_checks', false],
      ['tests', true],
    ]);
    expect(tables.find(({ table }) => table === 'session_quality_checks')?.columns).toEqual(['id']);
  });
});

/** An error hides what another test of this process has made known as a password. */
describe('every row is kept', () => {
  const plan = planOf([]);
  const check = (...args: [before: ReturnType<typeof proof>[], after: ReturnType<typeof proof>[]]) =>
    rowCheck(watched(plan), ...args, [], 10);

  it('where the numbers and fingerprints are the same', () => {
    const both = [proof('tests', 3), proof('task_tests', 0)];
    expect(check(both, both)).toMatchObject({ ok: true, title: 'Every row is kept: 3 rows in 2 tables' });
  });

  it.each([
    ['lost', proof('tests', 2), 'tests: 3 rows before, 2 after'],
    ['changed', proof('tests', 3, 'other'), 'tests: 3 rows, and not all of them as before'],
    ['added', proof('tests', 4), 'tests: 3 rows before, 4 after'],
  ])('and not where one is %s', (_, after, found) => {
    expect(() => check([proof('tests', 3)], [after])).toThrow(
      expect.objectContaining({ code: 'YF502', found: [redactText(found)] }) as Error,
    );
  });

  it('a table that is filled may have more rows, and never fewer', () => {
    const filled = watched(planOf(['cleanup_session_quality_checks']));
    const reviews = (rows: number) =>
      rowCheck(filled, [proof('session_deep_reviews', 3)], [proof('session_deep_reviews', rows, 'x')], [], 10);
    expect(reviews(5)).toMatchObject({ ok: true });
    expect(() => reviews(2)).toThrow(expect.objectContaining({ code: 'YF502' }) as Error);
  });

  it('what was rewritten is told with its number, and refused where it is not what it has to be', () => {
    const both = [proof('tests', 3)];
    const told = (wrong: number) =>
      rowCheck(watched(plan), both, both, [{ title: 'epics closed', rows: 2, wrong }], 90_000);
    expect(told(0).found).toBe(
      'as before; epics closed: 2; its tables were locked for 1 min 30 s, longer than the 1.0 s expected',
    );
    expect(() => told(1)).toThrow(
      expect.objectContaining({ found: [redactText('epics closed: 1 are not as they should be')] }) as Error,
    );
  });
});
