import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { expectRowsKept } from '../support/kept-rows.js';
import { throughADump } from '../support/restored-catalog.js';
import type { Ground } from './ground.js';
import { ask, databasesOf, momentOf, withoutTraces, type Moment } from './moments.js';
import type { CommandName } from './options.js';
import type { Trial } from './trials.js';

/** What a run left: all as it was, or all done. */
export type State = 'old' | 'new';

/** What a run without a fault begins from and ends in. Without a database there, `before` is empty. */
export interface Ends {
  readonly before: Moment;
  readonly after: Moment;
}

type Look = (ground: Ground, trial: Trial, ends: Ends, exitCode: number | null) => Promise<State>;

/**
 * Which of the two states each command has left.
 * @throws {Error} vitest's own, where it is neither of them
 */
export const stateAfter: Record<CommandName, Look> = {
  upgrade: async (ground, _trial, { before, after }) => {
    const now = withoutTraces(await momentOf(ground));
    if (same(now.catalog, withoutTraces(after).catalog)) {
      expectRowsKept(withoutTraces(before).rows, now.rows);
      return 'new';
    }
    expect(now).toEqual(withoutTraces(before));
    return 'old';
  },

  rollback: async (ground, { line }, { before, after }) => {
    const now = withoutTraces(await momentOf(ground));
    const isNew = same(now.catalog, withoutTraces(after).catalog);
    expect(now).toEqual(withoutTraces(isNew ? after : before));
    const discards = line(ground, '').includes('--discard-rows');
    if (isNew && discards && ground.hasPrograms)
      expect(archivesIn(ground), 'a backup of what was discarded').not.toEqual([]);
    return isNew ? 'new' : 'old';
  },

  restore: async (ground, { sql }, { before, after }) => {
    const names = await databasesOf(ground);
    const kept = names.filter(isKept);
    if (!names.includes(ground.name)) {
      expect(sql, `a database of the name ${ground.name}; there are ${names.join(', ')}`).toBeUndefined();
      return 'old';
    }
    const now = await momentOf(ground);
    if (kept.length === 0 && sql !== undefined) {
      expect(now).toEqual(before);
      return 'old';
    }
    expect(now).toEqual(after);
    for (const [index, name] of kept.entries())
      expect(await momentOf(ground, name), name).toEqual(index === 0 && sql !== undefined ? before : after);
    return 'new';
  },

  rehearse: async (ground, _trial, { before }, exitCode) => {
    expect(await momentOf(ground)).toEqual(before);
    return exitCode === 0 ? 'new' : 'old';
  },

  backup: async (ground, _trial, { before }) => {
    expect(await momentOf(ground)).toEqual(before);
    return archivesIn(ground).length > 0 ? 'new' : 'old';
  },
};

const same = (one: readonly string[], other: readonly string[]) => JSON.stringify(one) === JSON.stringify(other);
const isKept = (name: string) => name.includes('_before_restore_');

/** Files that look like a whole backup. */
export function archivesIn({ folder }: Ground): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.dump'))
        .map((name) => join(folder, name))
    : [];
}

/** Expects that pg_restore can load every backup of before, to its end, and that nothing is missing in what comes of it. */
export async function expectWholeArchives(ground: Ground, before: Moment): Promise<void> {
  const scratch = `${ground.name}_loaded`;
  for (const archive of archivesIn(ground)) {
    await ask(ground, `CREATE DATABASE ${scratch} TEMPLATE template0`);
    try {
      await ground.load(archive, scratch);
      const { catalog, rows } = await momentOf(ground, scratch);
      expect({ catalog: throughADump(catalog), rows }, archive).toEqual({
        catalog: throughADump(before.catalog),
        rows: before.rows,
      });
    } finally {
      await ask(ground, `DROP DATABASE ${scratch} WITH (FORCE)`);
    }
  }
}

/** Copies and half-filled databases that a run has left. */
export async function scratchLeft(ground: Ground): Promise<string[]> {
  return (await databasesOf(ground)).filter((name) => name !== ground.name && !isKept(name));
}

/** Unfinished backups, and what is in the run's own TMPDIR. */
export function filesLeft({ folder, temporary }: Ground): { partial: string[]; temporary: string[] } {
  const names = (path: string) => (existsSync(path) ? readdirSync(path) : []);
  return { partial: names(folder).filter((name) => !name.endsWith('.dump')), temporary: names(temporary) };
}
