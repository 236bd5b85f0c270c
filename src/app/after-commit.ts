import { ExitCode, UpgradeError } from '../errors/error.js';
import type { Check } from '../inspection/check.js';
import { own } from '../errors/remedy.js';

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
