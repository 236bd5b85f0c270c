import { resolve } from 'node:path';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { variableParts, type ConnectionParts } from './connection.js';
import { readDotenv } from './dotenv.js';
import { rememberPassword } from '../redaction/redact.js';
import { sslFor } from './ssl.js';
import { fileFailure, type Surroundings } from './surroundings.js';
import type { Attempt, DirectTarget } from './target.js';
import { refusePasswordFile, refuseUnhonoured } from './unhonoured.js';
import { parseUrl, urlParameters } from './url.js';

/** The `source` of a target that the user named on the command line. */
export const commandLineSource = '--database-url';

/** The longest that a timer of Node's can be, in seconds, and somewhat less. */
const LONGEST_TIMEOUT_S = 2_000_000;

export interface DirectSearch {
  readonly target?: DirectTarget;
  readonly attempts: readonly Attempt[];
  /** The source that decides, where it names a database that cannot even be addressed. */
  readonly failed?: { readonly source: string; readonly why: string };
}

/**
 * The target that `--database-url` names. It is not probed: connecting to it gives the better error.
 * @param project the YokeFlow checkout, whose `.env` may have the password of the same address
 * @throws {UpgradeError} YF209 (exit 2) when the URL cannot be read, YF212 (exit 2) for a parameter that is not honoured,
 *   YF207 when a certificate file cannot be read
 */
export async function commandLineTarget(url: string, from: Surroundings, project = '.'): Promise<DirectTarget> {
  const reason = `${commandLineSource} was given`;
  const target = await fromUrl(url, commandLineSource, reason, from.cwd, from);
  if (target.password !== undefined) return target;
  // Messages give an address without its password: the rest of what DATABASE_URL or .env says of the same address then counts.
  const { target: known } = await findDirect(project, from).catch((): DirectSearch => ({ attempts: [] }));
  const isSame = (['host', 'port', 'user', 'database'] as const).every((part) => known?.[part] === target[part]);
  if (known?.password === undefined || !isSame) return target;
  const saysMore = Object.keys(urlParameters(url, commandLineSource).values).some((name) => name !== 'host' && name !== 'port');
  return { ...(saysMore ? { ...target, password: known.password } : known), source: commandLineSource, reason: `${reason}; its password is from ${known.source}` };
}

/**
 * Looks for an address in DATABASE_URL, else the PG* variables, else `.env` in the project's folder. The first
 * that is set decides: falling through to the next one could upgrade another database than the one meant.
 * @param project the YokeFlow checkout
 * @throws {UpgradeError} YF212 (exit 2) where that one has a parameter that is not honoured
 */
export async function findDirect(project: string, from: Surroundings): Promise<DirectSearch> {
  const attempts: Attempt[] = [];
  const url = from.env['DATABASE_URL']?.trim();
  if (url) return taken('DATABASE_URL', attempts, (source) => fromUrl(url, source, found(source), from.cwd, from));
  attempts.push({ tried: 'DATABASE_URL', failed: 'not set' });

  if (hasVariables(from.env)) return taken('PG* variables', attempts, (source) => fromVariables(from.env, source, from.cwd, from));
  attempts.push({ tried: 'PG* variables', failed: 'neither PGHOST nor PGDATABASE is set' });

  return fromProject(project, attempts, from);
}

const found = (source: string): string => `found in ${source}`;

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
  refusePasswordFile(values, from.env, path);
  const url = values['DATABASE_URL']?.trim();
  // YokeFlow reads the file into its environment, where a variable that is set already counts more.
  const together = { ...from, env: { ...variablesOf(values), ...from.env } };
  if (url) return taken(path, attempts, () => fromUrl(url, path, found(path), folder, together));
  if (hasVariables(values)) return taken(path, attempts, () => fromVariables(values, path, folder, together));
  attempts.push({ tried: path, failed: 'it sets neither DATABASE_URL nor PGHOST nor PGDATABASE' });
  return { attempts };
}

/** Runs one source; an error that a user can meet becomes the reason why it did not do. */
async function taken(source: string, attempts: Attempt[], find: (source: string) => Promise<DirectTarget>): Promise<DirectSearch> {
  try {
    return { target: await find(source), attempts };
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.code === 'YF212') throw error;
    const failed = [error.message, ...error.found, error.remedy].join(' ');
    return { attempts: [...attempts, { tried: source, failed }], failed: { source, why: error.message } };
  }
}

/** PGSERVICE and PGHOSTADDR name a server as well, if not here. */
function hasVariables(env: Surroundings['env']): boolean {
  return ['PGHOST', 'PGDATABASE', 'PGSERVICE', 'PGHOSTADDR'].some((name) => Boolean(env[name]));
}

const variablesOf = (values: Surroundings['env']): Surroundings['env'] => Object.fromEntries(Object.entries(values).filter(([name]) => /^PG[A-Z_]+$/.test(name)));

async function fromUrl(url: string, source: string, reason: string, folder: string, from: Surroundings): Promise<DirectTarget> {
  refuseUnhonoured(urlParameters(url, source), from.env, source);
  return complete(await parseUrl(url, source), source, reason, folder, from);
}

async function fromVariables(env: Surroundings['env'], source: string, folder: string, from: Surroundings): Promise<DirectTarget> {
  refuseUnhonoured({ values: {}, mayBeSecret: false }, { ...from.env, ...env }, source);
  return complete(variableParts(env), source, found(source), folder, from);
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
  if (host.includes(',')) throw unusable(source, 'it names several hosts; give the one to upgrade');
  const user = parts.user ?? from.userName;
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
    ...connectTimeout(parts, source),
    // libpq ignores sslmode on a local socket.
    ssl: isSocketFolder(host) ? 'disable' : sslFor(parts, source, folder, from),
    reason,
  };
}

/** libpq waits for ever after 0 or less; here the usual limit then holds. */
function connectTimeout({ connectTimeout: written }: ConnectionParts, source: string): Pick<DirectTarget, 'connectTimeoutSeconds'> {
  if (written === undefined) return {};
  const seconds = Number(written);
  if (!/^\s*[+-]?\d+\s*$/.test(written) || !Number.isSafeInteger(seconds)) throw unusable(source, 'connect_timeout is no whole number of seconds');
  return seconds > 0 ? { connectTimeoutSeconds: Math.min(seconds, LONGEST_TIMEOUT_S) } : {};
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
