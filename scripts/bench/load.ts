import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { dataStatements } from './data.js';
import type { ServerAddress } from '../../tests/support/databases.js';

/** How many clients write at once. */
const CLIENTS = 40;
/** How long, in ms, they write before what is measured begins, and after it has ended. */
const BEFORE_MS = 1000;
const AFTER_MS = 300;

/** What YokeFlow does meanwhile. */
export interface Load {
  readonly name: string;
  /** One transaction of a client. */
  readonly transaction: (client: pg.Client, rows: Rows) => Promise<unknown>;
  /** From one beginning of a transaction to the next, in ms; 0: without a pause. */
  readonly everyMs: number;
  /** A transaction that has read sessions stays open for so long, in ms. */
  readonly readerMs?: number;
}

/** Ids of rows that are there. */
export interface Rows {
  readonly sessions: readonly string[];
  readonly tasks: readonly string[];
  readonly analyses: readonly string[];
}

/** What a client of YokeFlow waited for a write, in ms. */
export interface Waits {
  readonly longest: number;
  readonly median: number;
  readonly writes: number;
  /** Writes that PostgreSQL refused: a deadlock, a constraint. */
  readonly refused: number;
}

const anyOf = (ids: readonly string[], most = ids.length) =>
  ids[Math.floor(Math.random() * Math.min(most, ids.length))] ?? '';

/** The tables that YokeFlow writes to as it works, each with a write that changes nothing of note. */
const writes = {
  sessions: 'UPDATE sessions SET last_heartbeat = now() WHERE id = $1',
  tasks: 'UPDATE tasks SET description = description WHERE id = $1',
  analyses: 'UPDATE prompt_improvement_analyses SET status = status WHERE id = $1',
} as const;

type Table = keyof typeof writes;

/** How many rows the clients queue for: with 0.3 s each, a transaction then takes some seconds. */
const QUEUED_ROWS = 3;
const HOLD = 'SELECT pg_sleep(0.3)';

/** Three hundred transactions a second, each of a moment. */
export const shortTransactions: Load = {
  name: '300 short transactions a second',
  everyMs: (CLIENTS * 1000) / 300,
  transaction: (client, rows) => {
    const table = anyOf(Object.keys(writes)) as Table;
    return client.query(writes[table], [anyOf(rows[table])]);
  },
};

/** Everybody wants the same rows, and keeps them for 0.3 s. */
export const queueing: Load = {
  name: '40 clients without a pause that queue for the same rows, 0.3 s each',
  everyMs: 0,
  transaction: async (client, rows) => {
    await client.query('BEGIN');
    await client.query(writes.sessions, [anyOf(rows.sessions, QUEUED_ROWS)]);
    await client.query(writes.tasks, [anyOf(rows.tasks)]);
    await client.query(writes.analyses, [anyOf(rows.analyses)]);
    await client.query(HOLD);
    await client.query('COMMIT');
  },
};

/** The same where each transaction is at one table: sessions are never free when tasks are. */
export const queueingApart: Load = {
  name: '40 clients that queue for rows of different tables, 0.3 s each',
  everyMs: 0,
  transaction: async (client, rows) => {
    const table = anyOf(['sessions', 'tasks']) as Table;
    await client.query('BEGIN');
    await client.query(writes[table], [anyOf(rows[table], QUEUED_ROWS)]);
    await client.query(HOLD);
    await client.query('COMMIT');
  },
};

/** Short transactions beside one that has read sessions and stays open. */
export const longReader: Load = { ...shortTransactions, name: 'a reader that stays open for 3 s', readerMs: 3000 };

/** Rows of a database in use: 20 projects, 12,000 tasks. */
export const usedDatabase = [
  ...dataStatements({ sessions: 2400, projects: 20 }),
  `INSERT INTO prompt_improvement_analyses (projects_analyzed, sandbox_type)
     SELECT ARRAY[p.id], 'docker' FROM projects p, generate_series(1, 10)`,
  'ANALYZE prompt_improvement_analyses',
];

/**
 * Does `work` while the clients write.
 * @param onStarted called where `work` begins
 * @returns how long `work` took, in ms, and what the writes that stood beside it took
 */
export async function underLoad(
  server: ServerAddress,
  database: string,
  load: Load,
  work: () => Promise<unknown>,
): Promise<Waits & { readonly tookMs: number }> {
  const connect = async () => {
    const client = new pg.Client({ ...server, database, ssl: false, application_name: 'yokeflow' });
    await client.connect();
    return client;
  };
  const clients = await Promise.all(Array.from({ length: CLIENTS }, connect));
  const [first = await connect()] = clients;
  const rows = await readRows(first);
  const times: { readonly began: number; readonly took: number }[] = [];
  let over = false;
  let refused = 0;
  const write = async (client: pg.Client) => {
    await sleep(Math.random() * load.everyMs);
    while (!over) {
      const began = performance.now();
      try {
        await load.transaction(client, rows);
      } catch {
        refused++;
        await client.query('ROLLBACK');
      }
      const took = performance.now() - began;
      times.push({ began, took });
      await sleep(Math.max(0, load.everyMs - took));
    }
  };
  const writing = clients.map(write);
  await sleep(load.everyMs === 0 ? 5 * BEFORE_MS : BEFORE_MS);
  const reading = load.readerMs === undefined ? undefined : readAndStay(await connect(), load.readerMs);
  await sleep(50);
  const began = performance.now();
  let ended: number;
  try {
    await work();
  } finally {
    ended = performance.now();
    await sleep(AFTER_MS);
    over = true;
    await Promise.all([...writing, reading]);
    await Promise.all(clients.map((client) => client.end()));
  }
  const beside = times
    .filter((each) => each.began < ended && each.began + each.took > began)
    .map(({ took }) => took)
    .sort((a, b) => a - b);
  return {
    tookMs: ended - began,
    longest: beside.at(-1) ?? 0,
    median: beside[beside.length >> 1] ?? 0,
    writes: beside.length,
    refused,
  };
}

async function readRows(client: pg.Client): Promise<Rows> {
  const ids = async (table: string) =>
    (await client.query<{ id: string }>(`SELECT id::text FROM ${table} ORDER BY id`)).rows.map(({ id }) => id);
  return {
    sessions: await ids('sessions'),
    tasks: await ids('tasks'),
    analyses: await ids('prompt_improvement_analyses'),
  };
}

async function readAndStay(client: pg.Client, forMs: number): Promise<void> {
  await client.query('BEGIN');
  await client.query('SELECT count(*) FROM sessions');
  await sleep(forMs);
  await client.query('COMMIT');
  await client.end();
}
