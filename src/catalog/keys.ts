/** How an object of the catalog is spelled as a key. The query in `query.ts` writes the same spelling. */
export const key = {
  table: (table: string) => `table:${table}`,
  column: (table: string, column: string) => `column:${table}.${column}`,
  constraint: (table: string, name: string) => `constraint:${table}.${name}`,
  index: (table: string, name: string) => `index:${table}.${name}`,
  view: (view: string) => `view:${view}`,
  viewColumn: (view: string, column: string) => `view column:${view}.${column}`,
  function: (name: string) => `function:${name}`,
  body: (name: string) => `body:${name}`,
  trigger: (table: string, name: string) => `trigger:${table}.${name}`,
  label: (type: string, label: string) => `label:${type}.${label}`,
};

export interface ObjectKey {
  /** As it begins: `table`, `view column`. */
  readonly kind: string;
  /** The table, view or type that the object is a part of; its own name where it is none. */
  readonly relation: string;
  /** Of a part alone. */
  readonly name?: string;
}

/** The kinds of objects that are no part of another. */
const whole: ReadonlySet<string> = new Set(['table', 'view', 'function', 'body']);

const parsed = new Map<string, ObjectKey>();

/** Takes a key apart. Each once: the same few hundred are asked for at every look. */
export function parseKey(objectKey: string): ObjectKey {
  const known = parsed.get(objectKey);
  if (known !== undefined) return known;
  const found = takeApart(objectKey);
  parsed.set(objectKey, found);
  return found;
}

function takeApart(objectKey: string): ObjectKey {
  const colon = objectKey.indexOf(':');
  const kind = objectKey.slice(0, Math.max(colon, 0));
  const path = objectKey.slice(colon + 1);
  const dot = whole.has(kind) ? -1 : path.indexOf('.');
  return dot === -1 ? { kind, relation: path } : { kind, relation: path.slice(0, dot), name: path.slice(dot + 1) };
}

export function ofKind(objectKeys: Iterable<string>, kind: string): ObjectKey[] {
  return [...objectKeys].map(parseKey).filter((one) => one.kind === kind);
}

export function namesOf(objectKeys: Iterable<string>, kind: 'table' | 'view' | 'function'): string[] {
  return ofKind(objectKeys, kind).map(({ relation }) => relation);
}

/** A key in words: `column sessions.status`. */
export function describeKey(objectKey: string): string {
  const { kind, relation, name } = parseKey(objectKey);
  return `${kind} ${relation}${name === undefined ? '' : `.${name}`}`;
}
