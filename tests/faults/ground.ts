import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandOptions } from '../support/command.js';
import { connected, type TestDatabase } from '../support/databases.js';
import type { PostgresContainer } from '../support/engine.js';
import { createDatabase, testServer } from '../support/server.js';
import { cuttable, type Cuttable } from './cuttable.js';

/** Where a run takes place: a database, a way to it that can be cut, and a folder for what the run writes. */
export interface Ground {
  readonly database: TestDatabase;
  readonly arguments: readonly string[];
  readonly options: CommandOptions;
  /** The connection to the server, or to the engine. */
  readonly line: Cuttable;
  /** Where backups go. */
  readonly folder: string;
  /** Leaves no room for anything more on the disk of that folder, until `restore`. */
  fillDisk(): void;
  /** Runs SQL on the server beside the run, in the database `postgres`. */
  ask<T extends object>(sql: string): Promise<T[]>;
  /** Processes of psql, pg_dump and pg_restore that are left in the container. */
  leftProcesses(): Promise<string[]>;
  /** Brings back what a fault took down. */
  restore(): Promise<void>;
  leave(): Promise<void>;
}

/** A database on the run's own PostgreSQL, reached through a port that can be cut. */
export async function directGround(sql: string): Promise<Ground> {
  const database = await createDatabase({ sql });
  const server = testServer();
  const line = await cuttable({ host: server.host, port: server.port });
  const url = new URL(database.url);
  url.port = String(line.port);
  const folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-fault-'));
  return {
    database,
    // A machine without a fitting pg_dump can make no backup over a URL; the container always can.
    arguments: ['--database-url', url.href, '--no-backup'],
    options: {},
    line,
    folder,
    fillDisk: () => { throw new Error('no backup is made over a direct connection'); },
    ask: (text) => connected(server, 'postgres', async (client) => (await client.query(text)).rows as never[]),
    leftProcesses: () => Promise.resolve([]),
    restore: () => Promise.resolve(line.mend()),
    leave: async () => {
      await line.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The database `yokeflow` of a container, reached through an engine socket that can be cut. */
export async function dockerGround(container: PostgresContainer, sql: string, disk: string): Promise<Ground> {
  const ask = async <T extends object>(text: string): Promise<T[]> =>
    connected(await container.address(), 'postgres', async (client) => (await client.query(text)).rows as T[]);
  await ask('DROP DATABASE IF EXISTS yokeflow WITH (FORCE)');
  const database = await container.createDatabase({ name: 'yokeflow', sql });
  const folder = mkdtempSync(join(disk, 'backups-'));
  const filler = join(disk, 'filler');
  const sockets = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-fault-'));
  const socket = join(sockets, 'engine.sock');
  const line = await cuttable({ path: '/var/run/docker.sock' }, socket);
  return {
    database: { ...database, query: (text, params) => container.query(text, params) as never },
    arguments: ['--container', container.name, '--backup-dir', folder],
    options: { engine: true, env: { DOCKER_HOST: `unix://${socket}` } },
    line,
    folder,
    fillDisk: () => fill(filler),
    ask,
    leftProcesses: async () => {
      const top = (await container.container.top()) as { Processes: string[][] };
      return top.Processes.map((columns) => columns.at(-1) ?? '').filter((command) => /^(\S*\/)?(psql|pg_dump|pg_restore|sh -c)\b/.test(command));
    },
    restore: async () => {
      line.mend();
      rmSync(filler, { force: true });
      const { State } = await container.container.inspect();
      if (!State.Running) await container.container.start();
      await container.ready();
    },
    leave: async () => {
      await line.close();
      for (const made of [folder, sockets]) rmSync(made, { recursive: true, force: true });
    },
  };
}

/** Writes a file for as long as there is room. */
function fill(file: string): void {
  const chunk = Buffer.alloc(64 * 1024);
  try {
    for (;;) appendFileSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Backups that look whole in a folder. */
export function backupsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.dump')).map((name) => join(folder, name));
}
