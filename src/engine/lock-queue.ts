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

/** Locks that keep a query or a write of others waiting, those that stop even a query first ("Table-Level Lock Modes"). */
const stopping = [['AccessExclusiveLock'], ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock']] as const;

/**
 * Who keeps a look waiting that does not know at which table: whoever holds a lock that stops others, or is queued for one, and whoever
 * those wait for; the oldest transaction first, each with the tables.
 * @throws {DatabaseError | ConnectionLost}
 */
export function readStopping(session: Session): Promise<(Blocker & { readonly tables: readonly string[] })[]> {
  const ranks = stopping.map((modes, rank) => `WHEN l.mode IN (${modes.map(quoteLiteral).join(', ')}) THEN ${rank}`);
  return session.rows<Blocker & { tables: string[] }>(`
    WITH locks AS (
      SELECT l.pid, l.granted, c.relname, CASE ${ranks.join(' ')} END AS rank
        FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND l.pid IS DISTINCT FROM pg_backend_pid() AND c.relkind IN ('r', 'p', 'v', 'm')
         AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_')),
    first AS (SELECT * FROM locks WHERE rank = (SELECT min(rank) FROM locks)),
    named AS (
      SELECT pid, relname FROM first
      UNION SELECT unnest(pg_blocking_pids(pid)), relname FROM first WHERE NOT granted)
    SELECT COALESCE(named.pid, 0) AS pid, ${BLOCKER_COLUMNS}, json_agg(DISTINCT named.relname ORDER BY named.relname) AS tables
      FROM named LEFT JOIN pg_stat_activity a ON a.pid = named.pid
     WHERE named.pid IS DISTINCT FROM pg_backend_pid()
     GROUP BY named.pid, a.application_name, a.usename, a.state, a.query_start, a.xact_start
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
