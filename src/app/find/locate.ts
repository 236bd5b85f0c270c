import type { Place } from '../../database/place.js';
import type { Attempt, DirectTarget, DockerTarget, KeptVolume } from '../../database/target.js';
import { findCandidates, type Candidate } from '../../detect/candidates.js';
import { nothingFound, onlyVolume, SeveralDatabases, targetOf, type Described } from '../../detect/choose.js';
import { unusableContainer } from '../../detect/container.js';
import { detect } from '../../detect/detect.js';
import { ownAddresses, seeHost } from '../../detect/leads-to.js';
import { ExitCode, UpgradeError } from '../../errors/error.js';
import { absolutePath } from '../../machine/current-folder.js';
import { findRelease, reachable } from '../../releases/registry.js';
import type { Release } from '../../releases/release.js';
import { describe, identityOf } from './candidates.js';
import { givenConnection, type GivenConnection } from './given-connection.js';
import { settle } from './elsewhere.js';
import { lookInto } from './lookalikes.js';
import { startStopped } from './start-container.js';
import { defaults, type Command, type FindOptions, type ReleaseOption } from '../options.js';
import { nothingFoundInside } from './inside.js';
import { located, type Located } from './located.js';
import { admit } from './password.js';
import type { Run } from '../run.js';
import { own } from '../../errors/remedy.js';

/** What was found of databases, and where else was looked. */
export interface Found {
  readonly candidates: readonly Candidate[];
  readonly attempts: readonly Attempt[];
  /** What says most of why there is none. */
  readonly failure?: UpgradeError | undefined;
  readonly volumes: readonly KeptVolume[];
}

/**
 * Finds the databases that the options and the machine name.
 * @throws {UpgradeError} YF103, YF112, YF202–YF212
 */
export async function findDatabases({
  container,
  databaseUrl,
  engine,
  kube,
  source,
  database,
  user,
  port,
  project = defaults.project,
}: FindOptions & GivenConnection): Promise<Found> {
  const detection = await detect({
    container,
    databaseUrl,
    engine,
    kube,
    databaseUrlSource: source,
    given: { database, user, port },
    isProjectNamed: project !== defaults.project,
    project: project === defaults.project ? project : absolutePath(project, '--project'),
  }).catch((error: unknown) => {
    throw error instanceof UpgradeError ? nothingFoundInside(error, []) : error;
  });
  const candidates = await findCandidates(detection, { identityOf, seeHost, own: ownAddresses() });
  const { attempts, failure, lookalikes = [], volumes = [] } = detection;
  if (anyUsable(candidates) || lookalikes.length === 0) return { candidates, attempts, volumes, failure };
  // Nothing that is named as YokeFlow's can be used, so what only looks like PostgreSQL is looked into.
  const inside = await lookInto(lookalikes);
  return {
    candidates: [...inside.candidates, ...candidates],
    attempts: [...attempts, ...inside.attempts],
    volumes,
    failure,
  };
}

/**
 * Finds the database that the options and the machine name. Where there are several, or where its password is missing, it asks.
 * @throws {UpgradeError} YF318 where nobody answers; YF103, YF201–YF212, YF701
 */
export async function locate(run: Run): Promise<Located> {
  const options = { ...run.options, ...(await givenConnection(run)) };
  const found = await run.unlessSlow("Looking for YokeFlow's database", () => findDatabases(options));
  if (!anyUsable(found.candidates)) {
    const started = await startStopped(run, found.candidates);
    if (started === undefined) throw noneUsable(found, options);
    return locateStarted(run, started);
  }
  const { candidates } = found;
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return reach(run, only);
  const described = await run.unlessSlow('Looking at each database that was found', () =>
    describe(candidates, options),
  );
  const chosen = await run.decide({ kind: 'database', described });
  if (chosen === undefined) throw new SeveralDatabases(described);
  const started = chosen.candidate.target === undefined ? await startStopped(run, [chosen.candidate]) : undefined;
  if (started !== undefined) return locateStarted(run, started);
  return settle(run, await admit(run, located(usable(chosen, described))), chosen.candidate.place);
}

async function reach(run: Run, candidate: Candidate, reason?: string): Promise<Located> {
  const target = targetOf(candidate);
  const found = located(target && reason !== undefined ? { ...target, reason } : target);
  return settle(run, await admit(run, found), candidate.place);
}

/** The database in a container that this run has started. */
async function locateStarted(run: Run, { container, containerId }: Place): Promise<Located> {
  const found = await findDatabases({ ...run.options, databaseUrl: undefined, container: containerId });
  const [only] = found.candidates;
  if (only?.target === undefined) throw noneUsable(found, { container });
  return reach(run, only, `${container} was started by this run`);
}

/** Why none of the databases that were found can be used: the most telling reason. */
export function noneUsable(
  { candidates, attempts, volumes, failure }: Found,
  { container }: FindOptions,
): UpgradeError {
  const [only, ...others] = candidates.flatMap(({ place, unusable }) =>
    place && unusable ? [{ place, ...unusable }] : [],
  );
  if (only !== undefined && others.length === 0 && (container !== undefined || only.isFailing))
    return unusableContainer({ ...only, remedy: only.remedy ?? '' });
  const [volume] = volumes;
  if (candidates.length === 0 && volume !== undefined) return onlyVolume(volumes, attempts);
  return nothingFoundInside(nothingFound(attempts, candidates, failure), candidates);
}

/**
 * The target of the database that was chosen.
 * @throws {UpgradeError} YF202, YF204 for one that cannot be used now
 */
function usable(chosen: Described, described: readonly Described[]): DirectTarget | DockerTarget {
  const { place, unusable, source } = chosen.candidate;
  const others = described.filter((one) => one.candidate !== chosen.candidate);
  const target = targetOf(chosen.candidate, others);
  if (target !== undefined) return target;
  if (place !== undefined && unusable !== undefined)
    throw unusableContainer({ ...unusable, place, remedy: unusable.remedy ?? '' });
  throw new UpgradeError({
    code: 'YF204',
    exitCode: ExitCode.noDatabase,
    message: `The connection from ${source} leads nowhere.`,
    found: unusable ? [unusable.failed] : [],
    remedy: ['Start its server or correct the connection, then run: ', own('status')],
  });
}

export function anyUsable(candidates: readonly Candidate[]): boolean {
  return candidates.some(({ target }) => target !== undefined);
}

/**
 * The release that `--to` names; undefined for the newest of the line that the database is of.
 * @throws {UpgradeError} YF104
 */
export function wantedRelease({ to }: ReleaseOption): Release | undefined {
  const release = to === undefined ? undefined : findRelease(to);
  if (to === undefined || release !== undefined) return release;
  const known = reachable.flatMap(({ version, sameSchemaAs }) => [...sameSchemaAs, version]);
  throw new UpgradeError({
    code: 'YF104',
    exitCode: ExitCode.usage,
    message: `There is no release ${to} to go to.`,
    found: [`known: ${known.join(', ')}`],
    remedy: 'Give one of these to --to, or leave it out for the newest.',
  });
}

/** The commands that work on a database and tell of it. */
export type OnDatabase = Exclude<Command, 'report'>;

/** Finds the database for a command, which remembers it. */
export async function locateFor<C extends OnDatabase>(run: Run<C>): Promise<Located> {
  const found = await locate(run);
  run.learn({ target: found.target } as never);
  return found;
}
