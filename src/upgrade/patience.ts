import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../database/session.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { isLockConflict } from './probes.js';
import { UPGRADE_LOCK } from './script.js';
import type { Listener } from './progress.js';

/** How long to wait for others. */
export interface Patience {
  /** The longest that one attempt at a lock may queue others behind it, in ms. */
  readonly lockTimeoutMs: number;
  /** How long to go on trying, in ms. */
  readonly waitMs: number;
}

/** Another run is at work on this database. */
export class UpgradeLockHeld extends Error {
  override readonly name = 'UpgradeLockHeld';
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3000;

/**
 * Tries again, with growing pauses and jitter, as long as a lock is not to be had: never one long wait that
 * would queue YokeFlow behind it. `attempt` leaves no transaction open when it fails.
 * @throws {UpgradeError} YF401 when another run still holds the upgrade lock at the end, YF402 for any other lock
 */
export async function retryLocks<T>(session: Session, { waitMs }: Patience, on: Listener, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + waitMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const held = error instanceof UpgradeLockHeld;
      if (!held && !isLockConflict(error)) throw error;
      const now = Date.now();
      const busy = held ? await runInTheWay(session) : locksInTheWay(error.message, await longTransactions(session));
      if (now >= deadline) throw busy;
      on({ phase: 'waiting', reason: [busy.message, ...busy.found].join(' ') });
      await sleep(Math.min(pause * (0.5 + Math.random()), Math.max(0, deadline - now)));
    }
  }
}

async function runInTheWay(session: Session): Promise<UpgradeError> {
  const holders = await session.rows<{ pid: number; application_name: string; host: string; since: string }>(
    `SELECT a.pid, a.application_name, COALESCE(a.client_hostname, host(a.client_addr), 'this server''s own socket') AS host, a.xact_start AS since
       FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.objid = ${UPGRADE_LOCK}
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  return new UpgradeError({
    code: 'YF401',
    exitCode: ExitCode.busy,
    message: 'Another upgrade of this database is running.',
    found: holders.map(({ pid, host, since, application_name }) => `${application_name}, pid ${pid}, from ${host}, since ${since}`),
    remedy: 'Wait for it to end, then run: yokeflow-upgrade status',
  });
}

function locksInTheWay(message: string, found: readonly string[]): UpgradeError {
  return new UpgradeError({
    code: 'YF402',
    exitCode: ExitCode.busy,
    message: `YokeFlow's tables are in use (${message}).`,
    found,
    remedy: 'Stop YokeFlow\'s API and agents, or wait longer with --wait SECONDS; then run: yokeflow-upgrade upgrade',
  });
}

/** Who may be holding the lock: other sessions of this database with an open transaction, the oldest first. */
async function longTransactions(session: Session): Promise<string[]> {
  const rows = await session.rows<{ pid: number; application_name: string; state: string; seconds: number }>(
    `SELECT pid, application_name, state, round(extract(epoch FROM clock_timestamp() - xact_start)) AS seconds
       FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'
      ORDER BY xact_start LIMIT 3`);
  return rows.map(({ pid, application_name, state, seconds }) =>
    `pid ${pid}${application_name ? ` (${application_name})` : ''}: ${state ?? 'working'}, transaction open for ${seconds} s`);
}
