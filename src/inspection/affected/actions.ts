import { essential } from '../../catalog/essential.js';
import { key, namesOf, parseKey } from '../../catalog/keys.js';
import type { Snapshot } from '../../catalog/snapshot.js';
import type { Expectation } from '../../catalog/expectation.js';
import type { Step } from '../../releases/release.js';
import { isDueWhen } from '../../planning/due-when.js';
import type { Plan } from '../../planning/plan.js';

export type Act =
  | 'drop column'
  | 'retype column'
  | 'add column'
  | 'lose view column'
  | 'remake view'
  | 'replace view'
  | 'drop constraint'
  | 'remake constraint'
  | 'add constraint'
  | 'remake index'
  | 'replace function'
  | 'drop function'
  | 'drop trigger'
  | 'keep trigger';

/** One thing that the due steps do to what is there already. */
export interface Action {
  readonly act: Act;
  /** A table, view or function of the schema that was read. */
  readonly relation: string;
  /** The column, constraint, index or trigger of it. */
  readonly name?: string;
  /** As YokeFlow has it. */
  readonly definition?: string;
  /** YokeFlow's own parts, by key, that PostgreSQL takes along. */
  readonly takesAlong?: readonly string[];
}

/**
 * What the due steps do on this very database to what is there, drawn from the declarations of the releases: `replaces`
 * and `alsoReplaces`, and what the steps' checks expect. A step is written to leave alone whatever is as expected. Pure.
 */
export function actionsOf(plan: Plan, snapshot: Snapshot): Action[] {
  const actions = plan.steps.flatMap(({ step }) => [...declared(step, snapshot), ...expected(step, snapshot)]);
  const remade = new Set(actions.flatMap(({ act, relation }) => (act === 'remake view' ? [relation] : [])));
  return actions.filter(({ act, relation }) => act !== 'replace view' || !remade.has(relation));
}

function declared({ replaces, alsoReplaces = [] }: Step, { objects }: Snapshot): Action[] {
  const due = replaces.filter((one) => isDueWhen(one, objects));
  return [
    ...due.flatMap(({ relation, column, comesBack, takesAlong }): Action[] => {
      if (column === undefined) return objects.has(key.view(relation)) ? [{ act: 'remake view', relation }] : [];
      if (objects.has(key.view(relation)))
        return comesBack ? [] : [{ act: 'lose view column', relation, name: column }];
      return [
        { act: comesBack ? 'retype column' : 'drop column', relation, name: column, ...(takesAlong && { takesAlong }) },
      ];
    }),
    ...alsoReplaces
      .filter((name) => objects.has(key.function(name)))
      .map((relation): Action => ({ act: 'drop function', relation })),
  ];
}

function expected({ checks }: Step, snapshot: Snapshot): Action[] {
  return checks
    .flatMap(({ expectations }) => expectations)
    .flatMap((expectation) => fromExpectation(expectation, snapshot) ?? []);
}

function fromExpectation(expectation: Expectation, { objects }: Snapshot): Action | undefined {
  if (expectation.kind === 'body') return undefined;
  const { kind, relation, name } = parseKey(expectation.key);
  const found = objects.get(expectation.key);
  const action = (act: Act, definition?: string): Action => ({
    act,
    relation,
    ...(name !== undefined && { name }),
    ...(definition && { definition }),
  });
  if (expectation.kind === 'lacks') {
    if (found === undefined) return undefined;
    return kind === 'constraint' ? action('drop constraint') : kind === 'trigger' ? action('drop trigger') : undefined;
  }
  const { definition } = expectation;
  if (found === undefined) {
    if (!objects.has(key.table(relation))) return undefined;
    return kind === 'column'
      ? action('add column', definition)
      : kind === 'constraint'
        ? action('add constraint', definition)
        : undefined;
  }
  if (kind === 'view') return action('replace view');
  if (kind === 'function') return action('replace function', definition);
  if (essential(expectation.key, found) === definition) return undefined;
  if (kind === 'constraint') return action('remake constraint', definition);
  if (kind === 'index') return action('remake index', definition);
  return kind === 'trigger' ? action('keep trigger', definition) : undefined;
}

/** The columns of YokeFlow's views as the due steps make them, in order: a view is replaced in place only by one that begins alike. Pure. */
export function viewColumns(plan: Plan): ReadonlyMap<string, readonly { name: string; type: string }[]> {
  const columns = new Map<string, { name: string; type: string }[]>();
  for (const { key: objectKey, definition } of expectations(plan)) {
    const { kind, relation: view, name = '' } = parseKey(objectKey);
    if (kind === 'view column') columns.set(view, [...(columns.get(view) ?? []), { name, type: definition }]);
  }
  return columns;
}

/** Everything that the due steps bring, with its definition. Pure. */
export function expectations(plan: Plan): { key: string; definition: string }[] {
  return plan.steps
    .flatMap(({ step }) => step.checks)
    .flatMap((check) => check.expectations)
    .flatMap((expectation) =>
      expectation.kind === 'has' ? [{ key: expectation.key, definition: expectation.definition }] : [],
    );
}

/** The names of what the due steps bring of one kind. Pure. */
export function brought(plan: Plan, kind: 'table' | 'view' | 'function'): string[] {
  return namesOf(
    expectations(plan).map(({ key: objectKey }) => objectKey),
    kind,
  );
}
