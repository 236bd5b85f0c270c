import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connected } from '../support/databases.js';
import type { PostgresContainer } from '../support/engine.js';
import { tarOf } from '../support/tar.js';
import { cuttable } from './cuttable.js';
import { foldersOn } from './disk.js';
import type { GroundPlan, Ground, Left } from './ground.js';

const name = 'yokeflow';
/** How long a container that was killed may take to answer again, in ms. */
const READY_MS = 60_000;

/**
 * $0 is the names, $1 picks among the processes. It looks for them for a while, because asking from outside takes longer
 * than most of them live; through /proc, because not every image has ps.
 */
const KILL_ONE = `
which=$1; tries=0
while [ $tries -lt 50 ]; do
  set --
  for folder in /proc/[0-9]*; do
    read -r comm 2>/dev/null <"$folder/comm" || continue
    case " $0 " in *" $comm "*) set -- "$@" "\${folder#/proc/}";; esac
  done
  if [ $# -gt 0 ]; then shift $((which % $#)); kill -9 "$1"; exit; fi
  tries=$((tries + 1)); sleep 0.02
done
exit 1`;

/** The database `yokeflow` of a container, reached through an engine socket that can be cut. */
export async function containerGround(container: PostgresContainer, { sql, disk }: GroundPlan): Promise<Ground> {
  const ask = async <T extends object>(text: string): Promise<T[]> =>
    connected(await container.address(), 'postgres', async (client) => (await client.query(text)).rows as T[]);
  const dropAll = async () => {
    const made = await ask<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE starts_with(datname, '${name}')`,
    );
    for (const { datname } of made) await ask(`DROP DATABASE ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
  };
  await dropAll();
  if (sql !== undefined) await container.createDatabase({ name, sql });
  const folders = foldersOn(disk);
  const sockets = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-fault-'));
  const socket = join(sockets, 'engine.sock');
  const line = await cuttable({ path: '/var/run/docker.sock' }, socket);
  const since = Math.floor(Date.now() / 1000);
  return {
    name,
    server: () => container.address(),
    // The names of a container and its database: where the database is missing, nothing else tells them.
    target: ['--container', container.name],
    options: { engine: true, env: { DOCKER_HOST: `unix://${socket}`, TMPDIR: folders.temporary } },
    hasPrograms: true,
    line,
    folder: folders.backups,
    temporary: folders.temporary,
    fillDisk: folders.fill,
    sessions: () =>
      ask<Left>(
        `SELECT pid, application_name AS application, state, query FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%'`,
      ),
    processes: async () => {
      const top = (await container.container.top()) as { Processes: string[][] };
      return top.Processes.map((columns) => columns.at(-1) ?? '').filter((command) =>
        /^(\S*\/)?(psql|pg_dump|pg_restore|sh -c)\b/.test(command),
      );
    },
    killProgram: async (names, which) =>
      (await container.run('sh', '-c', KILL_ONE, names.join(' '), String(which))).exitCode === 0,
    load: async (archive, into) => {
      await container.container.putArchive(tarOf('archive.dump', readFileSync(archive)), { path: '/tmp' });
      const { user } = await container.address();
      const { exitCode, stderr } = await container.run(
        'pg_restore',
        '--exit-on-error',
        `--username=${user}`,
        `--dbname=${into}`,
        '/tmp/archive.dump',
      );
      if (exitCode !== 0) throw new Error(`pg_restore of ${archive}: ${stderr}`);
    },
    mend: async () => {
      line.mend();
      folders.empty();
      if (!(await container.container.inspect()).State.Running) await container.container.start();
      for (const deadline = Date.now() + READY_MS; ; await sleep(100)) {
        const refused = await ask('SELECT').then(
          () => undefined,
          (error: Error) => error,
        );
        if (refused === undefined) return;
        if (Date.now() > deadline) throw refused;
      }
    },
    crashed: async () =>
      /terminated by signal|reinitializing/.test(
        (await container.container.logs({ stdout: true, stderr: true, since })).toString(),
      ),
    leave: async () => {
      await line.close();
      await dropAll();
      folders.remove();
      rmSync(sockets, { recursive: true, force: true });
    },
  };
}
