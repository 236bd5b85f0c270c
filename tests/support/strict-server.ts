import { chmod, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificate } from './certificate.js';
import type { ServerAddress } from './databases.js';
import type { Account } from './embedded.js';
import { startOwnServer } from './own-server.js';

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
export async function startStrictServer(
  rules: readonly string[],
  settings: readonly string[] = [],
): Promise<StrictServer> {
  const server = await startOwnServer({
    password: 'strict-password',
    settings: ['ssl=on', ...settings],
    prepare: async (data, account) => {
      await writeFile(join(data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
      await makeOwnCertificate(data, account);
    },
  });
  const { host, port, user, password, socketDir } = server;
  return {
    address: { host, port, user, password, socketDir },
    shutDownSmartly: () => void process.kill(server.pid, 'SIGTERM'),
    stop: () => server.stop(),
  };
}

async function makeOwnCertificate(data: string, { uid, gid }: Account): Promise<void> {
  const { key, certificate } = makeCertificate(data, 'DNS:localhost');
  await chmod(key, 0o600);
  for (const file of [key, certificate]) if (uid !== undefined && gid !== undefined) await chown(file, uid, gid);
}
