import type { CatalogCheck, Expectation } from '../../catalog/expectation.js';
import { parseKey } from '../../catalog/keys.js';
import type { WantedNames } from '../../catalog/namesakes.js';
import { everyCheck, lines } from '../../releases/registry.js';
import type { Step } from '../../releases/release.js';

type Has = Extract<Expectation, { kind: 'has' }>;

/** A name that a step gives to something that it makes. */
export interface Need {
  readonly step: Step;
  readonly expectation: Has;
  /** The table, view or function itself, or the table that it is a part of. */
  readonly relation: string;
  /** Of a part alone. */
  readonly part: string;
}

/** Columns of a table or view, each with its definition, as one release has them. */
export type Shape = ReadonlyMap<string, string>;

/** Every step of every line; what a later line has of an earlier one is the same step. */
const steps: readonly Step[] = [
  ...new Map(
    lines.flatMap(({ releases }) => releases.flatMap((one) => one.steps)).map((step) => [step.id, step]),
  ).values(),
];

const needs: readonly Need[] = steps.flatMap((step) =>
  step.checks
    .flatMap(({ expectations }) => expectations)
    .flatMap((expectation) => {
      if (expectation.kind !== 'has') return [];
      const { relation, name = '' } = parseKey(expectation.key);
      return [{ step, expectation, relation, part: name }];
    }),
);

/** The names of one kind that steps give, as a key begins: `table`, `view`, `index`. Pure. */
export function needsOf(kind: string): readonly Need[] {
  return needs.filter(({ expectation }) => parseKey(expectation.key).kind === kind);
}

/** The tables that all releases of the first line have: no step makes them. */
export const firstTables: ReadonlySet<string> = new Set(lines[0]?.baseTables);

/** What each release has under the name of a table or view. */
export const shapesOf = (kind: 'table' | 'view', name: string): readonly Shape[] => shapes.get(`${kind}:${name}`) ?? [];

const shapes = new Map<string, Shape[]>();
for (const check of everyCheck) {
  const columns = columnsIn(check);
  for (const whole of check.expectations) {
    if (whole.kind !== 'has') continue;
    const shape = columns.get(whole.key);
    if (shape) shapes.set(whole.key, [...(shapes.get(whole.key) ?? []), shape]);
  }
}

/** The columns of which a check tells, by the key of the table or view that they are of. */
function columnsIn({ expectations }: CatalogCheck): Map<string, Map<string, string>> {
  const columns = new Map<string, Map<string, string>>();
  for (const one of expectations) {
    if (one.kind !== 'has') continue;
    const { kind, relation, name = '' } = parseKey(one.key);
    if (kind !== 'column' && kind !== 'view column') continue;
    const whole = `${kind === 'column' ? 'table' : 'view'}:${relation}`;
    columns.set(whole, (columns.get(whole) ?? new Map<string, string>()).set(name, one.definition));
  }
  return columns;
}

/** The sequence that the default of a column takes its numbers from. */
export const sequenceOf = (definition: string): string | undefined => /nextval\('(\w+)'/.exec(definition)?.[1];

/** Whether a constraint has an index of its own name, which takes a name among the relations. */
export const isIndexed = (definition: string): boolean => /^(?:PRIMARY KEY|UNIQUE|EXCLUDE)\b/.test(definition);

/** Every name that a step needs, by the name space that it is of. */
export const wantedNames: WantedNames = (() => {
  const relations = needs.flatMap(({ expectation, relation, part }) => {
    const { kind } = parseKey(expectation.key);
    if (kind === 'table' || kind === 'view') return [relation];
    if (kind === 'index' || (kind === 'constraint' && isIndexed(expectation.definition))) return [part];
    return sequenceOf(expectation.definition) ?? [];
  });
  const renamed = steps.flatMap(({ renames = [] }) => renames.map(({ from }) => from));
  return {
    relations: [...new Set([...relations, ...renamed])],
    functions: [...new Set(needsOf('function').map(({ relation }) => relation))],
    constraints: [...new Set(needsOf('constraint').map(({ part }) => part))],
  };
})();

/** The earlier names of a table that a step renames. Pure. */
export function earlierNames(table: string): readonly string[] {
  return steps.flatMap(({ renames = [] }) => renames.flatMap(({ from, to }) => (to === table ? [from] : [])));
}

/** The tables that go on under another name. */
export const renamedTables: ReadonlyMap<string, string> = new Map(
  steps.flatMap(({ renames = [] }) => renames.map(({ from, to }) => [from, to] as const)),
);
