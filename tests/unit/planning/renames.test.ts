import { describe, expect, it } from 'vitest';
import { key } from '../../../src/catalog/keys.js';
import { asFound, renamesDue } from '../../../src/planning/renames.js';
import { findRelease } from '../../../src/releases/registry.js';

const taskTests = findRelease('2.1.0')!.steps.find(({ id }) => id === '2_1_0_task_tests')!;
const objects = (...keys: string[]) => new Map(keys.map((one) => [one, '']));
const expectedOf = (found: ReturnType<typeof asFound>) =>
  found.checks.flatMap(({ expectations }) => expectations.flatMap((one) => ('key' in one ? [one.key] : [])));

describe('a table that gets another name', () => {
  it('is due as long as there is one of the old name, and takes over what there is of the new one', () => {
    expect(renamesDue([taskTests], objects(key.table('tests')))).toMatchObject([{ from: 'tests', takesOver: false }]);
    expect(renamesDue([taskTests], objects(key.table('tests'), key.table('task_tests')))).toMatchObject([
      { takesOver: true },
    ]);
    expect(renamesDue([taskTests], objects(key.table('task_tests')))).toEqual([]);
    expect(renamesDue([taskTests], objects(key.view('tests'), key.table('task_tests')))).toEqual([]);
  });

  it('is looked for by its old name, with the parts that are renamed along by theirs', () => {
    const now = objects(key.table('tests'), key.constraint('tests', 'tests_pkey'));
    const found = expectedOf(asFound(taskTests, renamesDue([taskTests], now), now));
    expect(found).toContain(key.table('tests'));
    expect(found).toContain(key.constraint('tests', 'tests_pkey'));
    expect(found).toContain(key.index('tests', 'idx_task_tests_type'));
    expect(found.filter((one) => one.startsWith('table:task_tests'))).toEqual([]);
  });

  it('is looked for without the parts of a table that has the new name already, which makes way for it', () => {
    const [ofBoth, column] = [key.index('task_tests', 'idx_task_tests_task_id'), key.column('task_tests', 'task_id')];
    const now = objects(
      ...[key.table('tests'), key.index('tests', 'idx_tests_task_id'), key.column('tests', 'task_id')],
      ...[key.table('task_tests'), ofBoth, column],
    );
    const found = expectedOf(asFound(taskTests, renamesDue([taskTests], now), now));
    expect(found).not.toContain(ofBoth);
    expect(found).not.toContain(key.index('tests', 'idx_tests_task_id'));
    expect(found).toContain(key.column('tests', 'task_id'));
    expect(found).not.toContain(column);
    // What the other lacks is told of the table that takes its place.
    expect(found).toContain(key.index('tests', 'idx_task_tests_passes'));
  });

  it("leaves the user's own index alone, whose name is like one that YokeFlow brings", () => {
    const now = objects(key.table('tests'), key.index('tests', 'idx_tests_type'));
    expect(expectedOf(asFound(taskTests, renamesDue([taskTests], now), now))).not.toContain(
      key.index('tests', 'idx_tests_type'),
    );
  });

  it('is as it is declared where nothing is to be renamed', () => {
    expect(asFound(taskTests, [], objects())).toBe(taskTests);
  });
});
