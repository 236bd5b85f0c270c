import type { Settings } from '../cli/settings.js';
import type { Session } from '../database/session.js';
import { Deadline } from '../machine/deadline.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import { withLockTimeout } from '../inspection/lock-timeout.js';
import { retryLocks, type LockRetry } from '../engine/lock-retry.js';
import type { Listener, WaitNotice } from '../engine/progress.js';

/** What `--lock-timeout` and `--wait` say. */
export const lockRetryOf = ({ lockTimeout, deadline }: Waiting): LockRetry => ({
  lockTimeoutMs: lockTimeout,
  deadline,
});

/** The look after COMMIT, which is due however long there was to wait before: it has one attempt more. */
export function lockRetryAfterwards({ lockTimeout, deadline }: Waiting): LockRetry {
  return { lockTimeoutMs: lockTimeout, deadline: new Deadline(Math.max(deadline.remainingMs, lockTimeout)) };
}

/** The settings that say how long a run waits. */
type Waiting = Pick<Settings, 'lockTimeout' | 'deadline'>;

/** For waits that nobody needs to be able to cancel: nothing is at stake, and a signal ends the whole command. */
export const uninterrupted = new AbortController().signal;

/** How long, in ms, who is in the way is worth no repetition: an attempt is made every second or so. */
const SAME_AGAIN_MS = 15_000;

/**
 * Tells which of many reports of a wait are worth a line where lines stay: the first of each set of processes in the way, and one
 * now and then. A log of a long wait is read as a whole, and a screen reader reads out each line.
 */
export function worthALine(): (notice: WaitNotice) => boolean {
  const said = new Map<string, number>();
  return ({ waitsFor, blockers = [] }) => {
    const who =
      blockers.length > 0
        ? blockers
            .map(({ pid }) => `${pid}`)
            .sort()
            .join()
        : waitsFor;
    if (Date.now() - (said.get(who) ?? -Infinity) < SAME_AGAIN_MS) return false;
    said.set(who, Date.now());
    return true;
  };
}

/** Says who is in the way, where there is no task list to say it. */
export function tellWaiting(terminal: Pick<Terminal, 'say' | 'tell'>): Listener {
  const isWorthALine = worthALine();
  return (progress) => {
    if (progress.phase !== 'waiting') return;
    if (terminal.tell) terminal.tell({ event: 'waiting', reason: progress.reason });
    else if (isWorthALine(progress)) terminal.say(`  waiting: ${progress.reason}`);
  };
}

/**
 * Looks at a database beside whoever has a table locked: no lock is waited for longer than `--lock-timeout`, and the look
 * is repeated until `--wait` is over.
 * @throws {UpgradeError} YF402 where the lock was not to be had in that time, and whatever `look` throws
 */
export function lookWithRetry<T>(
  session: Session,
  settings: Waiting,
  on: Listener,
  look: () => Promise<T>,
): Promise<T> {
  return retryLocks(session, lockRetryOf(settings), uninterrupted, on, (lockTimeoutMs) =>
    withLockTimeout(session, lockTimeoutMs, look),
  );
}
