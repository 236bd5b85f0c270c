import type { Session } from '../database/session.js';
import { retryLocks, type LockRetry } from '../engine/lock-retry.js';
import type { Listener } from '../engine/progress.js';
import { withLockTimeout } from '../inspection/lock-timeout.js';
import { Deadline } from '../machine/deadline.js';
import type { Run } from './run.js';

type Waiting = Pick<Run<'upgrade'>, 'options' | 'deadline' | 'emit'>;

/** What `--lock-timeout` and `--wait` say. */
export const lockRetryOf = ({ options, deadline }: Waiting): LockRetry => ({
  lockTimeoutMs: options.lockTimeout,
  deadline,
});

/** The look after COMMIT, which is due however long there was to wait before: it has one attempt more. */
export function lockRetryAfterwards({ options: { lockTimeout }, deadline }: Waiting): LockRetry {
  return { lockTimeoutMs: lockTimeout, deadline: new Deadline(Math.max(deadline.remainingMs, lockTimeout)) };
}

/** For waits that nobody needs to be able to cancel: nothing is at stake, and a stop ends the whole command. */
const uninterrupted = (): AbortSignal => new AbortController().signal;

/** Tells who is in the way, where there are no phases yet to tell it in. */
const tellWaiting =
  ({ emit }: Waiting): Listener =>
  (progress) => {
    if (progress.phase === 'waiting') void emit({ kind: 'waiting', progress });
  };

/**
 * Looks at a database beside whoever has a table locked: no lock is waited for longer than `--lock-timeout`, and the look
 * is repeated until `--wait` is over.
 * @throws {UpgradeError} YF402 where the lock was not to be had in that time, and whatever `query` throws
 */
export function lookWithRetry<T>(
  session: Session,
  run: Waiting,
  query: () => Promise<T>,
  { retry = lockRetryOf(run), on = tellWaiting(run) }: { retry?: LockRetry; on?: Listener } = {},
): Promise<T> {
  return retryLocks(session, retry, uninterrupted(), on, (lockTimeoutMs) =>
    withLockTimeout(session, lockTimeoutMs, query),
  );
}

/** Likewise for checks, whose probes need locks of their own and take the time they may wait for them. */
export function checkWithRetry<T>(
  session: Session,
  run: Waiting,
  check: (lockTimeoutMs: number) => Promise<T>,
  { retry = lockRetryOf(run), on = tellWaiting(run) }: { retry?: LockRetry; on?: Listener } = {},
): Promise<T> {
  return retryLocks(session, retry, uninterrupted(), on, check);
}
