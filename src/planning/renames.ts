import { key, parseKey } from '../catalog/keys.js';
import type { CatalogObjects } from '../catalog/snapshot.js';
import type { CatalogCheck, Expectation } from '../catalog/expectation.js';
import type { Rename, Step } from '../releases/release.js';

/** The renames of these steps that are still to come: there is a table of the old name, and none of the new one. Pure. */
export function renamesDue(steps: readonly Step[], objects: CatalogObjects): Rename[] {
  return steps
    .flatMap(({ renames = [] }) => renames)
    .filter(({ from, to }) => objects.has(key.table(from)) && !objects.has(key.table(to)));
}

/**
 * A step as it meets the database: what it expects of a table that it is going to rename is told of the table that is there,
 * by the names that this one and its parts bear today. So whatever looks at the database finds it. Pure.
 */
export function asFound(step: Step, renames: readonly Rename[], objects: CatalogObjects): Step {
  if (renames.length === 0) return step;
  const checks = step.checks.map((check): CatalogCheck => {
    return { ...check, expectations: check.expectations.flatMap((one) => renamed(one, renames, objects) ?? []) };
  });
  return { ...step, checks };
}

function renamed(
  expectation: Expectation,
  renames: readonly Rename[],
  objects: CatalogObjects,
): Expectation | undefined {
  if (expectation.kind === 'body') return expectation;
  const { kind, relation, name } = parseKey(expectation.key);
  // The old name goes on as a view: there is nothing of it yet.
  if ((kind === 'view' || kind === 'view column') && renames.some(({ from }) => from === relation)) return undefined;
  const rename = renames.find(({ to }) => to === relation);
  if (rename === undefined) return expectation;
  const old = (text: string) => text.replaceAll(rename.to, rename.from);
  const prefix = `${kind}:${rename.from}`;
  const earlier = name === undefined ? prefix : `${prefix}.${old(name)}`;
  const itsKey = name === undefined || objects.has(earlier) ? earlier : `${prefix}.${name}`;
  return expectation.kind === 'has'
    ? { ...expectation, key: itsKey, definition: old(expectation.definition) }
    : { ...expectation, key: itsKey };
}
