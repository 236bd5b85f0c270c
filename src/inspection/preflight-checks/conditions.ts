import type { Snapshot } from '../../catalog/snapshot.js';
import type { Session } from '../../database/session.js';
import type { UpgradeError } from '../../errors/error.js';
import type { Finding } from '../finding.js';
import { firstObstacle } from '../refusals.js';
import type { Route } from '../route.js';
import { collationFindings, collationQuery, type CollationMismatch } from './collation.js';
import {
  connectionLimitsQuery,
  connectionObstacles,
  SESSIONS_OF_A_CHANGE,
  type ConnectionLimit,
  type SessionsNeeded,
} from './connections.js';
import { dumpRightsQuery, type DumpRights } from './dump-rights.js';
import { eventTriggerFindings, eventTriggersQuery, type EventTrigger } from './event-triggers.js';
import { extensionFindings, unmakeableQuery, type UnmakeableExtension } from './extensions.js';
import { standbyFindings, standbyObstacles, standbysQuery, type Standbys } from './synchronous-standby.js';

/** What of the server, and of the database beside YokeFlow's schema, a run and its backup would meet. */
export interface Conditions {
  readonly dump: DumpRights;
  readonly eventTriggers: readonly EventTrigger[];
  readonly standbys: Standbys;
  readonly limits: readonly ConnectionLimit[];
  readonly collations: readonly CollationMismatch[];
  readonly extensions: readonly UnmakeableExtension[];
}

/**
 * Reads all of it in one query of the catalog.
 * @param dumpRole the role that pg_dump connects as; undefined for that of the session
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readConditions(
  session: Session,
  { server: { versionNumber } }: Pick<Snapshot, 'server'>,
  dumpRole: string | undefined,
): Promise<Conditions> {
  const [row] = await session.rows<Conditions>(`
    SELECT (${dumpRightsQuery(dumpRole, versionNumber)}) AS dump,
           (${eventTriggersQuery}) AS "eventTriggers",
           (${standbysQuery}) AS standbys,
           (${connectionLimitsQuery}) AS limits,
           (${collationQuery(versionNumber)}) AS collations,
           (${unmakeableQuery(dumpRole)}) AS extensions`);
  if (row === undefined) throw new Error('the query of the conditions returned no row');
  return row;
}

/**
 * What stands in the way of making databases and renaming them, asked beside the database: its own settings hold for nobody there.
 * @returns YF320 or YF321; undefined where nothing is in the way
 * @throws {DatabaseError | ConnectionLost}
 */
export async function conditionsBeside(admin: Session, needed: SessionsNeeded): Promise<UpgradeError | undefined> {
  const [row] = await admin.rows<Pick<Conditions, 'standbys' | 'limits'>>(
    `SELECT (${standbysQuery}) AS standbys, (${connectionLimitsQuery}) AS limits`,
  );
  return row && firstObstacle(conditionObstacles(row, { pooled: false }, needed));
}

/** What of them stands in the way of a change. Pure. */
export function conditionObstacles(
  { standbys, limits }: Pick<Conditions, 'standbys' | 'limits'>,
  { pooled }: Pick<Route, 'pooled'>,
  needed = SESSIONS_OF_A_CHANGE,
): UpgradeError[] {
  return [...standbyObstacles(standbys), ...connectionObstacles(limits, needed, pooled)];
}

/**
 * What of them is worth saying: most of it only where a change is due. Pure.
 * @param commands what that change runs; empty where none is due
 */
export function conditionFindings(
  { standbys, collations, extensions, eventTriggers }: Conditions,
  { database }: Pick<Snapshot, 'database'>,
  commands: readonly string[],
): Finding[] {
  const due = commands.length > 0;
  return [
    ...collationFindings(collations, database),
    ...(due
      ? [
          ...standbyFindings(standbys),
          ...eventTriggerFindings(eventTriggers, commands),
          ...extensionFindings(extensions),
        ]
      : []),
  ];
}
