import { parseKey } from '../../catalog/keys.js';
import { everyCheck } from '../../releases/registry.js';

/** The names that YokeFlow's objects bear. */
export interface SchemaNames {
  /** Tables, views, indexes and sequences share one namespace (pg_class). */
  readonly relations: readonly string[];
  readonly types: readonly string[];
  readonly functions: readonly string[];
}

const relationKinds: ReadonlySet<string> = new Set(['table', 'view']);

/** Every name that the schema of any release takes, from the checks that describe it. Pure. */
export function schemaNames(): SchemaNames {
  const relations = new Set<string>();
  const types = new Set<string>();
  const functions = new Set<string>();
  for (const expectation of everyCheck.flatMap((check) => check.expectations)) {
    if (expectation.kind !== 'has') continue;
    const { kind, relation, name } = parseKey(expectation.key);
    if (relationKinds.has(kind)) relations.add(relation);
    if (kind === 'index' && name !== undefined) relations.add(name);
    if (kind === 'function') functions.add(relation);
    if (kind === 'label') types.add(relation);
    const sequence = /nextval\('(?:\w+\.)?(\w+)'/.exec(expectation.definition)?.[1];
    if (sequence !== undefined) relations.add(sequence);
    // An enum's default names its type: 'local'::deployment_status.
    const enumType = kind === 'column' ? /^(\w+_(?:status|type))\b/.exec(expectation.definition)?.[1] : undefined;
    if (enumType !== undefined) types.add(enumType);
  }
  return { relations: [...relations], types: [...types], functions: [...functions] };
}
