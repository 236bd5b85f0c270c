import { essential } from '../catalog/essential.js';
import { key, parseKey } from '../catalog/keys.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { Expectation } from '../catalog/expectation.js';
import type { Plan } from './plan.js';

export type LockMode = 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE';

/** What a plan alters, replaces and refers to, as far as it is there already. Names are of the schema that was read. */
export interface AffectedObjects {
  /** Tables that are altered, indexed, given a trigger or put under a constraint. */
  readonly altered: ReadonlySet<string>;
  /** Tables that a new foreign key points to; true where an old one has to go first. */
  readonly referenced: ReadonlyMap<string, boolean>;
  readonly views: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** Enum types that get a label. */
  readonly types: ReadonlySet<string>;
  readonly creates: boolean;
}

/**
 * Derives from the signatures of the due steps what they touch. Steps are written to act on the objects of their own
 * signature and on tables that these point to, so nothing needs to be declared twice. Pure.
 */
export function affectedObjects(plan: Plan, { objects }: Snapshot): AffectedObjects {
  const affected = {
    altered: new Set<string>(),
    referenced: new Map<string, boolean>(),
    views: new Set<string>(),
    functions: new Set<string>(),
  };
  const expectations = plan.steps.flatMap(({ step }) => step.checks).flatMap((check) => check.expectations);
  for (const expectation of expectations) {
    const { kind, relation: name } =
      expectation.kind === 'body' ? { kind: 'function', relation: expectation.function } : parseKey(expectation.key);
    if (kind === 'view' && objects.has(key.view(name))) affected.views.add(name);
    else if (kind === 'function' && objects.has(key.function(name))) affected.functions.add(name);
    else if (ofTable.has(kind) && objects.has(key.table(name))) affected.altered.add(name);
    const target = missingReference(expectation, objects);
    if (target !== undefined && objects.has(key.table(target.table))) {
      affected.referenced.set(target.table, target.replaces || affected.referenced.get(target.table) === true);
    }
  }
  for (const { step } of plan.steps) {
    for (const name of step.alsoReplaces ?? []) if (objects.has(key.function(name))) affected.functions.add(name);
  }
  return { ...affected, types: new Set(plan.labels.map(({ type }) => type)), creates: true };
}

const ofTable: ReadonlySet<string> = new Set(['table', 'column', 'constraint', 'index', 'trigger']);

function missingReference(
  expectation: Expectation,
  objects: Snapshot['objects'],
): { table: string; replaces: boolean } | undefined {
  if (
    expectation.kind !== 'has' ||
    essential(expectation.key, objects.get(expectation.key) ?? '') === expectation.definition
  )
    return undefined;
  const table = /^FOREIGN KEY .* REFERENCES (\w+)\(/.exec(expectation.definition)?.[1];
  return table === undefined ? undefined : { table, replaces: objects.has(expectation.key) };
}

/** A lock that the transaction is going to need. */
export interface NeededLock {
  readonly table: string;
  readonly mode: LockMode;
}

/**
 * Every table lock that the plan needs, in one fixed order. Altering takes ACCESS EXCLUSIVE, pointing a foreign key at
 * a table SHARE ROW EXCLUSIVE, dropping one ACCESS EXCLUSIVE on both ends ("ALTER TABLE" in PostgreSQL's
 * documentation; for the last one its source, RemoveTriggerById). YokeFlow's views need none of their own: whoever
 * reads one that a step replaces holds a lock on a table that the same step alters. Pure.
 */
export function neededLocks({ altered, referenced }: AffectedObjects): NeededLock[] {
  const modes = new Map<string, LockMode>(
    [...referenced].map(([table, replaces]) => [table, replaces ? 'ACCESS EXCLUSIVE' : 'SHARE ROW EXCLUSIVE']),
  );
  for (const table of altered) modes.set(table, 'ACCESS EXCLUSIVE');
  return [...modes].map(([table, mode]) => ({ table, mode })).sort((a, b) => (a.table < b.table ? -1 : 1));
}
