import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';
import { connected } from './databases.js';
import { freePort, unprivilegedAccount } from './embedded.js';
import type { TestDatabase } from './server.js';

export interface Pooler {
  /** The same database, as it is reached through the pooler. */
  readonly database: TestDatabase;
  stop(): Promise<void>;
}

/** Debian keeps it where only root looks. */
const program = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'pgbouncer'))
  .find((path) => existsSync(path));

/** `describe` for tests that need a real PgBouncer: skipped without one, or failing where CI says that there must be one. */
export function describeWithPgBouncer(name: string, tests: () => void): void {
  if (program !== undefined) describe(name, tests);
  else if (process.env.REQUIRE_DOCKER !== '1') describe.skip(`${name} (skipped: no pgbouncer on this machine)`, tests);
  else
    describe(name, () => {
      it('has a PgBouncer, as CI demands', () => {
        throw new Error('no pgbouncer on this machine');
      });
    });
}

/**
 * Starts a PgBouncer in front of a database.
 * @param settings further lines of its configuration, section [pgbouncer]
 */
export async function startPgBouncer(database: TestDatabase, settings: readonly string[] = []): Promise<Pooler> {
  const account = unprivilegedAccount();
  const folder = await mkdtemp(join(tmpdir(), 'yokeflow-upgrade-pgbouncer-'));
  const port = await freePort();
  const { host, user, password, name } = database;
  await writeFile(join(folder, 'users.txt'), `"${user}" "${password}"\n`);
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    [
      '[databases]',
      `* = host=${host} port=${database.port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${join(folder, 'users.txt')}`,
      'pool_mode = transaction',
      ...settings,
    ].join('\n'),
  );
  await chmod(folder, 0o755);
  if (account.uid !== undefined && account.gid !== undefined) await chown(folder, account.uid, account.gid);

  const child = spawn(program ?? '', [join(folder, 'pgbouncer.ini')], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  const pooled = { ...database, host: '127.0.0.1', port };
  for (const deadline = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (
      await connected(pooled, name, (client) => client.query('SELECT 1')).then(
        () => true,
        () => false,
      )
    )
      break;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`PgBouncer did not start:\n${log}`);
  }
  const url = new URL(database.url);
  url.port = String(port);
  return {
    database: { ...pooled, url: url.href },
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
