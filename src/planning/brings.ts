import { key, ofKind } from '../catalog/keys.js';
import type { CatalogObjects } from '../catalog/snapshot.js';
import type { Step } from '../releases/release.js';

/** How many objects of each kind a step would make in a database that holds `objects`; kinds without any are left out. Pure. */
export function brings(
  { checks }: Step,
  objects: CatalogObjects,
): { kind: 'table' | 'view' | 'function' | 'column'; count: number }[] {
  const missing = checks
    .flatMap(({ expectations }) => expectations)
    .flatMap((expectation) => (expectation.kind === 'has' && !objects.has(expectation.key) ? [expectation.key] : []));
  // A new table brings its columns with it.
  const columns = ofKind(missing, 'column').filter(({ relation }) => objects.has(key.table(relation)));
  const counts = [
    { kind: 'table' as const, count: ofKind(missing, 'table').length },
    { kind: 'view' as const, count: ofKind(missing, 'view').length },
    { kind: 'function' as const, count: ofKind(missing, 'function').length },
    { kind: 'column' as const, count: columns.length },
  ];
  return counts.filter(({ count }) => count > 0);
}
