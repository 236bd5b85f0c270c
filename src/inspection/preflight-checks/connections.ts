import { quoteIdentifier } from '../../database/quote.js';
import type { UpgradeError } from '../../errors/error.js';
import { inertSql } from '../../inert/sql.js';
import { visible } from '../../inert/visible.js';
import { refusals } from '../refusals.js';

/** A limit of connections that holds for this role, and how many others use of it now. */
export interface ConnectionLimit {
  readonly of: 'role' | 'database';
  readonly name: string;
  readonly limit: number;
  /** Sessions of others, and of this role elsewhere; without those of this run. */
  readonly used: number;
}

/** Sessions at a time, of the role anywhere and in the database that was asked. */
export interface SessionsNeeded {
  readonly role: number;
  readonly database: number;
}

/** Of a change, and of a restore: one that works, and one that watches it or reads while it waits. */
export const SESSIONS_OF_A_CHANGE: SessionsNeeded = { role: 2, database: 2 };
/** Of a rehearsal: the same on the copy, and two beside it that make the copy and drop it. */
export const SESSIONS_OF_A_REHEARSAL: SessionsNeeded = { role: 4, database: 2 };

/** Sessions of the same process: their names end alike, in host and process id. */
const ours = `(a.pid = pg_backend_pid() OR substring(a.application_name FROM '@[^ ]+') = substring(current_setting('application_name') FROM '^yokeflow-upgrade-[^@]*(@[^ ]+)'))`;
/** What counts against a limit: no background processes (CountUserBackends and CountDBConnections in procarray.c). */
const counts = `COALESCE(a.backend_type, 'client backend') IN ('client backend', 'walsender')`;

/** Limits of roles and databases, which do not hold for superusers (InitializeSessionUserId, CheckMyDatabase). */
export const connectionLimitsQuery = `
  SELECT COALESCE(json_agg(l), '[]') FROM (
    SELECT 'role' AS of, r.rolname AS name, r.rolconnlimit AS limit,
           (SELECT count(*) FROM pg_stat_activity a WHERE a.usesysid = r.oid AND ${counts} AND NOT COALESCE(${ours}, false)) AS used
      FROM pg_roles r WHERE r.rolname = session_user AND r.rolconnlimit >= 0 AND NOT r.rolsuper
    UNION ALL
    SELECT 'database', d.datname, d.datconnlimit,
           (SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.oid AND ${counts} AND NOT COALESCE(${ours}, false))
      FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = session_user AND d.datconnlimit >= 0 AND NOT r.rolsuper) l`;

/**
 * The refusal of a run that needs more sessions at a time than it may have. Pure.
 * @param pooled a pooler's sessions are there already, and hold for us too
 */
export function connectionObstacles(
  limits: readonly ConnectionLimit[],
  needed: SessionsNeeded,
  pooled: boolean,
): UpgradeError[] {
  const tight = pooled ? [] : limits.filter(({ of, limit, used }) => limit - used < needed[of]);
  const [first] = tight;
  const alter = ({ of, name }: ConnectionLimit) =>
    `ALTER ${of.toUpperCase()} ${quoteIdentifier(name)} CONNECTION LIMIT -1;`;
  return refusals(
    first !== undefined && {
      code: 'YF321',
      message: `This takes ${needed[first.of]} sessions at a time, and the ${first.of} ${visible(first.name)} may have ${first.limit === 0 ? 'none' : first.limit}, of which ${first.used} ${first.used === 1 ? 'is' : 'are'} in use.`,
      found: tight.map(
        ({ of, name, limit, used }) => `connection limit of the ${of} ${name}: ${limit}, in use by others: ${used}`,
      ),
      remedy: `Stop what uses them, such as YokeFlow's API and agents; or let a superuser raise the limit, in psql: ${inertSql(tight.map(alter).join(' '))} Then run this again.`,
    },
  );
}
