import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connected,
  createDatabaseOn,
  type DatabaseOptions,
  type ServerAddress,
  type TestDatabase,
} from './databases.js';
import { initialise, serverBinaries, start, stop, unprivilegedAccount, type Account } from './embedded.js';

/** A PostgreSQL that one test has to itself: to stop it, to change its settings. */
export interface OwnServer extends ServerAddress {
  readonly socketDir: string;
  /** Process id of the postmaster. */
  readonly pid: number;
  createDatabase(options?: DatabaseOptions): Promise<TestDatabase>;
  /** Sends a signal to the postmaster and to each of its processes. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** ALTER SYSTEM, and waits until it is read. */
  set(name: string, value: string): Promise<void>;
  stop(): Promise<void>;
}

export interface OwnServerOptions {
  readonly password?: string;
  /** Further settings, `name=value`. */
  readonly settings?: readonly string[];
  /** Changes the data folder before the first start. */
  readonly prepare?: (data: string, account: Account) => Promise<void>;
}

export async function startOwnServer({
  password = 'of its own',
  settings = [],
  prepare,
}: OwnServerOptions = {}): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'yokeflow-upgrade-own-'));
  await chmod(folder, 0o755);
  const account = unprivilegedAccount();
  const bin = await serverBinaries(folder);
  const login = { user: 'agent', password, database: 'postgres' };
  const [data, socketDir] = [join(folder, 'data'), join(folder, 'socket')];
  await initialise(bin, data, account, login.user, login.password);
  await prepare?.(data, account);
  const server = await start(bin, data, socketDir, account, login, settings);
  const address = { host: '127.0.0.1', port: server.port, user: login.user, password: login.password, socketDir };
  const pid = server.process.pid ?? 0;
  let isStopped = false;
  const signalAll = (signal: 'SIGSTOP' | 'SIGCONT') => {
    isStopped = signal === 'SIGSTOP';
    const children = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
    for (const one of signal === 'SIGSTOP' ? [pid, ...children] : [...children, pid]) process.kill(one, signal);
  };
  return {
    ...address,
    pid,
    createDatabase: (options) => createDatabaseOn(address, options),
    signalAll,
    set: (name, value) =>
      connected(address, 'postgres', async (client) => {
        await client.query(`ALTER SYSTEM SET ${name} = '${value}'`);
        await client.query('SELECT pg_reload_conf()');
        for (;;) {
          const { rows } = await connected(address, 'postgres', (fresh) =>
            fresh.query<{ value: string }>(`SELECT current_setting('${name}') AS value`),
          );
          if (rows[0]?.value === value) return;
        }
      }),
    stop: async () => {
      if (isStopped) signalAll('SIGCONT');
      await stop(server.process);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
