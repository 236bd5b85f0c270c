import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../database/session.js';
import type { Deadline } from '../machine/deadline.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { BLOCKER_COLUMNS, describeBlocker, type Blocker } from '../database/blockers.js';
import { isLockConflict } from './probes.js';
import type { Listener } from './progress.js';
import { TableInUse, UPGRADE_LOCK } from './table-locks.js';

export interface LockRetry {
  /** The longest that one attempt at a lock may queue others behind it, in ms. */
  readonly lockTimeoutMs: number;
  /** What ends all waits of the run. */
  readonly deadline: Deadline;
}

export class UpgradeLockHeld extends Error {
  override readonly name = 'UpgradeLockHeld';
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3000;

/**
 * Tries again until the run's deadline, with growing pauses and jitter, as long as a lock is not to be had: never one long wait that
 * would queue YokeFlow behind it. `attempt` leaves no transaction open when it fails.
 * @param attempt is given how long it may wait for a lock, in ms
 * @param signal ends a pause when the user cancels
 * @throws {UpgradeError} YF401 when another run still holds the upgrade lock at the end, YF402 for any other lock
 * @throws an AbortError when the user cancels
 */
export async function retryLocks<T>(
  session: Session,
  { lockTimeoutMs: longestMs, deadline }: LockRetry,
  signal: AbortSignal,
  on: Listener,
  attempt: (lockTimeoutMs: number) => Promise<T>,
): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const lockTimeoutMs = deadline.lockTimeoutMs(longestMs);
    const began = Date.now();
    try {
      return await attempt(lockTimeoutMs);
    } catch (error) {
      signal.throwIfAborted();
      const busy = await busyBecauseOf(error, session);
      if (busy === undefined) throw error;
      deadline.begin(Math.min(lockTimeoutMs, Date.now() - began));
      if (deadline.isOver) throw busy.error;
      const reason = [busy.error.message, ...busy.error.found].join(' ');
      on({ phase: 'waiting', waitsFor: 'lock', reason, blockers: busy.blockers });
      await sleep(Math.min(pause * (0.5 + Math.random()), deadline.remainingMs), undefined, { signal });
    }
  }
}

interface Busy {
  /** What to tell the user if this is the last attempt. */
  readonly error: UpgradeError;
  readonly blockers: readonly Blocker[];
}

/** Undefined for an error that waiting cannot resolve. */
async function busyBecauseOf(error: unknown, session: Session): Promise<Busy | undefined> {
  if (error instanceof UpgradeLockHeld) return runInTheWay(session);
  if (!(error instanceof TableInUse)) {
    return isLockConflict(error) ? locksInTheWay(undefined, await longTransactions(session), error) : undefined;
  }
  const { table, blockers } = error;
  return locksInTheWay(table, blockers.length > 0 ? blockers : await longTransactions(session), error);
}

async function runInTheWay(session: Session): Promise<Busy> {
  // The application name tells which machine and process the other run is; the address, from where it connected.
  const blockers = await session.rows<Blocker & { host: string; since: string | null }>(
    `SELECT a.pid, ${BLOCKER_COLUMNS}, COALESCE(host(a.client_addr), 'the server''s own machine or container') AS host,
            to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS since
       FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = ${UPGRADE_LOCK} AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const error = new UpgradeError({
    code: 'YF401',
    message: 'Another run is changing this database.',
    found: blockers.map(
      ({ pid, host, since, application }) =>
        `${application ?? 'a run'}, connected from ${host}: pid ${pid} on the server, since ${since ?? 'an unknown time'}`,
    ),
    remedy: ['Wait for it to end, then run: ', own('status')],
  });
  return { error, blockers };
}

/** @param table undefined where PostgreSQL did not say which one it was */
function locksInTheWay(table: string | undefined, blockers: readonly Blocker[], cause: unknown): Busy {
  const error = new UpgradeError({
    code: 'YF402',
    message: `YokeFlow's tables are in use${table === undefined ? '' : ` (${table})`}.`,
    found: blockers.map(describeBlocker),
    remedy: "Stop YokeFlow's API and agents, or wait longer with --wait SECONDS; then run the same command again.",
    cause,
  });
  return { error, blockers };
}

/** Who may have held the lock: sessions of this database that are not this run's, with an open transaction, the oldest first. */
function longTransactions(session: Session): Promise<Blocker[]> {
  return session.rows<Blocker>(
    `SELECT a.pid, ${BLOCKER_COLUMNS}
       FROM pg_stat_activity a
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'
        AND NOT (current_setting('application_name') <> '' AND starts_with(application_name, current_setting('application_name')))
      ORDER BY xact_start LIMIT 3`,
  );
}
