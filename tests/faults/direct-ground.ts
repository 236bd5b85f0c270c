import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { findLocalPrograms, fitting, type LocalPrograms } from '../../src/database/programs/find-local.js';
import { connected, databaseAt } from '../support/databases.js';
import { createDatabase, testServer } from '../support/server.js';
import { cuttable } from './cuttable.js';
import { foldersOn } from './disk.js';
import type { GroundPlan, Ground, Left } from './ground.js';

let found: Promise<LocalPrograms | undefined> | undefined;

/** pg_dump and pg_restore that suit the run's own server; undefined where this machine has none. */
export function programsHere(): Promise<LocalPrograms | undefined> {
  return (found ??= (async () => {
    const [server] = await connected(
      testServer(),
      'postgres',
      async (client) =>
        (
          await client.query<{ major: number }>(
            "SELECT current_setting('server_version_num')::integer / 10000 AS major",
          )
        ).rows,
    );
    return fitting(await findLocalPrograms(), server?.major ?? 0);
  })());
}

/** A database on the run's own PostgreSQL, reached through a port that can be cut. */
export async function directGround({ sql, disk }: GroundPlan): Promise<Ground> {
  const server = testServer();
  const programs = await programsHere();
  const database = await createDatabase(sql === undefined ? {} : { sql });
  if (sql === undefined) await database.drop();
  const { name } = database;
  const line = await cuttable({ host: server.host, port: server.port });
  const url = new URL(database.url);
  url.port = String(line.port);
  const folders = foldersOn(disk);
  const ask = <T extends object>(text: string) =>
    connected(server, 'postgres', async (client) => (await client.query(text)).rows as T[]);
  return {
    name,
    server: () => Promise.resolve(server),
    target: ['--database-url', url.href],
    options: { env: { TMPDIR: folders.temporary } },
    hasPrograms: programs !== undefined,
    line,
    folder: folders.backups,
    temporary: folders.temporary,
    fillDisk: folders.fill,
    // Other campaigns are at work on the same server: the ports of this line tell whose a session is.
    sessions: () =>
      ask<Left>(`SELECT pid, application_name AS application, state, query FROM pg_stat_activity
      WHERE application_name LIKE 'yokeflow-upgrade%' AND client_port IN (${[...line.ports, 0].join(', ')})`),
    processes: () => Promise.resolve(processesWith(`TMPDIR=${folders.temporary}`).map(({ line }) => line)),
    killProgram: (names, which) => {
      // Those that are asked for their version are not missed: there are other installations to ask.
      const running = processesWith(`TMPDIR=${folders.temporary}`).filter(
        (one) => names.includes(basename(one.line.split(' ')[0] ?? '')) && !one.line.endsWith(' --version'),
      );
      const picked = running[which % running.length];
      if (picked) kill(picked.pid);
      return Promise.resolve(picked !== undefined);
    },
    load: async (archive, into) => {
      const { host, port, user, password } = server;
      const env = {
        ...process.env,
        PGHOST: host,
        PGPORT: String(port),
        PGUSER: user,
        PGPASSWORD: password,
        PGSSLMODE: 'disable',
      };
      const { status, stderr } = spawnSync(
        programs?.pg_restore ?? '',
        ['--exit-on-error', `--dbname=${into}`, archive],
        { env, encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(`pg_restore of ${archive}: ${stderr}`);
    },
    mend: () => {
      line.mend();
      folders.empty();
      return Promise.resolve();
    },
    crashed: () => Promise.resolve(false),
    leave: async () => {
      await line.close();
      const made = await ask<{ datname: string }>(
        `SELECT datname FROM pg_database WHERE starts_with(datname, '${name}')`,
      );
      for (const { datname } of made) await databaseAt(server, datname).drop();
      folders.remove();
    },
  };
}

/** The processes that were started with a variable: a run's own, and what it started. Linux alone has /proc. */
function processesWith(variable: string): { pid: number; line: string }[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
        return environment.includes(variable) && line !== '' ? [{ pid: Number(pid), line }] : [];
      } catch {
        return [];
      }
    });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
