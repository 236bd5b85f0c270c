import { once } from 'node:events';
import { chmod, chown, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabaseOn, databaseAt, type ServerAddress, type TestDatabase } from './databases.js';
import { initialise, serverBinaries, start, stop, unprivilegedAccount, type Account } from './embedded.js';

export interface ReplicatedDatabase {
  readonly primary: TestDatabase;
  /** The same database on a server that repeats what the primary does (streaming replication, hot standby). */
  readonly standby: TestDatabase;
  /** Waits until the standby has repeated all that the primary has done so far. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a primary server with one database, and a streaming standby of it that was made from the primary's stopped
 * data folder ("File System Level Backup" and "Standby Server Operation" in PostgreSQL's documentation).
 */
export async function startReplicated(sql: string): Promise<ReplicatedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'yokeflow-upgrade-standby-'));
  await chmod(folder, 0o755);
  const account = unprivilegedAccount();
  const bin = await serverBinaries(folder);
  const login = { user: 'agent', password: 'replicated', database: 'postgres' };
  const [primaryData, standbyData, socket] = [join(folder, 'primary'), join(folder, 'standby'), join(folder, 'socket')];
  await initialise(bin, primaryData, account, login.user, login.password);
  const first = await start(bin, primaryData, socket, account, login);
  const name = 'yokeflow';
  await createDatabaseOn(addressOf(first.port, login), { name, sql });
  first.process.kill('SIGINT');
  await once(first.process, 'exit');

  await cp(primaryData, standbyData, { recursive: true });
  const primary = await start(bin, primaryData, socket, account, login);
  await writeFile(join(standbyData, 'standby.signal'), '');
  const conninfo = `host=127.0.0.1 port=${primary.port} user=${login.user} password=${login.password} sslmode=disable`;
  await writeFile(join(standbyData, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`);
  await own(standbyData, account);
  await chmod(standbyData, 0o700);
  const standby = await start(bin, standbyData, `${socket}-standby`, account, login);

  const databases = {
    primary: databaseAt(addressOf(primary.port, login), name),
    standby: databaseAt(addressOf(standby.port, login), name),
  };
  return {
    ...databases,
    catchUp: async () => {
      const [row] = await databases.primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn');
      for (const deadline = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const [there] = await databases.standby.query<{ done: boolean }>(
          'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done',
          [row?.lsn],
        );
        if (there?.done) return;
        if (Date.now() > deadline) throw new Error('the standby does not follow its primary');
      }
    },
    stop: async () => {
      await Promise.all([stop(standby.process), stop(primary.process)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const addressOf = (port: number, { user, password }: { user: string; password: string }): ServerAddress => ({
  host: '127.0.0.1',
  port,
  user,
  password,
});

async function own(folder: string, { uid, gid }: Account): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, gid);
}
