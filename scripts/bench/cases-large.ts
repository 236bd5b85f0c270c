import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { fill } from './data.js';
import { DATABASE, type Ground } from './ground.js';
import { runOnce } from './measure.js';
import type { Row } from './page.js';

const MILLION = 1_000_000;
/** Lock timeout of the run, in ms, and what a write may wait beyond it. */
const LOCK_TIMEOUT_MS = 1000;
const BEYOND_MS = 500;

/** What takes minutes: a million sessions, and a million checkpoints and pauses. */
export async function* largeCases(ground: Ground, only: string): AsyncGenerator<Row> {
  if ('1,000,000 sessions'.includes(only)) yield await manyRows(ground);
  if ('longest wait of a write'.includes(only)) yield await longestWait(ground);
  if ('20,000 tables'.includes(only)) yield* manyTables(ground);
}

/** How many tables of somebody else's, made so many at a time: a transaction holds a lock on each. */
const OTHERS = { tables: 20_000, atOnce: 1000 };
const TIMES = 3;

/** The same database as in `fresh`, with and without many tables of other programs beside YokeFlow's. */
async function* manyTables({ cli, url, server, fresh }: Ground): AsyncGenerator<Row> {
  const commands = {
    'status, direct': ['status', '--no-backup'],
    'upgrade --yes --no-backup, direct': ['upgrade', '--yes', '--no-backup'],
    'rollback --yes': ['rollback', '--yes', '--no-backup'],
  };
  const times = async () => {
    const took = new Map<string, number[]>();
    for (let turn = 0; turn < TIMES; turn++)
      for (const [name, words] of Object.entries(commands)) {
        const begun = performance.now();
        await runOnce([...cli, ...words, '--database-url', url]);
        took.set(name, [...(took.get(name) ?? []), performance.now() - begun]);
      }
    return new Map([...took].map(([name, all]) => [name, all.sort((a, b) => a - b)[TIMES >> 1] ?? NaN]));
  };
  await fresh('1.1.1/1.3.0');
  const without = await times();
  const client = new pg.Client({ ...server, database: DATABASE });
  await client.connect();
  for (let from = 0; from < OTHERS.tables; from += OTHERS.atOnce)
    await client.query(`DO $do$ BEGIN FOR i IN ${from + 1}..${from + OTHERS.atOnce} LOOP
      EXECUTE format('CREATE TABLE other_%s (id serial PRIMARY KEY, word text NOT NULL DEFAULT %L)', i, 'x'); END LOOP; END $do$`);
  await client.query('VACUUM ANALYZE');
  await client.end();
  for (const [name, ours] of await times())
    yield {
      name: `${name}, with 20,000 tables of other programs`,
      against: 'the same with none',
      ours,
      theirs: without.get(name) ?? NaN,
      goal: 1.3,
      unit: 'ms',
    };
}

async function manyRows({ cli, url, fresh }: Ground): Promise<Row> {
  const upgrade = async () => {
    const begun = performance.now();
    await runOnce([...cli, 'upgrade', '--yes', '--no-backup', '--database-url', url]);
    return performance.now() - begun;
  };
  const none: number[] = [];
  for (let i = 0; i < 5; i++) {
    await fresh('1.1.1/1.3.0');
    none.push(await upgrade());
  }
  await fresh('1.1.1/1.3.0');
  await fill(url, { sessions: MILLION });
  const theirs = none.sort((a, b) => a - b)[2] ?? NaN;
  return {
    name: '1.3.0 → 1.4.0 with 1,000,000 sessions and 5,000,000 tasks',
    against: 'the same with none',
    ours: await upgrade(),
    theirs,
    goal: 1.3,
    unit: 'ms',
  };
}

/** A repair of the documented 1.4.0 while somebody writes a heartbeat every 10 ms. */
async function longestWait({ cli, url, server, fresh }: Ground): Promise<Row> {
  await fresh('1.4.0/1.4.0-as-documented');
  await fill(url, { sessions: MILLION, checkpoints: MILLION });
  const writer = new pg.Client({ ...server, database: DATABASE });
  await writer.connect();
  const { rows } = await writer.query<{ id: string }>('SELECT id FROM sessions LIMIT 1');
  let longest = 0;
  let over = false;
  const writing = (async () => {
    while (!over) {
      const begun = performance.now();
      await writer.query('UPDATE sessions SET last_heartbeat = now() WHERE id = $1', [rows[0]?.id]);
      await writer.query('UPDATE paused_sessions SET resolution_notes = NULL WHERE session_id = $1', [rows[0]?.id]);
      longest = Math.max(longest, performance.now() - begun);
      await sleep(10);
    }
  })();
  await runOnce([...cli, 'upgrade', '--yes', '--no-backup', '--while-running', '--wait', '120', '--database-url', url]);
  over = true;
  await writing;
  await writer.end();
  return {
    name: 'repair with 1,000,000 checkpoints and pauses: longest wait of a write',
    against: 'lock timeout + 500 ms',
    ours: longest,
    theirs: LOCK_TIMEOUT_MS + BEYOND_MS,
    goal: 1,
    unit: 'ms',
  };
}
