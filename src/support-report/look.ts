import { namesOf } from '../catalog/keys.js';
import type { Connect } from '../database/connect.js';
import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import type { Release } from '../releases/release.js';
import { notProbed } from '../inspection/findings.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import { withLockTimeout } from '../inspection/lock-timeout.js';
import { makePlan } from '../planning/plan.js';
import { refusal, severalYokeflows } from '../inspection/preflight.js';
import { catalogChecks, verify } from '../engine/verify.js';
import type { Check } from '../inspection/check.js';
import { part, reasonOf, unavailable } from './part.js';
import { say, type Redacted } from './redaction/redacted.js';
import type { Redactor } from './redaction/redactor.js';
import { isThere, type ChecksFacts, type Draft, type Part } from './report.js';
import { pictureOf } from './schema-picture/from-inspection.js';
import { checkFacts, findingFacts, historyFacts, sizesFacts, stepFacts, yokeflowFacts } from './sources/database.js';
import { activityFacts, learnHolder } from './sources/activity.js';
import { learnRoles, roleFacts } from './sources/role.js';
import { serverFacts } from './sources/server.js';
import { learnProbes } from './sources/server-message.js';

type DatabaseParts = Pick<
  Draft,
  'yokeflow' | 'steps' | 'checks' | 'findings' | 'server' | 'role' | 'activity' | 'sizes' | 'history' | 'schema'
>;

/** Repeats a look while somebody has a table locked. */
export type RetryLook = <T>(session: Session, look: (lockTimeoutMs: number) => Promise<T>) => Promise<T>;

/** What a look at the database came to. */
export interface Looked {
  readonly parts: DatabaseParts;
  readonly inspection?: Inspection;
  /** Why it must not be upgraded, or was not reached. */
  readonly error?: UpgradeError;
}

/** The parts of the report that are in the database, where there is none to ask. */
export function notLooked(because: Redacted): DatabaseParts {
  const parts = ['yokeflow', 'steps', 'checks', 'findings', 'server', 'role', 'activity', 'sizes', 'history', 'schema'];
  return Object.fromEntries(parts.map((name) => [name, unavailable(because)])) as unknown as DatabaseParts;
}

/**
 * Reads all that the database tells. Each part stands for itself: what cannot be read says why.
 * @throws {UpgradeError} where no connection comes about
 */
export async function lookAtDatabase(
  connect: Connect,
  release: Release | undefined,
  options: { schema?: string | undefined; dumpRole?: string | undefined; lockTimeoutMs: number; retry: RetryLook },
  redactor: Redactor,
): Promise<Looked> {
  const session = await connect();
  try {
    await learnRoles(session, redactor).catch(() => undefined);
    const looked = await part(redactor, () =>
      options
        .retry(session, (lockTimeoutMs) =>
          withLockTimeout(session, lockTimeoutMs, () =>
            inspect(session, release, { schema: options.schema, dumpRole: options.dumpRole }),
          ),
        )
        .catch((error: unknown) => {
          throw withoutPrograms(error);
        }),
    );
    // In this order, because each transaction of ours sets timeouts that the settings must not show.
    const server = await part(redactor, () => serverFacts(session, redactor));
    if (!isThere(looked)) {
      const role = await part(redactor, () => roleFacts(session, undefined, redactor));
      const activity = await part(redactor, () => activityFacts(session, undefined, redactor));
      return { parts: { ...notLooked(looked.unavailable), server, role, activity } };
    }
    return await readParts(session, looked, server, options, redactor);
  } finally {
    await session.close();
  }
}

/** Who holds a lock, without the name of the program, which is whatever somebody gave to the session. */
const withoutPrograms = (error: unknown): unknown =>
  error instanceof UpgradeError && error.code === 'YF402'
    ? error.with({ found: error.found.map((line) => line.replace(/^(pid \d+) \([^]*\)(?= of |, )/, '$1')) })
    : error;

async function readParts(
  session: Session,
  seen: Inspection,
  server: DatabaseParts['server'],
  { lockTimeoutMs, schema }: { readonly lockTimeoutMs: number; readonly schema?: string | undefined },
  redactor: Redactor,
): Promise<Looked> {
  const { version, snapshot } = seen;
  const keys = [...snapshot.objects.keys()];
  redactor.knowRelations([...namesOf(keys, 'table'), ...namesOf(keys, 'view')]);
  for (const holder of seen.lockHolders) learnHolder(holder, redactor);
  const refused = refusal(seen) ?? (schema !== undefined ? undefined : severalYokeflows(seen));
  const { checks, failing, made } = await runChecks(session, seen, refused !== undefined, lockTimeoutMs, redactor);
  const inspection = failing.size > 0 ? { ...seen, plan: makePlan(version, snapshot, failing) } : seen;
  return {
    inspection,
    ...(refused && { error: refused }),
    parts: {
      yokeflow: yokeflowFacts(inspection, redactor),
      steps: stepFacts(inspection, redactor),
      checks,
      findings: findingFacts(inspection, made, redactor),
      server,
      role: await part(redactor, () => roleFacts(session, inspection, redactor)),
      activity: await part(redactor, () => activityFacts(session, inspection, redactor)),
      history: await part(redactor, () => historyFacts(session, version.target, inspection.snapshot.owner, redactor)),
      sizes: await part(redactor, () => sizesFacts(session, inspection, redactor)),
      schema: version.release
        ? pictureOf(inspection, redactor)
        : unavailable(say`it is not a database of YokeFlow that can be upgraded`),
    },
  };
}

/** The catalog's checks, and the probes with them unless something keeps them from being run. */
async function runChecks(
  session: Session,
  inspection: Inspection,
  isRefused: boolean,
  lockTimeoutMs: number,
  redactor: Redactor,
): Promise<{ checks: Part<ChecksFacts>; made: readonly Check[]; failing: ReadonlyMap<string, string> }> {
  const { snapshot, version } = inspection;
  const without = (checks: Part<ChecksFacts>) => ({ checks, made: [], failing: new Map<string, string>() });
  if (isRefused) return without(unavailable(say`they are not made where YokeFlow's tables are not all there`));
  const unprobed = (because: Redacted) =>
    without({
      notProbed: say`the probes did not run: ${because}`,
      list: checkFacts(catalogChecks(version), inspection, redactor),
    });
  try {
    const { checks: made, failing, probed } = await verify(session, snapshot, version, lockTimeoutMs);
    // A probe that met insufficient_privilege tells of the role and not of the database.
    if (made.some(({ hindrance }) => hindrance?.state === '42501'))
      return unprobed(say`the role may not do with YokeFlow's tables what they do`);
    learnProbes(made, redactor);
    const notRun = probed ? null : redactor.text(notProbed(snapshot).title);
    return { checks: { notProbed: notRun, list: checkFacts(made, inspection, redactor) }, made, failing };
  } catch (error) {
    return unprobed(reasonOf(error, redactor));
  }
}
