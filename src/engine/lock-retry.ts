import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type Session } from '../database/session.js';
import type { Deadline } from '../machine/deadline.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { visible } from '../inert/visible.js';
import { BLOCKER_COLUMNS, type Blocker } from '../database/blockers.js';
import { attemptMs, isHopeless, onlyAttemptMs, type Tried } from './attempt-length.js';
import { HeldUp } from './held-up.js';
import { readStopping } from './lock-queue.js';
import { isLockConflict } from './probes.js';
import type { Listener } from './progress.js';
import { describeBlockers, TableInUse, UPGRADE_LOCK } from './table-locks.js';

export interface LockRetry {
  /** The longest that one attempt at the locks may hold up others, in ms. Attempts grow up to it. */
  readonly lockTimeoutMs: number;
  /** What ends all waits of the run. */
  readonly deadline: Deadline;
  /** Keeps account of how long others were held up. */
  readonly heldUp?: HeldUp;
}

export class UpgradeLockHeld extends Error {
  override readonly name = 'UpgradeLockHeld';
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3000;

/**
 * Tries again until the run's deadline, with growing pauses and jitter, as long as a lock is not to be had. Attempts grow to what the
 * transactions in the way live ({@link attemptMs}). `attempt` leaves no transaction open when it fails.
 * @param attempt is given how long it may wait for its locks, in ms
 * @param signal ends a pause when the user cancels
 * @throws {UpgradeError} YF401 when another run still holds the upgrade lock at the end; YF402 for any other lock, at once where waiting
 *   makes no sense
 * @throws an AbortError when the user cancels
 */
export async function retryLocks<T>(
  session: Session,
  { lockTimeoutMs: longestMs, deadline, heldUp = new HeldUp() }: LockRetry,
  signal: AbortSignal,
  on: Listener,
  attempt: (lockTimeoutMs: number) => Promise<T>,
): Promise<T> {
  let tried: Pick<Tried, 'lastMs' | 'oldestMs'> = { lastMs: undefined, oldestMs: undefined };
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const lockTimeoutMs = deadline.lockTimeoutMs(
      deadline.waitMs === 0 ? onlyAttemptMs(longestMs) : attemptMs({ ...tried, heldUpMs: heldUp.sumMs }, longestMs),
    );
    const began = Date.now();
    try {
      return await attempt(lockTimeoutMs);
    } catch (error) {
      heldUp.end();
      signal.throwIfAborted();
      const busy = await busyBecauseOf(error, session, deadline.waitMs);
      if (busy === undefined) throw error;
      heldUp.fail();
      deadline.begin(Math.min(lockTimeoutMs, Date.now() - began));
      if (deadline.isOver || busy.isHopeless) throw busy.error;
      on({ phase: 'waiting', waitsFor: 'lock', reason: reasonOf(busy), blockers: busy.blockers });
      // Whoever gave way learned nothing of how long it has to be.
      tried = { lastMs: busy.gaveWay ? (tried.lastMs ?? lockTimeoutMs) : lockTimeoutMs, oldestMs: busy.oldestMs };
    } finally {
      heldUp.end();
    }
    await sleep(Math.min(pause * (0.5 + Math.random()), deadline.remainingMs), undefined, { signal });
  }
}

/** Who is in the way, in the words in which an attempt tells it while it waits. */
function reasonOf({ error, blockers, table }: Busy): string {
  return table === undefined || blockers.length === 0
    ? [error.message, ...error.found].join(' ')
    : `${table} is locked by ${describeBlockers(blockers)}`;
}

interface Busy {
  /** What to tell the user if this is the last attempt. */
  readonly error: UpgradeError;
  readonly blockers: readonly Blocker[];
  /** The table that the attempt failed at, where that is known. */
  readonly table?: string;
  /** Age of the oldest transaction in the way, in ms. */
  readonly oldestMs?: number | undefined;
  /** Whether waiting longer makes no sense. */
  readonly isHopeless?: boolean;
  readonly gaveWay?: boolean;
}

/** Undefined for an error that waiting cannot resolve. */
async function busyBecauseOf(error: unknown, session: Session, waitMs: number): Promise<Busy | undefined> {
  if (error instanceof UpgradeLockHeld) return runInTheWay(session);
  if (!(error instanceof TableInUse)) return isLockConflict(error) ? lookInTheWay(session, error) : undefined;
  // Seen during the attempt; else whoever is there now, and else whoever might be.
  const known = error.blockers.length > 0 ? error.blockers : await error.holders(session).catch(() => []);
  // Autovacuum, which has no user, makes way for whoever waits for a second, however long it has been at it.
  const ages = known.flatMap(({ user, transactionSeconds: seconds }) =>
    user === null || seconds === null ? [] : [seconds * 1000],
  );
  const oldestMs = ages.length === 0 ? undefined : Math.max(...ages);
  const blockers = known.length > 0 ? known : await longTransactions(session);
  return {
    ...locksInTheWay(error.table, blockers, error.cause ?? error, isHopeless(oldestMs, waitMs)),
    table: error.table,
    oldestMs,
    gaveWay: error.gaveWay,
  };
}

/** Of a look, PostgreSQL does not say at which table it had to wait. */
async function lookInTheWay(session: Session, error: unknown): Promise<Busy> {
  const stopping = await readStopping(session);
  if (stopping.length === 0) return locksInTheWay(undefined, await longTransactions(session), error);
  const tables = [...new Set(stopping.flatMap(({ tables: some }) => some))].map(visible);
  const table = `${tables.slice(0, NAMED).join(', ')}${tables.length > NAMED ? ` and ${tables.length - NAMED} more` : ''}`;
  return { ...locksInTheWay(table, stopping, error), table };
}

/** How many tables a message names. */
const NAMED = 3;

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
function locksInTheWay(
  table: string | undefined,
  blockers: readonly Blocker[],
  cause: unknown,
  hopeless = false,
): Busy {
  const [oldest] = blockers;
  const error = new UpgradeError({
    code: 'YF402',
    message: `YokeFlow's tables are in use${table === undefined ? '' : ` (${table})`}.`,
    found: [
      ...(isDeadlock(cause)
        ? ['PostgreSQL ended the attempt, because it and another transaction waited for each other']
        : []),
      ...(blockers.length > 0 ? describeBlockers(blockers).split('; ') : []),
      ...(hopeless ? ['a transaction has been open for so long that waiting longer makes no sense'] : []),
    ],
    remedy:
      hopeless && oldest !== undefined
        ? `End that transaction, or its session: \`SELECT pg_terminate_backend(${oldest.pid})\`; then run the same command again.`
        : "Stop YokeFlow's API and agents, or wait longer with --wait SECONDS; then run the same command again.",
    cause,
  });
  return { error, blockers, isHopeless: hopeless };
}

const isDeadlock = (cause: unknown) => cause instanceof DatabaseError && cause.sqlState === '40P01';

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
