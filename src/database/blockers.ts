import { visible } from '../inert/visible.js';

/** Somebody who holds, or is queued before us for, what a backend waits for. */
export interface Blocker {
  /** 0 for a prepared transaction, which no process stands behind. */
  readonly pid: number;
  readonly application: string | null;
  readonly user: string | null;
  /** As in pg_stat_activity; null where our role may not see it. */
  readonly state: string | null;
  /** How long its current, or last, query has been going on, in s. */
  readonly querySeconds: number | null;
  /** How long its transaction has been open, in s. */
  readonly transactionSeconds: number | null;
}

/** The columns of a {@link Blocker} in `pg_stat_activity a`, but for its pid. */
export const BLOCKER_COLUMNS = `NULLIF(a.application_name, '') AS application, a.usename AS user, a.state,
       round(extract(epoch FROM clock_timestamp() - a.query_start)) AS "querySeconds",
       round(extract(epoch FROM clock_timestamp() - a.xact_start)) AS "transactionSeconds"`;

/**
 * Who keeps some backends waiting, the oldest transaction first.
 * @param waiting a query for their process ids, as `pid`
 */
export const blockersQuery = (waiting: string) => `
  SELECT b.pid, ${BLOCKER_COLUMNS}
    FROM (SELECT DISTINCT unnest(pg_blocking_pids(own.pid)) AS pid FROM (${waiting}) own) b LEFT JOIN pg_stat_activity a ON a.pid = b.pid
   ORDER BY a.xact_start`;

/** A blocker in words, for whoever has to decide what to do about it. */
export function describeBlocker({ pid, application, user, state, querySeconds, transactionSeconds }: Blocker): string {
  if (pid === 0) return 'a prepared transaction (see pg_prepared_xacts)';
  const parts = [
    `pid ${pid}${application === null ? '' : ` (${application})`}${user === null ? '' : ` of ${user}`}`,
    state ?? 'state not visible to this role',
    ...(querySeconds === null ? [] : [`${state === 'active' ? 'query' : 'last query'} ${querySeconds} s ago`]),
    ...(transactionSeconds === null ? [] : [`transaction open for ${transactionSeconds} s`]),
  ];
  return visible(parts.join(', '));
}
