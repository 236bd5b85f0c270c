import type { CatalogObjects } from '../catalog/snapshot.js';
import type { Replaced } from '../releases/release.js';

/** Whether a step replaces on this very database what it declares to replace. Pure. */
export function isDueWhen({ when }: Pick<Replaced, 'when'>, objects: CatalogObjects): boolean {
  const found = objects.get(when.key);
  const { and = when.key, unless } = when;
  return (
    found !== undefined &&
    found !== when.notDefinition &&
    objects.has(and) &&
    (unless === undefined || !objects.has(unless))
  );
}
