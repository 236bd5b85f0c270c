import { chmodSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { schemaSql } from '../../src/demo/fixtures.js';
import { initialise, serverBinaries, start, stop, unprivilegedAccount } from '../../tests/support/embedded.js';
import { createDatabaseOn, databaseAt, type ServerAddress } from '../../tests/support/databases.js';

/** What the cases are measured on: one PostgreSQL, with a database that is made anew before each time. */
export interface Ground {
  readonly root: string;
  readonly folder: string;
  readonly cli: readonly string[];
  readonly server: ServerAddress;
  /** The version of that PostgreSQL. */
  readonly postgres: string;
  /** Environment in which psql and its like find the database without a password in their arguments. */
  readonly env: NodeJS.ProcessEnv;
  readonly url: string;
  /** Makes the database anew, with a schema of the fixtures: `1.1.1/1.3.0`. */
  readonly fresh: (schema: string) => Promise<unknown>;
  /** What a case has opened and nobody else closes. */
  readonly closing: (() => Promise<unknown>)[];
  close(): Promise<void>;
}

export const DATABASE = 'bench';

/** Makes a database anew on any server. */
export async function freshOn(server: ServerAddress, name: string, schema: string): Promise<void> {
  await databaseAt(server, name).drop();
  await createDatabaseOn(server, { name, sql: schemaSql(schema) });
}

/**
 * Starts a PostgreSQL of its own, whose settings are the usual ones: what is committed is on the disk.
 * @param root the project's folder
 * @param folder for the cluster and whatever else the cases write
 */
export async function openGround(root: string, folder: string): Promise<Ground> {
  chmodSync(folder, 0o755);
  const account = unprivilegedAccount();
  const bin = await serverBinaries(folder);
  await mkdir(join(folder, 'backups'));
  await initialise(bin, join(folder, 'data'), account, 'agent', 'bench');
  const login = { user: 'agent', password: 'bench' };
  const durable = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];
  const { process: running, port } = await start(
    bin,
    join(folder, 'data'),
    join(folder, 'socket'),
    account,
    { ...login, database: 'postgres' },
    durable,
  );
  const server: ServerAddress = { host: '127.0.0.1', port, ...login };
  const client = new pg.Client({ ...server, database: 'postgres' });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  const closing: (() => Promise<unknown>)[] = [];
  return {
    closing,
    root,
    folder,
    cli: [process.execPath, join(root, 'dist/cli.js')],
    server,
    postgres: rows[0]?.server_version.split(' ')[0] ?? '',
    env: {
      ...process.env,
      PGHOST: server.host,
      PGPORT: String(port),
      PGUSER: 'agent',
      PGPASSWORD: 'bench',
      PGDATABASE: DATABASE,
      PGSSLMODE: 'disable',
    },
    url: `postgresql://agent:bench@127.0.0.1:${port}/${DATABASE}?sslmode=disable`,
    fresh: (schema) => freshOn(server, DATABASE, schema),
    close: async () => {
      for (const close of closing) await close();
      await stop(running);
    },
  };
}
