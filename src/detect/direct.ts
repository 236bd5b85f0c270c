import { resolve } from 'node:path';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { variableParts, type ConnectionParts } from './connection.js';
import { readDotenv } from './dotenv.js';
import { rememberPassword } from '../redaction/redact.js';
import { slipIn } from './slip.js';
import { sslFor } from './ssl.js';
import { fileFailure, type Surroundings } from './surroundings.js';
import type { Attempt, DirectTarget } from './target.js';
import { parseUrl } from './url.js';

/** The `source` of a target that the user named on the command line. */
export const commandLineSource = '--database-url';

export interface DirectSearch {
  readonly target?: DirectTarget;
  readonly attempts: readonly Attempt[];
}

/**
 * The target that `--database-url` names. It is not probed: connecting to it gives the better error.
 * @throws {UpgradeError} YF209 (exit 2) when the URL cannot be read, YF207 when a certificate file cannot
 */
export async function commandLineTarget(url: string, from: Surroundings): Promise<DirectTarget> {
  const parts = await parseUrl(url, commandLineSource);
  return complete(parts, commandLineSource, `${commandLineSource} was given`, from.cwd, from);
}

/**
 * Looks for an address in DATABASE_URL, else the PG* variables, else `.env` in the project's folder. The first
 * that is set decides: falling through to the next one could upgrade another database than the one meant.
 * @param project the YokeFlow checkout
 */
export async function findDirect(project: string, from: Surroundings): Promise<DirectSearch> {
  const attempts: Attempt[] = [];
  const url = from.env['DATABASE_URL']?.trim();
  if (url) return taken('DATABASE_URL', attempts, () => fromUrl(url, 'DATABASE_URL', from.cwd, from));
  attempts.push({ tried: 'DATABASE_URL', failed: 'not set' });

  if (hasVariables(from.env)) return taken('PG* variables', attempts, () => fromVariables(from.env, 'PG* variables', from.cwd, from));
  attempts.push({ tried: 'PG* variables', failed: from.env['PGSERVICE'] ? 'only PGSERVICE is set, and service files are not read' : 'neither PGHOST nor PGDATABASE is set' });

  return fromProject(project, attempts, from);
}

async function fromProject(project: string, attempts: Attempt[], from: Surroundings): Promise<DirectSearch> {
  const folder = resolve(from.cwd, project);
  const path = resolve(folder, '.env');
  if (!from.exists(path)) {
    attempts.push({ tried: path, failed: 'no .env there; --project DIR names the YokeFlow checkout' });
    return { attempts };
  }
  let values: Record<string, string | undefined>;
  try {
    values = readDotenv(from.readText(path), from.env);
  } catch (error) {
    attempts.push({ tried: path, failed: `it cannot be read: ${fileFailure(error)}` });
    return { attempts };
  }
  const url = values['DATABASE_URL']?.trim();
  if (url) return taken(path, attempts, () => fromUrl(url, path, folder, from));
  if (hasVariables(values)) return taken(path, attempts, () => fromVariables(values, path, folder, from));
  attempts.push({ tried: path, failed: 'it sets neither DATABASE_URL nor PGHOST nor PGDATABASE' });
  return { attempts };
}

/** Runs one source; an error that a user can meet becomes the reason why it did not do. */
async function taken(tried: string, attempts: Attempt[], find: () => Promise<DirectTarget>): Promise<DirectSearch> {
  try {
    return { target: await find(), attempts };
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
    return { attempts: [...attempts, { tried, failed: [error.message, ...error.found, error.remedy].join(' ') }] };
  }
}

function hasVariables(env: Surroundings['env']): boolean {
  return Boolean(env['PGHOST']) || Boolean(env['PGDATABASE']);
}

async function fromUrl(url: string, source: string, folder: string, from: Surroundings): Promise<DirectTarget> {
  return complete(await parseUrl(url, source), source, `found in ${source}`, folder, from);
}

async function fromVariables(env: Surroundings['env'], source: string, folder: string, from: Surroundings): Promise<DirectTarget> {
  return complete(variableParts(env), source, `found in ${source}`, folder, from);
}

/**
 * Fills in what a source leaves open, as libpq does: first from the PG* variables, then port 5432, the login name
 * for the user, the user for the database, and a local socket for the host.
 */
function complete(given: ConnectionParts, source: string, reason: string, folder: string, from: Surroundings): DirectTarget {
  const parts = { ...variableParts(from.env), ...given };
  const port = Number(parts.port ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw unusable(source, 'the port is not a number from 1 to 65535');
  const host = parts.host ?? localHost(port, from);
  const user = parts.user ?? from.userName;
  const slip = slipIn(host, user, parts.database);
  if (slip !== undefined) throw unusable(source, `what stands in the place of ${slip}`);
  if (host.includes(',')) throw unusable(source, 'it names several hosts; give the one to upgrade');
  if (user === undefined) throw unusable(source, 'it names no user');
  const database = parts.database ?? user;
  // Who takes a name for a password would find that name hidden everywhere.
  if (parts.password !== user && parts.password !== database) rememberPassword(parts.password);
  return {
    kind: 'direct',
    source,
    host,
    port,
    database,
    user,
    ...(parts.password === undefined ? {} : { password: parts.password }),
    ...(parts.options === undefined ? {} : { options: parts.options }),
    // libpq ignores sslmode on a local socket.
    ssl: isSocketFolder(host) ? 'disable' : sslFor(parts, source, folder, from),
    reason,
  };
}

/** Whether a host is the folder of a local socket, as libpq tells them apart. */
export function isSocketFolder(host: string): boolean {
  return host.startsWith('/');
}

/** libpq's default host is a folder fixed when it was built: one for Debian and Red Hat, /tmp for the others. */
function localHost(port: number, from: Surroundings): string {
  const folders = from.platform === 'win32' ? [] : ['/var/run/postgresql', '/tmp'];
  return folders.find((folder) => from.exists(`${folder}/.s.PGSQL.${port}`)) ?? 'localhost';
}

function unusable(source: string, fault: string): UpgradeError {
  return new UpgradeError({
    code: 'YF209',
    exitCode: ExitCode.usage,
    message: `The connection in ${source} cannot be used: ${fault}.`,
    remedy: 'Name the whole connection: --database-url postgresql://user@host:5432/database',
  });
}
