import { type Session, DatabaseError } from '../../database/session.js';
import { runningSessions } from '../../inspection/activity.js';
import { visible } from '../../inert/visible.js';
import type { LockHolder } from '../../inspection/lock-holders.js';
import type { Inspection } from '../../inspection/inspection.js';
import { LOCK_TIMEOUT_MS, withLockTimeout } from '../../inspection/lock-timeout.js';
import { isOwnName } from '../redaction/own-words.js';
import { say } from '../redaction/redacted.js';
import type { Redactor } from '../redaction/redactor.js';

/**
 * Who is at work in the database, in numbers and without names.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function activityFacts(session: Session, inspection: Inspection | undefined, redactor: Redactor) {
  const connections = await session.rows<{ state: string; count: number; oldest: number; transaction: number }>(`
    SELECT COALESCE(state, 'not shown to this role') AS state, count(*)::integer AS count,
           COALESCE(round(extract(epoch FROM max(clock_timestamp() - state_change))), 0)::integer AS oldest,
           COALESCE(round(extract(epoch FROM max(clock_timestamp() - xact_start))), 0)::integer AS transaction
      FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY 1 ORDER BY 1`);
  const [row] = await session.rows<{ waiting: number; prepared: number }>(`
    SELECT (SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))::integer AS waiting,
           (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database())::integer AS prepared`);
  return {
    /** Agent sessions at work. Null where the role may not read them. */
    agentSessions: inspection?.version.release ? await countAgents(session, inspection) : null,
    connections: connections.map(({ state, count, oldest }) => ({
      state: redactor.text(state),
      count,
      oldestSeconds: oldest,
    })),
    waitingForLocks: row?.waiting ?? 0,
    preparedTransactions: row?.prepared ?? 0,
    longestTransactionSeconds: Math.max(0, ...connections.map(({ transaction }) => transaction)),
  };
}

async function countAgents(session: Session, { snapshot }: Inspection): Promise<number | null> {
  try {
    return (await withLockTimeout(session, LOCK_TIMEOUT_MS, () => runningSessions(session, snapshot))).length;
  } catch (error) {
    if (error instanceof DatabaseError) return null;
    throw error;
  }
}

/** A program's name that everybody's is. Whoever opens a session, or prepares a transaction, may name it after anything. */
const known = /^(?:psql|pg_dump|pg_restore|yokeflow-upgrade-[0-9a-f]{8}@[\w.-]+:\d+)$/;

/** Keeps the names out that somebody gave to a session or to a prepared transaction. */
export function learnHolder({ application, prepared }: LockHolder, redactor: Redactor): void {
  for (const name of [application ?? '', prepared ?? ''].map(visible))
    if (name !== '' && !known.test(name) && !isOwnName(name))
      for (const [open, close] of ['()', "''"] as const) redactor.replace(open + name + close, say`[name]`);
}
