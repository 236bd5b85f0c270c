import { resolve } from 'node:path';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { complete } from './complete.js';
import { variableParts } from './connection.js';
import { readDotenv } from './dotenv.js';
import { UnreadableFile } from '../machine/read-text.js';
import { fileFailure, type Surroundings } from '../machine/surroundings.js';
import type { Attempt, DirectTarget } from '../database/target.js';
import { refuseUnhonoured } from './unhonoured.js';
import { parseUrl, urlParameters } from './url.js';

/** The `source` of a target that the user named on the command line. */
export const commandLineSource = '--database-url';

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
  if (target.password !== undefined && target.passwordFile === undefined) return target;
  // Messages give an address without its password and TLS: what DATABASE_URL or .env says of the same address then counts.
  const { target: known } = await findDirect(project, from).catch((): DirectSearch => ({ attempts: [] }));
  const isSame = (['host', 'port', 'user', 'database'] as const).every((part) => known?.[part] === target[part]);
  if (known === undefined || !isSame) return target;
  const saysMore = Object.keys(urlParameters(url, commandLineSource).values).some(
    (name) => name !== 'host' && name !== 'port',
  );
  // What was looked up in the same file says nothing of where the address stands.
  const isTheirs = known.password !== undefined && known.passwordFile === undefined;
  const { passwordFile: _, ...withoutFile } = target;
  const completed = isTheirs
    ? { ...withoutFile, password: known.password, ...(known.passwordFrom && { passwordFrom: known.passwordFrom }) }
    : target;
  const whence = `its ${isTheirs ? 'password is' : 'settings are'} from ${known.source}`;
  return { ...(saysMore ? completed : known), source: commandLineSource, reason: `${reason}; ${whence}` };
}

/**
 * Looks for an address in DATABASE_URL, else the PG* variables, else `.env` in the project's folder. The first
 * that is set decides: falling through to the next one could upgrade another database than the one meant.
 * @param project the YokeFlow checkout
 * @throws {UpgradeError} YF212 (exit 2) where that one has a parameter that is not honoured, YF207 (exit 2) for a `.env` that is no text file
 */
export async function findDirect(project: string, from: Surroundings): Promise<DirectSearch> {
  const attempts: Attempt[] = [];
  const url = from.env['DATABASE_URL']?.trim();
  if (url) return taken('DATABASE_URL', attempts, (source) => fromUrl(url, source, found(source), from.cwd, from));
  attempts.push({ tried: 'DATABASE_URL', failed: 'not set' });

  if (hasVariables(from.env))
    return taken('PG* variables', attempts, (source) => fromVariables(from.env, source, from.cwd, from));
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
    if (error instanceof UnreadableFile) throw notReadable(path, error);
    attempts.push({ tried: path, failed: `it cannot be read: ${fileFailure(error)}` });
    return { attempts };
  }
  const url = values['DATABASE_URL']?.trim();
  // YokeFlow reads the file into its environment, where a variable that is set already counts more.
  const together = { ...from, env: { ...variablesOf(values), ...from.env } };
  if (url) return taken(path, attempts, () => fromUrl(url, path, found(path), folder, together));
  if (hasVariables(values)) return taken(path, attempts, () => fromVariables(values, path, folder, together));
  attempts.push({ tried: path, failed: 'it sets neither DATABASE_URL nor PGHOST nor PGDATABASE' });
  return { attempts };
}

/** What it says of the database is not known, and another one must not be taken in its place. */
function notReadable(path: string, cause: UnreadableFile): UpgradeError {
  return new UpgradeError({
    code: 'YF207',
    exitCode: ExitCode.usage,
    message: `${path} cannot be read.`,
    found: [cause.message],
    remedy: 'Make it a text file in UTF-8, or name the database in another way: --container NAME or --database-url URL',
    cause,
  });
}

/** Runs one source; an error that a user can meet becomes the reason why it did not do. */
async function taken(
  source: string,
  attempts: Attempt[],
  find: (source: string) => Promise<DirectTarget>,
): Promise<DirectSearch> {
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

const variablesOf = (values: Surroundings['env']): Surroundings['env'] =>
  Object.fromEntries(Object.entries(values).filter(([name]) => /^PG[A-Z_]+$/.test(name)));

async function fromUrl(
  url: string,
  source: string,
  reason: string,
  folder: string,
  from: Surroundings,
): Promise<DirectTarget> {
  refuseUnhonoured(urlParameters(url, source), from.env, source);
  return complete(parseUrl(url, source), source, reason, folder, from);
}

async function fromVariables(
  env: Surroundings['env'],
  source: string,
  folder: string,
  from: Surroundings,
): Promise<DirectTarget> {
  refuseUnhonoured({ values: {}, mayBeSecret: false }, { ...from.env, ...env }, source);
  return complete(variableParts(env), source, found(source), folder, from);
}
