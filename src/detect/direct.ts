import { resolve } from 'node:path';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { readConnectionString } from './connection-string.js';
import { readDotenv } from './dotenv.js';
import { fromString, fromVariables, type Source } from './gather.js';
import { imageSettings } from './image-variables.js';
import { UnreadableFile } from '../machine/read-text.js';
import { fileFailure, type Surroundings } from '../machine/surroundings.js';
import { withPassword } from '../database/direct/settle.js';
import type { Attempt, DirectHost, DirectTarget } from '../database/target.js';

/** The `source` of a target that the user named on the command line. */
export const commandLineSource = '--database-url';

export interface DirectSearch {
  readonly target?: DirectTarget;
  readonly attempts: readonly Attempt[];
  /** Whether nothing named the host of the target: then it is this machine. */
  readonly isGuessed?: boolean;
  /** The source that decides, where it names a database that cannot even be addressed. */
  readonly failed?: { readonly source: string; readonly why: string };
}

/**
 * The target that `--database-url` names. It is not probed: connecting to it gives the better error.
 * @param project the YokeFlow checkout, whose `.env` may have the password of the same address
 * @param source the option that it stands in
 * @throws {UpgradeError} YF209 (exit 2) when it cannot be read, YF212 (exit 2) for a parameter that is not honoured, YF231 (exit 2) for a
 *   service that cannot be used, YF207 when a certificate file cannot be read
 */
export async function commandLineTarget(
  text: string,
  from: Surroundings,
  project = '.',
  source = commandLineSource,
): Promise<DirectTarget> {
  const reason = `${source} was given`;
  const target = fromString(text, inEnvironment(source, reason, from), from);
  if (target.password !== undefined && target.passwordFile === undefined) return target;
  // Messages give an address without its password and TLS: what DATABASE_URL or .env says of the same address then counts.
  const { target: found } = await findDirect(project, from).catch((): DirectSearch => ({ attempts: [] }));
  const known = sameAddress(found, target);
  if (known === undefined) return target;
  const saysMore = Object.keys(readConnectionString(text, source).values).some((name) => !ofAddress.has(name));
  // What was looked up in the same file says nothing of where the address stands.
  const isTheirs = known.password !== undefined && known.passwordFile === undefined;
  const { passwordFile: _, ...withoutFile } = target;
  const { password = '', passwordFrom = known.source } = known;
  const completed = isTheirs ? withPassword(withoutFile, { password, passwordFrom }) : target;
  const whence = `its ${isTheirs ? 'password is' : 'settings are'} from ${known.source}`;
  return { ...(saysMore ? completed : known), source, reason: `${reason}; ${whence}` };
}

/** What a message gives of an address. */
const ofAddress: ReadonlySet<string> = new Set(['host', 'port', 'user', 'dbname']);

/** What is known of the address of a target; where that is one of several servers, of this one. */
function sameAddress(known: DirectTarget | undefined, target: DirectTarget): DirectTarget | undefined {
  if (known === undefined || known.user !== target.user || known.database !== target.database) return undefined;
  const isSame = (one: DirectHost, other: DirectHost | undefined) =>
    one.host === other?.host && one.hostaddr === other.hostaddr && one.port === other.port;
  const [mine, theirs] = [target.hosts ?? [target], known.hosts ?? [known]];
  if (mine.length === theirs.length && mine.every((one, i) => isSame(one, theirs[i]))) return known;
  const one = target.hosts === undefined && theirs.find((host) => isSame(host, target));
  if (!one) return undefined;
  const { hosts: _, sessionAttributes: __, isBalanced: ___, ...rest } = known;
  return { ...rest, ...one };
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
  if (url)
    return taken('DATABASE_URL', attempts, (source) =>
      fromString(url, inEnvironment(source, foundIn(source), from), from),
    );
  attempts.push({ tried: 'DATABASE_URL', failed: 'not set' });

  if (hasVariables(from.env))
    return taken('PG* variables', attempts, (source) =>
      fromVariables(inEnvironment(source, foundIn(source), from), from),
    );
  attempts.push({ tried: 'PG* variables', failed: 'none of PGHOST, PGHOSTADDR, PGDATABASE and PGSERVICE is set' });

  return fromProject(project, attempts, from);
}

const foundIn = (source: string): string => `found in ${source}`;

function fromProject(project: string, attempts: Attempt[], from: Surroundings): DirectSearch {
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
  const env = { ...variablesOf(values), ...from.env };
  const whereOf = (variable: string) => (from.env[variable] === undefined ? path : 'the environment');
  const source: Source = { name: path, reason: foundIn(path), folder, env, whereOf };
  if (url) return taken(path, attempts, () => fromString(url, source, from));
  if (hasVariables(values)) return taken(path, attempts, () => fromVariables(source, from));
  const ofImage = imageSettings({ ...values, ...imageVariablesOf(values, from.env) }, path);
  if (ofImage === undefined) {
    attempts.push({ tried: path, failed: 'it names no database: no DATABASE_URL, no PG* variables, no POSTGRES_DB' });
    return { attempts };
  }
  const search = taken(path, attempts, () =>
    fromVariables({ ...source, reason: `found in ${path}, by its POSTGRES_* variables` }, from, ofImage),
  );
  return { ...search, isGuessed: !values['POSTGRES_HOST'] };
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
function taken(source: string, attempts: Attempt[], find: (source: string) => DirectTarget): DirectSearch {
  try {
    return { target: find(source), attempts };
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.code === 'YF212') throw error;
    const details = error.found.length === 0 ? [] : [`${error.found.join('; ')}.`];
    const failed = [error.message, ...details, error.remedy].join(' ');
    return { attempts: [...attempts, { tried: source, failed }], failed: { source, why: error.message } };
  }
}

/** PGSERVICE and PGHOSTADDR name a server as well, if not here. */
function hasVariables(env: Surroundings['env']): boolean {
  return ['PGHOST', 'PGDATABASE', 'PGSERVICE', 'PGHOSTADDR'].some((name) => Boolean(env[name]));
}

const variablesOf = (values: Surroundings['env']): Surroundings['env'] =>
  Object.fromEntries(Object.entries(values).filter(([name]) => /^PG[A-Z_]+$/.test(name)));

/** Those of the image that the file sets and the environment sets too. */
const imageVariablesOf = (values: Surroundings['env'], env: Surroundings['env']): Surroundings['env'] =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => name.startsWith('POSTGRES_') && values[name] !== undefined),
  );

/** A source beside which the environment counts, with relative paths from the current folder. */
const inEnvironment = (name: string, reason: string, from: Surroundings): Source => ({
  name,
  reason,
  folder: from.cwd,
  env: from.env,
  whereOf: () => 'the environment',
});
