import type { Connect } from '../database/connect.js';
import { withSession } from '../database/with-session.js';
import type { Listener } from '../engine/progress.js';
import { verify } from '../engine/verify.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import type { Check } from '../inspection/check.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import { withLockTimeout } from '../inspection/lock-timeout.js';
import type { Release } from '../releases/release.js';
import type { Run } from './run.js';
import { checkWithRetry, lockRetryAfterwards } from './waiting.js';

/** What was committed, for messages. */
export type Change = 'upgrade' | 'rollback';

/** The change is committed, and the look after it failed. */
export function notLookedAt(change: Change, cause: unknown): UpgradeError {
  return new UpgradeError({
    code: 'YF602',
    exitCode: ExitCode.changedAndFailing,
    message: `The ${change} was committed after every check passed, but could not be verified from a new session.`,
    found:
      cause instanceof UpgradeError
        ? [cause.message, ...cause.found]
        : [cause instanceof Error ? cause.message : String(cause)],
    remedy: [own('verify')],
    changed: true,
    cause,
  });
}

/** Every check passed before COMMIT, and one fails after it. */
export function checkFails(change: Change, failed: readonly Check[]): UpgradeError {
  return new UpgradeError({
    code: 'YF601',
    exitCode: ExitCode.changedAndFailing,
    message: `The ${change} was committed, and a check fails on the database afterwards.`,
    found: failed.map(({ title, found }) => `${title}: ${found}`),
    remedy: [own('verify')],
    changed: true,
  });
}

/**
 * A fresh session sees what YokeFlow will see.
 * @param before what the look before the change said of the server and of what is beside YokeFlow; undefined where nobody looked
 */
export function lookAfterwards(
  run: Run<'upgrade' | 'demo'>,
  connect: Connect,
  target: Release,
  before: Inspection | undefined,
  on: Listener,
): Promise<{ inspection: Inspection; checks: readonly Check[] }> {
  const { schema } = run.options;
  return withSession(connect, async (session) => {
    const look = async (lockTimeoutMs: number) => {
      const inspection = await withLockTimeout(session, lockTimeoutMs, () =>
        inspect(session, target, { schema, again: before }),
      );
      const { checks } = await verify(session, inspection.snapshot, inspection.version, lockTimeoutMs, run.options);
      return { inspection, checks };
    };
    return checkWithRetry(session, run, look, { retry: lockRetryAfterwards(run), on });
  });
}
