import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerAddress } from './databases.js';
import { initialise, serverBinaries, start, stop, unprivilegedAccount } from './embedded.js';

export interface StrictServer {
  readonly address: ServerAddress & { socketDir: string };
  /** Begins a shutdown that waits for whoever is connected ("Smart Shutdown"), and lets nobody else in. */
  shutDownSmartly(): void;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of its own with TLS, a self-signed certificate for `localhost`, and these rules in the place of pg_hba.conf.
 * @param settings further settings, `name=value`
 */
export async function startStrictServer(rules: readonly string[], settings: readonly string[] = []): Promise<StrictServer> {
  const folder = await mkdtemp(join(tmpdir(), 'yokeflow-upgrade-strict-'));
  await chmod(folder, 0o755);
  const account = unprivilegedAccount();
  const bin = await serverBinaries(folder);
  const login = { user: 'agent', password: 'strict-password', database: 'postgres' };
  const [data, socketDir] = [join(folder, 'data'), join(folder, 'socket')];
  await initialise(bin, data, account, login.user, login.password);
  await writeFile(join(data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
  const [key, certificate] = [join(data, 'server.key'), join(data, 'server.crt')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'pipe' });
  await chmod(key, 0o600);
  for (const file of [key, certificate]) if (account.uid !== undefined && account.gid !== undefined) await chown(file, account.uid, account.gid);
  const server = await start(bin, data, socketDir, account, login, ['ssl=on', ...settings]);
  return {
    address: { host: '127.0.0.1', port: server.port, user: login.user, password: login.password, socketDir },
    shutDownSmartly: () => void server.process.kill('SIGTERM'),
    stop: async () => {
      await stop(server.process);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
