import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { ServerAddress } from './databases.js';
import { buildEngineProgram } from './engine-program.js';
import { initialise, serverBinaries, start, stop, unprivilegedAccount } from './embedded.js';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: ServerAddress;
  }
}

const prefix = 'yokeflow-upgrade-postgres-';

interface Server {
  address: ServerAddress;
  stop(): Promise<void>;
}

// Vitest loads this file once for each of its projects, and the projects of a run share one server.
const shared = globalThis as { yokeflowTestServer?: { server: Promise<Server>; projects: number } };

/** Starts the run's PostgreSQL, tells the tests its address, and returns what takes both away again. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.yokeflowTestServer ??= { server: startServer(), projects: 0 };
  const running = shared.yokeflowTestServer;
  running.projects++;
  const server = await running.server;
  project.provide('postgres', server.address);
  return async () => {
    if (--running.projects > 0) return;
    delete shared.yokeflowTestServer;
    await server.stop();
  };
}

async function startServer(): Promise<Server> {
  buildEngineProgram();
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  let server: ChildProcess | undefined = undefined;
  // A run that is interrupted ends without teardown, and an exit handler cannot wait for anything. The retries
  // are for the files that a server on its way out still touches.
  const atExit = () => {
    server?.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  // First of all, because vitest's own exit handler calls process.exit, which skips those after it.
  process.prependOnceListener('exit', atExit);
  // mkdtemp closes the folder to all others, and the server is another account.
  await chmod(folder, 0o755);

  const account = unprivilegedAccount();
  const bin = await serverBinaries(folder);
  const login = { user: 'agent', password: randomBytes(12).toString('hex') };
  const data = join(folder, 'data');
  const socketDir = join(folder, 'socket');
  await initialise(bin, data, account, login.user, login.password);
  const started = await start(bin, data, socketDir, account, { ...login, database: 'postgres' });
  server = started.process;

  return {
    address: {
      host: '127.0.0.1',
      port: started.port,
      ...login,
      ...(process.platform === 'win32' ? {} : { socketDir }),
    },
    stop: async () => {
      await stop(started.process);
      await rm(folder, { recursive: true, force: true });
      process.off('exit', atExit);
    },
  };
}

/**
 * Removes the folders of runs that were killed. A server left behind by one of them ends by itself within a
 * minute: PostgreSQL shuts down once its postmaster.pid is gone (`RecheckDataDirLockFile` in its source).
 */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : NaN;
    if (owner > 0 && !isAlive(owner)) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
