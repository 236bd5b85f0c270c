import { BLOCKER_COLUMNS, type Blocker } from '../database/blockers.js';
import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { conflicts } from '../inspection/lock-holders.js';
import type { NeededLock } from '../planning/affected-objects.js';

/**
 * Who holds locks of a table that conflict with one that is needed, the oldest transaction first.
 * @throws {DatabaseError | ConnectionLost}
 */
export function readHolders(session: Session, schema: string, { table, mode }: NeededLock): Promise<Blocker[]> {
  return session.rows<Blocker>(`
    SELECT COALESCE(l.pid, 0) AS pid, ${BLOCKER_COLUMNS}
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ${quoteLiteral(schema)}
      JOIN pg_locks l ON l.locktype = 'relation' AND l.relation = c.oid AND l.granted
                     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE c.relname = ${quoteLiteral(table)} AND l.mode IN (${conflicts[mode].map(quoteLiteral).join(', ')})
       AND l.pid IS DISTINCT FROM pg_backend_pid()
     GROUP BY l.pid, a.application_name, a.usename, a.state, a.query_start, a.xact_start
     ORDER BY a.xact_start`);
}

/**
 * How many rows of each table were written since PostgreSQL last began to count ("The Cumulative Statistics System").
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readWrites(session: Session, schema: string): Promise<Map<string, number>> {
  const rows = await session.rows<{ table: string; writes: number }>(`
    SELECT c.relname AS table,
           pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid) AS writes
      FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ${quoteLiteral(schema)}) AND c.relkind IN ('r', 'p')`);
  return new Map(rows.map(({ table, writes }) => [table, writes]));
}

/**
 * A query for whether a backend waits for somebody who waits for it, over however many others: a deadlock in the making,
 * for which PostgreSQL would end one of them, and perhaps YokeFlow's.
 */
export const circleQuery = (backend: number): string => `
  SELECT EXISTS (
    WITH RECURSIVE chain (pid) AS (
      SELECT unnest(pg_blocking_pids(${backend}))
      UNION
      SELECT unnest(pg_blocking_pids(chain.pid)) FROM chain WHERE chain.pid NOT IN (0, ${backend}))
    SELECT FROM chain WHERE pid = ${backend}) AS circle`;

/**
 * The order in which locks are taken: first what was not to be had before, because whoever waits for the first lock holds
 * none; then the tables that are written least, so that those that are used most are held for the shortest time. Pure.
 * @param missed the table that an attempt before this one failed at
 */
export function inOrder(
  needed: readonly NeededLock[],
  writes: ReadonlyMap<string, number>,
  missed: string | undefined,
): NeededLock[] {
  const rank = ({ table }: NeededLock) => (table === missed ? -1 : (writes.get(table) ?? 0));
  return [...needed].sort((a, b) => rank(a) - rank(b) || (a.table < b.table ? -1 : 1));
}
