import type { Session } from '../database/session.js';
import { HeldUp } from '../engine/held-up.js';
import { retryLocks, type LockRetry } from '../engine/lock-retry.js';
import type { Listener } from '../engine/progress.js';
import { LOCK_TIMEOUT_MS, withLockTimeout } from '../inspection/lock-timeout.js';
import { Deadline } from '../machine/deadline.js';
import type { Run } from './run.js';

/** A run, as far as its waits go. */
export interface Waiting extends Pick<Run, 'deadline' | 'emit'> {
  readonly options: { readonly lockTimeout: number };
}

interface HowToRetry {
  readonly retry?: LockRetry;
  readonly on?: Listener;
}

/** The limits that `--lock-timeout` and `--wait` set, and an account of what they came to. */
export const lockRetryOf = ({ options, deadline }: Waiting): Required<LockRetry> => ({
  lockTimeoutMs: options.lockTimeout,
  deadline,
  heldUp: new HeldUp(),
});

/** The limits of a look that waits for nobody: one attempt, and then it tells who is in the way. */
export const once = (): LockRetry => ({ lockTimeoutMs: LOCK_TIMEOUT_MS, deadline: new Deadline(0) });

/** The limits of the look after COMMIT: it has at least one attempt, even where `--wait` is over. */
export function lockRetryAfterwards({ options: { lockTimeout }, deadline }: Waiting): LockRetry {
  return { lockTimeoutMs: lockTimeout, deadline: new Deadline(Math.max(deadline.remainingMs, lockTimeout)) };
}

/** For waits that need no cancelling: nothing has changed, and a stop ends the whole command. */
const uninterrupted = (): AbortSignal => new AbortController().signal;

/** Reports who is in the way before there are any phases to report it in. */
const emitWaiting =
  ({ emit }: Waiting): Listener =>
  (progress) => {
    if (progress.phase === 'waiting') void emit({ kind: 'waiting', progress });
  };

/**
 * Looks at a database while others may have tables locked: waits for each lock no longer than `--lock-timeout`, and repeats
 * the look until `--wait` is over.
 * @throws {UpgradeError} YF402 where the lock was not to be had in that time, and whatever `query` throws
 */
export function lookWithRetry<T>(
  session: Session,
  run: Waiting,
  query: () => Promise<T>,
  how?: HowToRetry,
): Promise<T> {
  const look = (lockTimeoutMs: number) => withLockTimeout(session, lockTimeoutMs, query);
  return checkWithRetry(session, run, look, how);
}

/** The same for checks. Their probes take locks, so `check` is given the time that it may wait for one. */
export function checkWithRetry<T>(
  session: Session,
  run: Waiting,
  check: (lockTimeoutMs: number) => Promise<T>,
  { retry = lockRetryOf(run), on = emitWaiting(run) }: HowToRetry = {},
): Promise<T> {
  return retryLocks(session, retry, uninterrupted(), on, check);
}
