import semver from 'semver';
import { base } from './base/index.js';
import { firstRelease, releases } from './list.js';
import type { CatalogCheck } from '../catalog/expectation.js';
import type { Release, Step } from './release.js';

export { firstRelease, releases };

export const newestRelease: Release = releases.at(-1) ?? firstRelease;

/** The parts of YokeFlow that checks are grouped by, in the order in which they are shown: the newest first. */
export const systems: readonly string[] = [
  ...new Set([...releases].reverse().flatMap(({ steps }) => steps.map(({ system }) => system))),
];

/** The release before `release`, or undefined for the first one. */
export function releaseBefore(release: Release): Release | undefined {
  return releases[releases.indexOf(release) - 1];
}

/** What every 1.x release has. No step touches it, so a difference here is the user's and only reported. */
export const baseChecks: readonly CatalogCheck[] = base;

export const everyCheck: readonly CatalogCheck[] = [
  ...base,
  ...releases.flatMap(({ steps }) => steps.flatMap(({ checks }) => checks)),
];

/** The release that `version` names, be it under the name of one with the same schema, or undefined. */
export function findRelease(version: string): Release | undefined {
  const clean = semver.valid(semver.coerce(version, { includePrerelease: true }));
  if (clean === null) return undefined;
  return releases.find((release) => [release.version, ...release.sameSchemaAs].some((name) => semver.eq(name, clean)));
}

/** Every step that leads to `target`, in the order in which they run. */
export function stepsTo(target: Release): readonly Step[] {
  return releases.filter((release) => semver.lte(release.version, target.version)).flatMap((release) => release.steps);
}
