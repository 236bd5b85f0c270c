import { dumpRole } from '../backup/plan.js';
import type { Located } from './locate.js';
import type { Settings } from '../cli/settings.js';
import { tellFound } from '../ui/events/found.js';
import type { Release } from '../releases/release.js';
import type { Outcome } from './outcome.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import { runningSessions, type RunningSession } from '../inspection/activity.js';
import { inspect, type Inspection } from '../inspection/inspect.js';
import { notProbedStrictly } from '../engine/locked-transaction.js';
import { obstacle } from '../inspection/obstacles.js';
import { retryLocks } from '../engine/lock-retry.js';
import { refusal } from '../inspection/preflight.js';
import { verify, type Check } from '../engine/verify.js';
import { readContents, type Contents } from './contents.js';
import { tellIfSlow } from './slow.js';
import { lookWithRetry, lockRetryOf, tellWaiting, uninterrupted } from './waiting.js';

/** What is known of a run so far, for whatever it ends in. */
export type Known = { command: string } & Partial<Outcome>;

/** What the first look at a database came to. */
export interface Looked {
  readonly inspection: Inspection;
  readonly failing: ReadonlyMap<string, string>;
  /** Undefined where it was not looked at. */
  readonly running: readonly RunningSession[] | undefined;
  readonly contents: Contents | undefined;
  /** Run where the catalog says that nothing is due. */
  readonly checks: readonly Check[];
}

/**
 * Looks at a database before anything is asked, and tells `known` what it sees.
 * @throws {UpgradeError} where it must not be upgraded
 */
export async function firstLook(
  { target, connect }: Located,
  release: Release,
  settings: Settings,
  terminal: Terminal,
  known: Known,
): Promise<Looked> {
  const session = await tellIfSlow(terminal, 'Connecting', connect);
  try {
    const options = { schema: settings.schema, dumpRole: dumpRole(target) };
    const onWaiting = tellWaiting(terminal);
    const look = <T>(work: () => Promise<T>) => lookWithRetry(session, settings, onWaiting, work);

    const inspection = await look(() => inspect(session, release, options));
    Object.assign(known, { inspection });
    const refused = refusal(inspection);
    if (refused) throw refused;
    // A role that may not upgrade may not be allowed to look at the rows either.
    const mayRead = obstacle(inspection) === undefined;
    const running = mayRead ? await look(() => runningSessions(session, inspection.snapshot)) : undefined;
    const contents = mayRead ? await readContents(session, inspection.snapshot, settings) : undefined;
    Object.assign(known, { contents });
    if (inspection.plan.steps.length > 0) return { inspection, running, contents, failing: new Map(), checks: [] };

    // Nothing is missing; whether it works is another question.
    const { checks, failing } = await retryLocks(
      session,
      lockRetryOf(settings),
      uninterrupted,
      onWaiting,
      (lockTimeoutMs) => verify(session, inspection.snapshot, inspection.version, lockTimeoutMs, settings),
    );
    const skipped = checks.filter(({ ok, probed }) => !ok && probed === false);
    if (failing.size === 0 && skipped.length > 0) {
      Object.assign(known, { checks });
      throw notProbedStrictly(skipped, 'on this database, where nothing else is due');
    }
    const repaired =
      failing.size > 0 ? await look(() => inspect(session, release, { ...options, failing })) : inspection;
    Object.assign(known, { inspection: repaired });
    return { inspection: repaired, running, contents, failing, checks };
  } finally {
    if (known.inspection) await tellFound(terminal, target, known.inspection);
    await session.close();
  }
}
