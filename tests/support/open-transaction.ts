import pg from 'pg';
import type { TestDatabase } from './server.js';

export interface OpenTransaction {
  readonly pid: number;
  /** Runs one more statement in it; returns how long it took, in ms. */
  run(sql: string): Promise<number>;
  /** Rolls it back and closes its connection. */
  end(): Promise<void>;
}

/** Somebody else with a transaction open, in which `sql` has been run. */
export async function openTransaction(
  database: TestDatabase,
  sql: string,
  applicationName = 'somebody else',
): Promise<OpenTransaction> {
  const { host, port, user, password, name } = database;
  const client = new pg.Client({
    host,
    port,
    user,
    password,
    database: name,
    ssl: false,
    application_name: applicationName,
  });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  await client.query(sql);
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return {
    pid: rows[0]?.pid ?? 0,
    run: async (statement) => {
      const begun = performance.now();
      await client.query(statement);
      return performance.now() - begun;
    },
    end: async () => {
      await client.query('ROLLBACK');
      await client.end();
    },
  };
}
