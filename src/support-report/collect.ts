import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { dumpRole } from '../backup/plan.js';
import type { Connect } from '../database/connect.js';
import { placeOf } from '../database/direct/place.js';
import type { Attempt, Target } from '../database/target.js';
import { realSurroundings, type Surroundings } from '../machine/surroundings.js';
import { resolveEngines } from '../database/docker/resolve.js';
import type { Remedy } from '../errors/remedy.js';
import { UpgradeError } from '../errors/error.js';
import { knownPasswords } from '../redaction/redact.js';
import type { Release } from '../releases/release.js';
import { lookAtDatabase, notLooked, type Looked, type RetryLook } from './look.js';
import { errorFacts, part, reasonOf, unavailable } from './part.js';
import { learnAddress, learnSurroundings } from './sources/known-secrets.js';
import { instant, say } from './redaction/redacted.js';
import { Redactor } from './redaction/redactor.js';
import { isThere, type Draft, type Part, type Report, type Unavailable } from './report.js';
import { containerFacts, learnContainer } from './sources/container.js';
import { containerLog } from './sources/container-log.js';
import { findDocker, type OpenDocker } from './sources/docker.js';
import { engineFacts } from './sources/engine.js';
import { learnMessages } from './sources/server-message.js';
import { targetFacts } from './sources/target.js';
import { toolFacts } from './sources/tool.js';
import { verdictOf } from './verdict.js';

/** What came of looking for the database: it, or why there is none. */
export interface Search {
  readonly located?: { readonly target: Target; readonly connect: Connect };
  readonly attempts: readonly Attempt[];
  readonly error?: UpgradeError;
}

/** How a report is wanted. */
export interface ReportWish {
  readonly options: {
    readonly container?: string | undefined;
    readonly databaseUrl?: string | undefined;
    readonly project: string;
    readonly schema?: string | undefined;
    readonly lockTimeout: number;
    readonly withHosts?: boolean | undefined;
  };
  readonly release: Release | undefined;
  /** Looks for the database. */
  readonly search: () => Promise<Search>;
  /** Lets the commands of a remedy name the database of this run. */
  readonly named: (remedy: Remedy, target: Target | undefined) => Remedy;
  /** Repeats a look while somebody has a table locked, for as long as the run waits; it is given how long it may wait for a lock, in ms. */
  readonly retry: RetryLook;
  readonly from: Surroundings;
}

type Options = ReportWish['options'];

/**
 * Finds out all that support may want to know. Changes nothing: probes are rolled back. What cannot be found out is
 * in the report as well.
 * @throws {UpgradeError} what `search` throws; nothing else
 */
export async function collectReport({ options, release, search, named, retry, from }: ReportWish): Promise<Report> {
  const { withHosts = false } = options;
  const redactor = new Redactor({ withHosts });
  learnSurroundings(redactor, from, hostname(), resolve(from.cwd, options.project, '.env'));
  for (const { url } of resolveEngines(from).addresses) learnAddress(redactor, url);
  if (options.databaseUrl !== undefined)
    redactor.notePassword('--database-url', learnAddress(redactor, options.databaseUrl) ?? '');

  const found = await search();
  const { attempts, located } = found;
  if (located) learnTarget(located.target, redactor);
  for (const password of knownPasswords()) redactor.knowSecret(password);
  const docker = await openDocker(located?.target, options, redactor);
  // From here on every secret is known that can be known beforehand, and texts may be taken in.
  const looked = located ? await look(located, { release, options, retry }, redactor) : nothingFound(found);
  const name = (remedy: Remedy) => named(remedy, located?.target);
  const met = found.error ?? looked.error;
  const error = met?.with({ remedy: name(met.advice) });
  learnMessages(error, redactor);
  const dockerFacts = await dockerParts(docker, withHosts, redactor);

  const draft: Draft = {
    reportVersion: 1,
    madeAt: instant(new Date()),
    verdict: verdictOf(looked.inspection, error, { ...looked.parts, ...dockerFacts }, redactor, name),
    tool: toolFacts(redactor),
    search: {
      target: located ? targetFacts(located.target, redactor) : null,
      attempts: attempts.map(({ tried, failed }) => ({ tried: redactor.text(tried), failed: redactor.text(failed) })),
      passwords: redactor.passwords(),
    },
    error: error ? errorFacts(withoutAttempts(error, attempts.length > 0), redactor) : null,
    ...looked.parts,
    ...dockerFacts,
  };
  const { report, masked } = redactor.finish(draft);
  return { ...report, privacy: { hostsShown: withHosts, masked } };
}

function learnTarget(target: Target, redactor: Redactor): void {
  const [user = '', ...rest] = target.user.split(':');
  redactor.knowUser(user);
  if (rest.length > 0) redactor.knowSecret(rest.join(':'));
  if (target.kind !== 'direct') return;
  redactor.knowHost(target.host);
  redactor.knowHost(placeOf(target));
  for (const line of target.passedOver ?? []) redactor.knowHost(/^\[?([^\]]*?)\]?:\d+:/.exec(line)?.[1] ?? '');
  if (target.password !== undefined) redactor.knowSecret(target.password);
  if (typeof target.ssl !== 'string' && typeof target.ssl.passphrase === 'string')
    redactor.knowSecret(target.ssl.passphrase);
}

async function look(
  located: NonNullable<Search['located']>,
  { release, options: { schema, lockTimeout }, retry }: Pick<ReportWish, 'release' | 'options' | 'retry'>,
  redactor: Redactor,
): Promise<Looked> {
  try {
    return await lookAtDatabase(
      located.connect,
      release,
      { schema, dumpRole: dumpRole(located.target), lockTimeoutMs: lockTimeout, retry },
      redactor,
    );
  } catch (error) {
    if (error instanceof UpgradeError) return { parts: notLooked(say`the database was not reached`), error };
    return { parts: notLooked(say`the database was not reached: ${reasonOf(error, redactor)}`) };
  }
}

/** Why, is told by the error. */
function nothingFound({ error }: Search): Looked {
  return { parts: notLooked(error?.code === 'YF201' ? say`no database was found` : say`the database was not reached`) };
}

/** Where nothing was found, the attempts have a place of their own. */
function withoutAttempts(error: UpgradeError, listed: boolean): UpgradeError {
  return listed && error.code === 'YF201' ? error.with({ found: [] }) : error;
}

/** What Docker has to say, or why it is not asked. */
async function openDocker(
  target: Target | undefined,
  { container: named, databaseUrl }: Options,
  redactor: Redactor,
): Promise<Part<OpenDocker>> {
  if (target?.kind === 'embedded') return unavailable(say`the database is in this program's own memory`);
  if (databaseUrl !== undefined) return unavailable(say`the connection is direct (--database-url)`);
  return part<OpenDocker | Unavailable>(redactor, async () => {
    const docker = await findDocker(target, named, realSurroundings());
    if (docker?.container) learnContainer(docker.container, redactor);
    return docker ?? unavailable(say`no Docker engine answers`);
  });
}

async function dockerParts(
  docker: Part<OpenDocker>,
  withHosts: boolean,
  redactor: Redactor,
): Promise<Pick<Draft, 'engine' | 'container' | 'log'>> {
  if (!isThere(docker)) return { engine: docker, container: docker, log: docker };
  const { container } = docker;
  const none = unavailable(say`there is no container of YokeFlow's on this engine`);
  return {
    engine: await part(redactor, () => engineFacts(docker, redactor)),
    container: container ? await part(redactor, async () => containerFacts(container, redactor, withHosts)) : none,
    log: container ? await part(redactor, () => containerLog(docker, redactor)) : none,
  };
}
