import { key } from '../catalog/keys.js';
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
  const ofKind = (kind: string) => missing.filter((objectKey) => objectKey.startsWith(`${kind}:`));
  const columns = ofKind('column').filter((column) =>
    objects.has(key.table(column.slice('column:'.length).split('.')[0] ?? '')),
  );
  const counts = [
    { kind: 'table' as const, count: ofKind('table').length },
    { kind: 'view' as const, count: ofKind('view').length },
    { kind: 'function' as const, count: ofKind('function').length },
    { kind: 'column' as const, count: columns.length },
  ];
  return counts.filter(({ count }) => count > 0);
}
