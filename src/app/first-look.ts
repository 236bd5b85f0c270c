import { notProbedStrictly } from '../engine/locked-transaction.js';
import { verify } from '../engine/verify.js';
import type { Check } from '../inspection/check.js';
import { runningSessions, type RunningSession } from '../inspection/activity.js';
import type { Inspection } from '../inspection/inspection.js';
import { obstacle } from '../inspection/obstacles.js';
import type { Release } from '../releases/release.js';
import { readContents, type Contents } from './contents.js';
import type { Located } from './find/located.js';
import { look } from './look.js';
import type { Run } from './run.js';
import { checkWithRetry } from './waiting.js';

/** What the look before an upgrade came to. */
export interface Looked {
  readonly inspection: Inspection;
  readonly failing: ReadonlyMap<string, string>;
  /** Undefined where it was not looked at. */
  readonly running: readonly RunningSession[] | undefined;
  readonly contents: Contents | undefined;
  /** Run where the catalog says that nothing is due. */
  readonly checks: readonly Check[];
}

/** The commands that begin with it. */
export type Upgrading = Run<'upgrade' | 'demo' | 'rehearse'>;

/**
 * Looks at a database before an upgrade: what is due, who is at work, what it holds, and where nothing is due whether it works.
 * @throws {UpgradeError} where it must not be upgraded
 */
export function lookBeforeUpgrade(run: Upgrading, found: Located, release: Release | undefined): Promise<Looked> {
  const { options } = run;
  // A question may be open all night, and its answer comes to a session that has idled for as long.
  const keeps = run.command === 'upgrade' && !run.isAttended && !('rehearse' in options && options.rehearse);
  return look(run, found, { release, keeps }, async ({ session, inspection, read, again }) => {
    // A role without the right to upgrade may also lack the right to read the rows.
    const mayRead = obstacle(inspection) === undefined;
    const running = mayRead ? await read(() => runningSessions(session, inspection.snapshot)) : undefined;
    const contents = mayRead ? await readContents(session, inspection, options) : undefined;
    run.learn({ contents });
    if (inspection.plan.steps.length > 0) return { inspection, running, contents, failing: new Map(), checks: [] };

    // Nothing is missing; whether it works is another question.
    const { checks, failing } = await checkWithRetry(session, run, (lockTimeoutMs) =>
      verify(session, inspection.snapshot, inspection.version, lockTimeoutMs, options),
    );
    const skipped = checks.filter(({ ok, probed }) => !ok && probed === false);
    if (failing.size === 0 && skipped.length > 0) {
      run.learn({ checks });
      throw notProbedStrictly(skipped, 'on this database, where nothing else is due');
    }
    const repaired = failing.size > 0 ? await again(failing) : inspection;
    return { inspection: repaired, running, contents, failing, checks };
  });
}
