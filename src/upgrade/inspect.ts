import { compare } from '../catalog/compare.js';
import { readCatalog } from '../catalog/read.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { Session } from '../database/session.js';
import type { ErrorCode } from '../errors/codes.js';
import { baseChecks } from '../releases/registry.js';
import type { Release } from '../releases/release.js';
import { findDependentViews, type DependentViews } from './dependent-views.js';
import { makePlan, type Plan } from './plan.js';
import { inferVersion, type Version } from './version.js';

/** Something worth saying about a database. None of them stops an upgrade; refusals are errors of `preflight.ts`. */
export interface Finding {
  readonly code: ErrorCode;
  readonly title: string;
  readonly remedy: string;
}

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

function findingsOf(snapshot: Snapshot, version: Version, views: DependentViews): Finding[] {
  if (version.release === null) return [];
  return [...defects(version), ...drift(snapshot), ...setAside(views)];
}

const upgradeMends = 'Run: yokeflow-upgrade upgrade';

function defects(version: Version): Finding[] {
  return version.steps
    .filter(({ status }) => status === 'partial' || status === 'defective')
    .flatMap(({ violations }) => violations)
    .map(({ kind, subject, expected, found, defect }) => ({
      code: defect ?? (kind === 'missing' ? 'YF806' : 'YF807'),
      title: `${subject}: expected ${expected}, found ${found}`,
      remedy: upgradeMends,
    }));
}

/** What every release has and this database has otherwise. Theirs to keep: YokeFlow may or may not mind. */
function drift({ objects }: Snapshot): Finding[] {
  return baseChecks
    .flatMap((check) => compare(check, objects).violations)
    .map(({ subject, expected, found }) => ({
      code: 'YF808',
      title: `${subject}: YokeFlow's is ${expected}, here it is ${found}`,
      remedy: 'Nothing to do if you changed it on purpose. The upgrade leaves it as it is.',
    }));
}

function setAside({ restorable }: DependentViews): Finding[] {
  return restorable.map(({ name }) => ({
    code: 'YF306',
    title: `your view ${name} is built on what a step replaces`,
    remedy: 'Nothing to do: the upgrade takes it down and puts it back as it was, in the same transaction.',
  }));
}
