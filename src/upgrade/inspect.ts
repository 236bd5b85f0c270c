import { readCatalog } from '../catalog/read.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { Session } from '../database/session.js';
import type { Release } from '../releases/release.js';
import { findDependentViews, type DependentViews } from './dependent-views.js';
import { findingsOf, type Finding } from './findings.js';
import { makePlan, type Plan } from './plan.js';
import { inferVersion, type Version } from './version.js';

/** Everything that one look at a database tells. */
export interface Inspection {
  readonly snapshot: Snapshot;
  readonly version: Version;
  readonly plan: Plan;
  readonly views: DependentViews;
  readonly findings: readonly Finding[];
}

/**
 * Looks at a database: catalog, release, plan, and the user's views that a step would meet. Changes nothing.
 * @param options.failing steps to plan although the catalog calls them applied, with the reason
 * @throws {DatabaseError} where the role may not read the catalog
 * @throws {ConnectionLost}
 */
export async function inspect(
  session: Session,
  target: Release,
  options: { schema?: string | undefined; failing?: ReadonlyMap<string, string> } = {},
): Promise<Inspection> {
  const snapshot = await readCatalog(session, options.schema);
  const version = inferVersion(snapshot, target);
  const plan = makePlan(version, snapshot, options.failing);
  const views = await findDependentViews(session, snapshot, plan);
  return { snapshot, version, plan, views, findings: findingsOf(snapshot, version, views) };
}
