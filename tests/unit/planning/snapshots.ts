import type { CatalogObjects, Snapshot } from '../../../src/catalog/snapshot.js';
import { baseTables } from '../../../src/releases/base/index.js';
import { key } from '../../../src/catalog/keys.js';
import type { Step } from '../../../src/releases/release.js';
import { engineRelease } from '../../support/releases.js';
import { baseChecks, stepsTo } from '../../../src/releases/registry.js';

type Objects = Map<string, string>;

/** A step by its id. */
export function stepCalled(id: string): Step {
  const found = stepsTo(engineRelease).find((step) => step.id === id);
  if (!found) throw new Error(`there is no step ${id}`);
  return found;
}

/** What the catalog holds once the base and these steps are there, as they are declared. */
export function objectsOf(...steps: readonly string[]): Objects {
  const objects: Objects = new Map(baseTables.map((table) => [key.table(table), '']));
  const add = (key: string, definition: string) => objects.set(key, definition);
  for (const expectation of baseChecks.flatMap((check) => check.expectations)) {
    if (expectation.kind === 'has') add(expectation.key, expectation.definition);
  }
  const taken = stepsTo(engineRelease)
    .flatMap(({ checks }) => checks)
    .flatMap(({ expectations }) => expectations);
  // What a later step takes away is there until then; what it brings is not.
  for (const expectation of taken) {
    if (expectation.kind === 'lacks' && expectation.evidence) add(expectation.key, 'text');
  }
  for (const id of steps) {
    for (const expectation of stepCalled(id).checks.flatMap((check) => check.expectations)) {
      if (expectation.kind === 'has') add(expectation.key, expectation.definition);
      if (expectation.kind === 'lacks') objects.delete(expectation.key);
    }
  }
  return objects;
}

/** A look at a database that holds these objects, as far as the version and the plan depend on it. */
export function snapshotOf(objects: CatalogObjects): Snapshot {
  return {
    objects,
    taken: [] as Snapshot['taken'],
    tableCount: [...objects.keys()].filter((name) => name.startsWith('table:')).length,
    relationCount: [...objects.keys()].filter((name) => /^(table|view):/.test(name)).length,
  } as Snapshot;
}
