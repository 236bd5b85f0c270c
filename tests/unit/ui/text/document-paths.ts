/** Keys and indexes from a document down to one of its values. */
export type Path = readonly (string | number)[];
type Branch = Record<string | number, unknown>;

/** The path of every value in a document, the document itself excepted. */
export function allPaths(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [[key], ...allPaths((value as Branch)[key]).map((path) => [key, ...path])]);
}

/** The value at a path. */
export function at(document: object, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Branch)[key], document);
}

/** A copy of a document in which `change` was done to the parent of the value at `path`. */
export function changed(document: object, path: Path, change: (parent: Branch, key: string | number) => void): object {
  const copy = structuredClone(document);
  change(at(copy, path.slice(0, -1)) as Branch, path.at(-1) ?? '');
  return copy;
}
