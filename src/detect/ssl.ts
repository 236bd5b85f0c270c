import { isAbsolute, join, resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { ExitCode, UpgradeError } from '../errors/error.js';
import type { ConnectionParts } from './connection.js';
import { fileFailure, type Surroundings } from '../machine/surroundings.js';
import type { DirectTarget } from '../database/target.js';

/**
 * Gives sslmode libpq's meaning (https://www.postgresql.org/docs/current/libpq-ssl.html), which differs from that
 * of `pg`: require encrypts and checks nothing, unless there is a root certificate; verify-ca checks the chain;
 * verify-full the host name as well. Relative files start from `folder`.
 * @throws {UpgradeError} YF207 when a certificate file cannot be read, YF209 for an unknown or unsafe mode
 */
export function sslFor(
  parts: ConnectionParts,
  source: string,
  folder: string,
  from: Surroundings,
): DirectTarget['ssl'] {
  const mode = parts.sslmode ?? (parts.sslrootcert === 'system' ? 'verify-full' : 'prefer');
  if (mode === 'disable') return 'disable';
  if (mode === 'prefer' || mode === 'allow') return 'prefer';
  if (!['require', 'verify-ca', 'verify-full'].includes(mode)) {
    throw unsafe(source, `sslmode=${mode} is not known`, 'Use disable, prefer, require, verify-ca or verify-full.');
  }

  const read = (path: string): string => readCertificate(isAbsolute(path) ? path : resolve(folder, path), source, from);
  const options = clientCertificate(parts, read, from);
  if (parts.sslrootcert === 'system') {
    // As libpq does: with certificates that anyone can buy, the host name is all that tells servers apart.
    if (mode !== 'verify-full')
      throw unsafe(source, `sslmode=${mode} is too weak for sslrootcert=system`, 'Use sslmode=verify-full.');
    return { ...options, rejectUnauthorized: true };
  }
  const root = parts.sslrootcert ?? defaultFile('root.crt', from);
  if (root !== undefined) options.ca = read(root);
  if (mode === 'verify-full') return { ...options, rejectUnauthorized: true };
  if (mode === 'verify-ca' && root === undefined) {
    throw unsafe(
      source,
      'sslmode=verify-ca needs a root certificate',
      'Add sslrootcert=FILE, or use sslmode=verify-full.',
    );
  }
  if (root === undefined) return { ...options, rejectUnauthorized: false };
  return { ...options, rejectUnauthorized: true, checkServerIdentity: () => undefined };
}

function clientCertificate(
  parts: ConnectionParts,
  read: (path: string) => string,
  from: Surroundings,
): ConnectionOptions {
  const certificate = parts.sslcert ?? defaultFile('postgresql.crt', from);
  if (certificate === undefined) return {};
  const key = parts.sslkey ?? defaultFile('postgresql.key', from);
  return {
    cert: read(certificate),
    ...(key === undefined ? {} : { key: read(key) }),
    ...(parts.sslpassword === undefined ? {} : { passphrase: parts.sslpassword }),
  };
}

/** A file of `~/.postgresql` (Windows: `%APPDATA%\postgresql`), where libpq looks by itself. */
function defaultFile(name: string, from: Surroundings): string | undefined {
  const appData = from.env['APPDATA'];
  const folder = from.platform === 'win32' && appData ? join(appData, 'postgresql') : join(from.home, '.postgresql');
  const path = join(folder, name);
  return from.exists(path) ? path : undefined;
}

function readCertificate(path: string, source: string, from: Surroundings): string {
  try {
    return from.readText(path);
  } catch (cause) {
    throw new UpgradeError({
      code: 'YF207',
      exitCode: ExitCode.usage,
      message: `The certificate file ${path}, named by ${source}, cannot be read.`,
      found: [fileFailure(cause)],
      remedy: 'Correct sslrootcert, sslcert or sslkey, or make the file readable for this user.',
      cause,
    });
  }
}

function unsafe(source: string, fault: string, remedy: string): UpgradeError {
  return new UpgradeError({
    code: 'YF209',
    message: `The TLS settings of ${source} cannot be used: ${fault}.`,
    remedy,
  });
}
