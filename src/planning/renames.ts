import { key, parseKey } from '../catalog/keys.js';
import type { CatalogObjects } from '../catalog/snapshot.js';
import type { CatalogCheck, Expectation } from '../catalog/expectation.js';
import type { Rename, Step } from '../releases/release.js';

/** A rename that is still to come: there is a table of the old name. */
export interface DueRename extends Rename {
  /** Whether there is one of the new name as well, whose rows the other takes over before it takes its place. */
  readonly takesOver: boolean;
}

/** The renames of these steps that are still to come. Pure. */
export function renamesDue(steps: readonly Step[], objects: CatalogObjects): DueRename[] {
  return steps
    .flatMap(({ renames = [] }) => renames)
    .filter(({ from }) => objects.has(key.table(from)))
    .map((rename) => ({ ...rename, takesOver: objects.has(key.table(rename.to)) }));
}

/** The name that a constraint, index or sequence of a renamed table had before; undefined for one that is not renamed along. Pure. */
export function partBefore({ parts }: Rename, name: string | undefined): string | undefined {
  return Object.entries(parts).find(([, now]) => now === name)?.[0];
}

/** The tables and their sequences, by their names from before and from after. Pure. */
export function namesAcross(renames: readonly Rename[]): string[] {
  return renames.flatMap(({ from, to }) => [from, to].flatMap((name) => [name, `${name}_id_seq`]));
}

/**
 * A step as it meets the database: what it expects of a table that it is going to rename is told of the table that is there,
 * by the names that this one and its parts bear today. So whatever looks at the database finds it. Pure.
 */
export function asFound(step: Step, renames: readonly DueRename[], objects: CatalogObjects): Step {
  if (renames.length === 0) return step;
  const checks = step.checks.map((check): CatalogCheck => {
    return { ...check, expectations: check.expectations.flatMap((one) => renamed(one, renames, objects) ?? []) };
  });
  return { ...step, checks };
}

function renamed(
  expectation: Expectation,
  renames: readonly DueRename[],
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
  // The part is one of the table that makes way.
  if (rename.takesOver && name !== undefined && objects.has(expectation.key) && kind !== 'column') return undefined;
  const before = partBefore(rename, name);
  const earlier = before === undefined ? undefined : `${prefix}.${before}`;
  const isThere = earlier !== undefined && objects.has(earlier);
  const itsKey = name === undefined ? prefix : isThere ? earlier : `${prefix}.${name}`;
  return expectation.kind === 'has'
    ? { ...expectation, key: itsKey, definition: old(expectation.definition) }
    : { ...expectation, key: itsKey };
}
