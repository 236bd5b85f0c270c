import type { Snapshot } from '../catalog/snapshot.js';
import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { visible } from '../inert/visible.js';
import type { LockMode, NeededLock } from '../planning/affected-objects.js';

/** A transaction that holds a lock which conflicts with the upgrade's. */
export interface LockHolder {
  readonly tables: readonly string[];
  /** Null for a prepared transaction, which no process stands behind. */
  readonly pid: number | null;
  /** Name of the prepared transaction. */
  readonly prepared: string | null;
  readonly user: string | null;
  readonly application: string | null;
  readonly state: string | null;
  /** How long the transaction has been open, in s. */
  readonly seconds: number;
}

/** Locks by which a table, or its rows, are being changed. */
const ofWriters = [
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
];

/** Which held locks a needed one conflicts with. Source: "Table-Level Lock Modes" in PostgreSQL's documentation. */
export const conflicts: Record<LockMode, readonly string[]> = {
  'SHARE ROW EXCLUSIVE': ofWriters,
  'ACCESS EXCLUSIVE': ['AccessShareLock', 'RowShareLock', ...ofWriters],
};

/** The age, in s, up to which a transaction is taken for YokeFlow's usual work, which ends before the upgrade begins. */
const YOUNG_SECONDS = 1;

/**
 * Reads who holds locks that the upgrade needs: prepared transactions, and transactions that have been open for more
 * than a moment, the oldest first. Autovacuum is left out, because it gives way to others.
 * @throws {DatabaseError}
 * @throws {ConnectionLost}
 */
export async function readLockHolders(
  session: Session,
  { schema }: Snapshot,
  needed: readonly NeededLock[],
): Promise<LockHolder[]> {
  if (needed.length === 0) return [];
  const values = needed.flatMap(({ table, mode }) =>
    conflicts[mode].map((held) => `(${quoteLiteral(table)}, ${quoteLiteral(held)})`),
  );
  return session.rows<LockHolder>(`
    SELECT json_agg(DISTINCT c.relname) AS tables, l.pid, x.gid AS prepared, COALESCE(a.usename, x.owner) AS user,
           NULLIF(a.application_name, '') AS application, a.state,
           round(extract(epoch FROM clock_timestamp() - COALESCE(a.xact_start, x.prepared)))::integer AS seconds
      FROM (VALUES ${values.join(', ')}) AS needed (tablename, mode)
      JOIN pg_class c ON c.relname = needed.tablename
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ${quoteLiteral(schema)}
      JOIN pg_locks l ON l.locktype = 'relation' AND l.relation = c.oid AND l.mode = needed.mode AND l.granted
                     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      LEFT JOIN pg_stat_activity a ON a.pid = l.pid
      -- By its own xid, on which it holds a lock. (The join on '-1/' || transaction in the documentation of pg_locks
      -- finds a prepared transaction only after a restart of the server.)
      LEFT JOIN pg_locks own ON l.pid IS NULL AND own.pid IS NULL AND own.locktype = 'transactionid' AND own.virtualtransaction = l.virtualtransaction
      LEFT JOIN pg_prepared_xacts x ON x.transaction = own.transactionid
     WHERE l.pid IS DISTINCT FROM pg_backend_pid() AND a.backend_type IS DISTINCT FROM 'autovacuum worker'
       AND (x.gid IS NOT NULL OR a.xact_start < clock_timestamp() - interval '${YOUNG_SECONDS} s')
     GROUP BY l.pid, x.gid, x.owner, a.usename, a.application_name, a.state, a.xact_start, x.prepared
     ORDER BY COALESCE(a.xact_start, x.prepared)`);
}

/** A holder in words. */
export function describeHolder({ pid, prepared, user, application, state, seconds }: LockHolder): string {
  const words =
    prepared !== null
      ? `the prepared transaction '${prepared}' of ${user}, ${age(seconds)} old`
      : `pid ${pid}${application === null ? '' : ` (${application})`} of ${user}, ${state ?? 'in a state that this role may not see'}, transaction open for ${age(seconds)}`;
  // Whoever opens a session, or prepares a transaction, names it.
  return visible(words);
}

function age(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor((seconds % 86_400) / 3600),
    Math.floor((seconds % 3600) / 60),
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
