import { isAbsolute, join, resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { ExitCode, UpgradeError } from '../errors/error.js';
import type { ConnectionParts } from './connection.js';
import { fileFailure, type Surroundings } from '../machine/surroundings.js';
import type { DirectTarget } from '../database/target.js';

/** How a connection is encrypted. */
export type Tls = Pick<DirectTarget, 'ssl' | 'optionalTls' | 'sendsName'>;

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/**
 * Gives sslmode and what belongs to it libpq's meaning (https://www.postgresql.org/docs/current/libpq-ssl.html), which differs from that
 * of `pg`: require encrypts and checks nothing, unless there is a root certificate; verify-ca checks the chain; verify-full the host name as
 * well. Relative files start from `folder`.
 * @throws {UpgradeError} YF207 when a certificate file cannot be read, YF209 for an unknown or unsafe mode
 */
export function tlsFor(parts: ConnectionParts, source: string, folder: string, from: Surroundings): Tls {
  const mode = parts.sslmode ?? (parts.sslrootcert === 'system' ? 'verify-full' : 'prefer');
  if (mode === 'disable') return { ssl: 'disable' };
  if (!modes.includes(mode)) {
    throw unsafe(
      source,
      `sslmode=${mode} is not known`,
      'Use disable, allow, prefer, require, verify-ca or verify-full.',
    );
  }
  // As libpq does: with certificates that anyone can buy, the host name is all that tells servers apart.
  if (parts.sslrootcert === 'system' && mode !== 'verify-full')
    throw unsafe(source, `sslmode=${mode} is too weak for sslrootcert=system`, 'Use sslmode=verify-full.');
  const sendsName = parts.sslsni === '0' ? { sendsName: false as const } : {};
  if (mode !== 'prefer' && mode !== 'allow') {
    const read = (path: string): string => readCertificate(inFolder(path, folder), source, from);
    return { ssl: optionsFor(mode, parts, source, read, from), ...sendsName };
  }
  // Encryption that may fail is not worth an error: libpq goes on without a file that is not there.
  const there = Object.fromEntries(
    Object.entries<string>({ ...parts }).filter(
      ([name, path]) => !files.has(name) || from.exists(inFolder(path, folder)),
    ),
  );
  const read = (path: string): string => readCertificate(inFolder(path, folder), source, from);
  const optionalTls = optionsFor(mode, there, source, read, from);
  const isPlain = Object.keys(optionalTls).length === 1 && optionalTls.rejectUnauthorized === false;
  return { ssl: mode, ...(isPlain ? {} : { optionalTls }), ...sendsName };
}

const files: ReadonlySet<string> = new Set(['sslrootcert', 'sslcert', 'sslkey', 'sslcrl']);

const inFolder = (path: string, folder: string): string => (isAbsolute(path) ? path : resolve(folder, path));

function optionsFor(
  mode: string,
  parts: ConnectionParts,
  source: string,
  read: (path: string) => string,
  from: Surroundings,
): ConnectionOptions {
  const options = { ...clientCertificate(parts, read, from), ...versions(parts, source) };
  if (parts.sslrootcert === 'system') return { ...options, rejectUnauthorized: true };
  const root = parts.sslrootcert ?? defaultFile('root.crt', from);
  if (root !== undefined) options.ca = read(root);
  // libpq reads it only where there is a root certificate.
  const revoked = parts.sslcrl ?? defaultFile('root.crl', from);
  if (root !== undefined && revoked !== undefined) options.crl = read(revoked);
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

const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** libpq reads them in upper and lower case; its least version is TLS 1.2, as Node's is. */
function versions(parts: ConnectionParts, source: string): ConnectionOptions {
  const versionOf = (name: 'ssl_min_protocol_version' | 'ssl_max_protocol_version') => {
    const written = parts[name];
    const version = tlsVersions.find((one) => one.toLowerCase() === written?.toLowerCase());
    if (written !== undefined && version === undefined)
      throw unsafe(source, `${name} is none of ${tlsVersions.join(', ')}`, 'Leave it out.');
    return version;
  };
  const [least, most] = [versionOf('ssl_min_protocol_version'), versionOf('ssl_max_protocol_version')];
  if (least !== undefined && most !== undefined && tlsVersions.indexOf(least) > tlsVersions.indexOf(most))
    throw unsafe(source, 'ssl_min_protocol_version is above ssl_max_protocol_version', 'Leave one of them out.');
  return { ...(least && { minVersion: least }), ...(most && { maxVersion: most }) };
}

function clientCertificate(
  parts: ConnectionParts,
  read: (path: string) => string,
  from: Surroundings,
): ConnectionOptions {
  const certificate = parts.sslcert ?? defaultFile('postgresql.crt', from);
  if (certificate === undefined || parts.sslcertmode === 'disable') return {};
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
      remedy: 'Correct sslrootcert, sslcert, sslkey or sslcrl, or make the file readable for this user.',
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
