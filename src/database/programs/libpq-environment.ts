import { createPrivateKey } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates, type ConnectionOptions } from 'node:tls';
import { placeOf } from '../direct/place.js';
import type { DirectTarget } from '../target.js';
import { ownerTag } from '../../machine/owner-tag.js';
import { makeTemporaryFolder } from '../../machine/temporary-folder.js';
import { connectTimeoutSeconds } from '../connect-timeout.js';
import type { ProgramRun } from './programs.js';

/**
 * Hands `work` the environment in which libpq connects to a target as `pg` does: a password in an argument could be
 * read by every user of the machine. Certificates go through files of this user's that are gone afterwards.
 * Source: PostgreSQL, "libpq: Environment Variables".
 */
export async function withLibpqEnvironment<T>(
  target: DirectTarget,
  connection: ProgramRun['connection'],
  work: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PG(?!PASSFILE$)/.test(name)));
  // Messages are read here, so they have to be in English.
  Object.assign(env, { LC_MESSAGES: 'C', LANGUAGE: 'C' });
  delete env['LC_ALL'];
  if (!connection) return work(env);
  Object.assign(env, {
    PGHOST: target.host,
    ...(placeOf(target) !== target.host && { PGHOSTADDR: placeOf(target) }),
    PGPORT: String(target.port),
    PGUSER: target.user,
    PGDATABASE: connection.database,
    PGAPPNAME: connection.applicationName,
    PGCONNECT_TIMEOUT: String(connectTimeoutSeconds(target)),
    // Whatever password counts here was looked up by now. Without one, the file is the same all the same: it may have a line for another database.
    ...(target.password !== undefined
      ? { PGPASSWORD: target.password }
      : target.passwordFile && !target.passwordFile.fault && { PGPASSFILE: target.passwordFile.path }),
    ...(target.options !== undefined && { PGOPTIONS: target.options }),
  });
  if (target.sendsName === false) Object.assign(env, { PGSSLSNI: '0' });
  const tls = typeof target.ssl === 'string' ? target.optionalTls : target.ssl;
  const weak = typeof target.ssl === 'string' && { PGSSLMODE: target.ssl };
  if (tls === undefined) return work({ ...env, ...weak });

  const folder = await makeTemporaryFolder(`yokeflow-upgrade-tls-${ownerTag()}-`);
  try {
    return await work({ ...env, ...(await tlsVariables(tls, folder)), ...weak });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tlsVariables(ssl: ConnectionOptions, folder: string): Promise<Record<string, string>> {
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
    return path;
  };
  const variables: Record<string, string> = { PGSSLMODE: 'require' };
  if (ssl.rejectUnauthorized !== false) {
    // detect/ssl.ts takes the check of the host name away for verify-ca, and for require with a root certificate.
    variables['PGSSLMODE'] = ssl.checkServerIdentity ? 'verify-ca' : 'verify-full';
    // libpq knows the system's own authorities from 16 on only (sslrootcert=system).
    variables['PGSSLROOTCERT'] = await write(
      'root.crt',
      ssl.ca === undefined ? rootCertificates.join('\n') : String(ssl.ca),
    );
  }
  if (ssl.crl !== undefined) variables['PGSSLCRL'] = await write('root.crl', String(ssl.crl));
  if (ssl.minVersion) variables['PGSSLMINPROTOCOLVERSION'] = ssl.minVersion;
  if (ssl.maxVersion) variables['PGSSLMAXPROTOCOLVERSION'] = ssl.maxVersion;
  if (ssl.cert !== undefined) variables['PGSSLCERT'] = await write('client.crt', String(ssl.cert));
  if (typeof ssl.key === 'string') variables['PGSSLKEY'] = await write('client.key', openKey(ssl.key, ssl.passphrase));
  return variables;
}

/** libpq takes the passphrase of a key from a connection string only, so the key goes without one. */
function openKey(key: string, passphrase: string | undefined): string {
  return passphrase === undefined
    ? key
    : String(createPrivateKey({ key, passphrase }).export({ type: 'pkcs8', format: 'pem' }));
}
