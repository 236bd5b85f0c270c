import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { runCommand, type CommandResult } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { backupsIn, type Ground } from './ground.js';

type Contents = Awaited<ReturnType<typeof tableContents>>;

/** A database at one moment: its catalog and its rows. */
export interface Moment {
  readonly catalog: readonly string[];
  readonly rows: Contents;
}

/** The two labels outlive a roll-back, and the history is the tool's own. */
const comparable = (lines: readonly string[]) => lines.filter((line) => !/^label session_status (paused|resumed)$/.test(line) && !line.includes('yokeflow_upgrade'));
const theirs = (rows: Contents): Contents =>
  Object.fromEntries(Object.entries(rows).filter(([table]) => !table.startsWith('yokeflow_upgrade.') || table.endsWith('.set_aside_deep_reviews')));

export async function momentOf({ database }: Ground): Promise<Moment> {
  return { catalog: comparable(await catalogLines(database)), rows: theirs(await tableContents(database)) };
}

/** How long the server may take to notice that a client is gone, in ms. */
const QUIET_WITHIN_MS = 15_000;

/** Waits until nothing of the run is left: no backend, no lock, no process in the container. */
async function quiet(ground: Ground): Promise<void> {
  const deadline = Date.now() + QUIET_WITHIN_MS;
  for (;;) {
    const backends = await ground.ask<{ query: string }>(`SELECT query FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%' AND datname = '${ground.database.name}'`);
    const locks = await ground.ask(`SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = '${ground.database.name}'`);
    const processes = await ground.leftProcesses();
    if (backends.length + locks.length + processes.length === 0) return;
    if (Date.now() > deadline) expect({ backends, locks: locks.length, processes }).toEqual({ backends: [], locks: 0, processes: [] });
    await sleep(50);
  }
}

/**
 * What must hold after a fault: the old database or the new one, the exit code that says which, nothing left
 * behind, and a next run that finishes.
 * @returns which of the two it was
 */
export async function judge(ground: Ground, { exitCode, stdout, stderr }: CommandResult, before: Moment, after: Moment): Promise<'before' | 'after'> {
  await ground.restore();
  await quiet(ground);
  const now = await momentOf(ground);
  const said = `exit ${exitCode}\n${stdout}\n${stderr}`;

  const isAfter = JSON.stringify(now.catalog) === JSON.stringify(after.catalog);
  if (isAfter) expectRowsKept(before.rows, now.rows);
  else expect(now, said).toEqual(before);

  if (exitCode === 0) expect(isAfter, said).toBe(true);
  else if (exitCode === 6) expect(isAfter, said).toBe(true);
  // A killed command said nothing, and 7 says that it does not know.
  else if (exitCode !== null && exitCode !== 7) expect(isAfter, said).toBe(false);

  const scratch = await ground.ask<{ datname: string }>(`SELECT datname FROM pg_database WHERE datname LIKE '${ground.database.name}\\_%'`);
  expect(scratch).toEqual([]);

  // Whatever is called a backup is a whole one; an unfinished one bears another name.
  for (const file of backupsIn(ground.folder)) expect(readFileSync(file).subarray(0, 5).toString(), file).toBe('PGDMP');

  const next = await runCommand(['upgrade', '--yes', ...ground.arguments], ground.options);
  expect(next.exitCode, `${said}\n--- the next run: exit ${next.exitCode}\n${next.stderr}`).toBe(0);
  const end = await momentOf(ground);
  expect(end.catalog).toEqual(after.catalog);
  expectRowsKept(before.rows, end.rows);
  return isAfter ? 'after' : 'before';
}
