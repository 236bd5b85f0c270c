import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { upgradeScript } from '../../src/engine/printable-script.js';
import { newestRelease } from '../../src/releases/registry.js';
import { adapters } from './adapters.js';
import { catalogLines, tableContents } from './contents.js';
import { expectRowsKept } from './kept-rows.js';
import { look } from './run-upgrade.js';
import { createDatabase, psqlBinary, type TestDatabase } from './server.js';

const overPg = adapters.find(({ name }) => name === 'pg')!;

/** Gives the script of `plan --sql` to psql, and expects of it what `upgrade` has made of an equal database, to the last object and row. */
export async function expectPastedAlike(sql: string, upgraded: TestDatabase): Promise<void> {
  const pasted = await createDatabase({ sql });
  try {
    const before = await tableContents(pasted);
    const input = upgradeScript(await look(overPg.connect(pasted), newestRelease), 1000);
    const { status, stderr } = spawnSync(psqlBinary()!, ['-X', '-q', pasted.url], { input, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const after = await tableContents(pasted);
    expectRowsKept(before, after);
    expect(await catalogLines(pasted)).toEqual(await catalogLines(upgraded));
    expect(withoutMoments(after)).toEqual(withoutMoments(await tableContents(upgraded)));
  } finally {
    await pasted.drop();
  }
}

/** What differs between two runs of the same: when, from which machine, and ids that the server makes up. */
function withoutMoments(contents: Awaited<ReturnType<typeof tableContents>>) {
  const made: Record<string, string[]> = {
    runs: ['id', 'started_at', 'ended_at', 'host', 'database_oid', 'attempts', 'held_up_ms'],
    session_deep_reviews: ['id'],
    set_aside_deep_reviews: ['set_aside_at'],
  };
  const kept = (table: string, row: object) =>
    Object.entries(row).filter(([column]) => !made[table.split('.')[1] ?? '']?.includes(column));
  return Object.fromEntries(
    Object.entries(contents).map(([table, rows]) => [
      table,
      rows.map((row) => JSON.stringify(kept(table, row))).sort(),
    ]),
  );
}
