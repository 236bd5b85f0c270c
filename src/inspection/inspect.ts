import { readGeneration, type Whose } from '../catalog/generation.js';
import { readOwn } from './read-own.js';
import { readSizes } from '../catalog/sizes.js';
import { everyBaseTable } from '../releases/registry.js';
import { readIdentity } from '../detect/identity.js';
import type { Session } from '../database/session.js';
import type { Release } from '../releases/release.js';
import { findAffected } from './affected/affected.js';
import { asFinding, findingsOf } from './findings.js';
import type { Inspection } from './inspection.js';
import { readLockHolders } from './lock-holders.js';
import { makePlan } from '../planning/plan.js';
import { backupObstacles, obstacles } from './obstacles.js';
import { readLackingRights } from './rights.js';
import { readRoute } from './route.js';
import { readSetAside } from './set-aside.js';
import { readConditions } from './preflight-checks/conditions.js';
import { neededLocks, affectedObjects } from '../planning/affected-objects.js';
import { inferVersion } from '../planning/version.js';

/**
 * Looks at a database: catalog, release, plan, and all that the plan would meet. Changes nothing, and waits for no lock.
 * @param goal the release to reach; undefined for the newest of the line that the database is of
 * @param options.failing steps to plan although the catalog calls them applied, with the reason
 * @param options.dumpRole the role that pg_dump would connect as; default: that of the session
 * @param options.generation whose changes the generation of the catalog is read of, for what is going to change the database; default: it is not read
 * @param options.again what the look before said, where it is a second look, inside a transaction that acts as the tables' owner, or at
 *   a copy: the server and what is beside YokeFlow's schema are not looked at once more
 * @throws {DatabaseError} where the role may not read the catalog
 * @throws {ConnectionLost}
 */
export async function inspect(
  session: Session,
  goal: Release | undefined,
  options: {
    schema?: string | undefined;
    failing?: ReadonlyMap<string, string>;
    dumpRole?: string | undefined;
    generation?: Whose | undefined;
    again?: true | Pick<Inspection, 'identity' | 'route' | 'conditions'> | undefined;
  } = {},
): Promise<Inspection> {
  // The generation first, so that whatever is read holds as long as it stays the same.
  const [generation, snapshot] = await Promise.all([
    options.generation && readGeneration(session, options.generation),
    readOwn(session, options.schema),
  ]);
  const version = inferVersion(snapshot, goal);
  const plan = makePlan(version, snapshot, options.failing);
  const due = plan.steps.length > 0;
  const objects = affectedObjects(plan, snapshot);
  const known = options.again === true ? undefined : options.again;
  // All at once, so that they share a message.
  const [affected, identity, route, setAside, lackingRights, lockHolders, conditions, sizes] = await Promise.all([
    findAffected(session, snapshot, plan),
    known?.identity ?? readIdentity(session, snapshot.server.tellsSystem),
    known?.route ?? readRoute(session),
    readSetAside(session, snapshot),
    due ? readLackingRights(session, snapshot, objects) : [],
    due ? readLockHolders(session, snapshot, neededLocks(objects)) : [],
    options.again ? known?.conditions : readConditions(session, snapshot, options.dumpRole),
    due && version.crosses && !options.again ? readSizes(session, snapshot, everyBaseTable) : undefined,
  ]);
  const seen = {
    generation,
    snapshot,
    version,
    plan,
    affected,
    identity,
    route,
    setAside,
    lackingRights,
    lockHolders,
    conditions,
    rowsToProve: sizes?.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
  };
  return {
    ...seen,
    findings: [...obstacles(seen).map(asFinding), ...backupObstacles(seen).map(asFinding), ...findingsOf(seen)],
  };
}
