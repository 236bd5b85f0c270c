import { expect, it } from 'vitest';
import { inOrder } from '../../../src/engine/lock-queue.js';
import type { NeededLock } from '../../../src/planning/affected-objects.js';

const lock = (table: string): NeededLock => ({ table, mode: 'SHARE ROW EXCLUSIVE' });
const needed = ['epics', 'projects', 'sessions', 'tasks'].map(lock);
const names = (missed?: string, writes: readonly (readonly [string, number])[] = []) =>
  inOrder(needed, new Map(writes), missed).map(({ table }) => table);

it('takes the tables that are written most last', () => {
  expect(
    names(undefined, [
      ['sessions', 900],
      ['epics', 20],
      ['tasks', 400],
    ]),
  ).toEqual(['projects', 'epics', 'tasks', 'sessions']);
});

it('waits first for the lock that was not to be had, while it holds none', () => {
  expect(names('sessions', [['sessions', 900]])).toEqual(['sessions', 'epics', 'projects', 'tasks']);
});

it('keeps one order where nothing tells them apart', () => {
  expect(names()).toEqual(['epics', 'projects', 'sessions', 'tasks']);
});
