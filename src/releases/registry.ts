import semver from 'semver';
import { firstRelease, releases } from './list.js';
import type { CatalogCheck } from '../catalog/expectation.js';
import { namesOf } from '../catalog/keys.js';
import type { Line } from './line.js';
import { firstLine, lines } from './lines.js';
import type { Release, Step } from './release.js';

export { firstRelease, lines, releases };

/** The newest of 1.x, which whoever has 1.x reaches without --to. */
export const newestRelease: Release = newestOf(firstLine);

/** The releases of every line, oldest first, that there is a way to. */
export const reachable: readonly Release[] = lines.flatMap((line) => targetsOf(line));

/** The releases of a line that can be reached. The later lines begin with what they have of the line before, which is none. */
export function targetsOf(line: Line): readonly Release[] {
  return line === firstLine ? line.releases : line.releases.slice(1);
}

/** The parts of YokeFlow that checks are grouped by, in the order in which they are shown: the newest first. */
export const systems: readonly string[] = [
  ...new Set(
    [...lines]
      .reverse()
      .flatMap((line) => [...targetsOf(line)].reverse())
      .flatMap(({ steps }) => steps.map(({ system }) => system)),
  ),
];

/** The line that a release belongs to. One that is in no list, as tests have them, belongs to the first. */
export function lineOf(release: Release): Line {
  return lines.find((line) => line.releases.includes(release)) ?? firstLine;
}

export function newestOf({ releases: all }: Line): Release {
  return all.at(-1) ?? firstRelease;
}

/** The release of the same line before `release`, or undefined for the first one. */
export function releaseBefore(release: Release): Release | undefined {
  const { releases: all } = lineOf(release);
  return all[all.indexOf(release) - 1];
}

/** What every release of 1.x has. No step touches it, so a difference here is the user's and only reported. */
export const baseChecks: readonly CatalogCheck[] = firstLine.base;

/** The tables that each line's releases all have, whichever line it is. */
export const everyBaseTable: readonly string[] = [...new Set(lines.flatMap(({ baseTables }) => baseTables))];

/** Every check of every line: what YokeFlow's own objects are called. */
export const everyCheck: readonly CatalogCheck[] = lines.flatMap((line) => [
  ...line.base,
  ...line.releases.flatMap(({ steps }) => steps.flatMap(({ checks }) => checks)),
]);

/** The keys of all that these checks speak of. */
export const everyKey: readonly string[] = everyCheck.flatMap(({ expectations }) =>
  expectations.flatMap((expectation) => ('key' in expectation ? [expectation.key] : [])),
);

/** The tables that bear a name of YokeFlow's. All others are a fork's. */
export const everyTable: ReadonlySet<string> = new Set([...everyBaseTable, ...namesOf(everyKey, 'table')]);

/** The release that `version` names, be it under the name of one with the same schema, or undefined. */
export function findRelease(version: string): Release | undefined {
  const clean = semver.valid(semver.coerce(version, { includePrerelease: true }));
  if (clean === null) return undefined;
  return reachable.find((release) => [release.version, ...release.sameSchemaAs].some((name) => semver.eq(name, clean)));
}

/** Every step that leads to `target` within its line, in the order in which they run. */
export function stepsTo(target: Release): readonly Step[] {
  return lineOf(target)
    .releases.filter((release) => semver.lte(release.version, target.version))
    .flatMap((release) => release.steps);
}
