import { key } from '../catalog/keys.js';
import type { ErrorCode } from '../errors/codes.js';
import type { CatalogCheck, Expectation } from '../catalog/expectation.js';
import type { Step } from './release.js';

type Definitions = Readonly<Record<string, string>>;

export interface Option {
  evidence?: boolean;
  defect?: ErrorCode;
  /** Definitions that will do as well. */
  accepts?: RegExp;
}

/** Expects an object with this definition, spelled as PostgreSQL renders it without schema names. */
export function has(
  objectKey: string,
  definition = '',
  { evidence = true, defect, accepts }: Option = {},
): Expectation {
  return { kind: 'has', key: objectKey, definition, evidence, ...(defect && { defect }), ...(accepts && { accepts }) };
}

export function lacks(objectKey: string, { evidence = true, defect }: Option = {}): Expectation {
  return { kind: 'lacks', key: objectKey, evidence, ...(defect && { defect }) };
}

/** A CHECK that a varchar column has one of these values. `sql/shared/ensure.sql` makes it. */
export function oneOf(column: string, ...values: readonly string[]): string {
  const listed = values.map((value) => `'${value}'::character varying`).join(', ');
  return `CHECK (((${column})::text = ANY ((ARRAY[${listed}])::text[])))`;
}

/** The checks of one table: its columns, its constraints, its indexes. */
export function table(
  name: string,
  parts: { columns: Definitions; constraints: Definitions; indexes?: Definitions },
  /** Definitions that stand for a known defect, by column or constraint name. */
  defects: Readonly<Record<string, ErrorCode>> = {},
): CatalogCheck[] {
  const expected = (of: (part: string) => string, definitions: Definitions): Expectation[] =>
    Object.entries(definitions).map(([part, definition]) => {
      const defect = defects[part];
      return has(of(part), definition, defect ? { defect } : {});
    });
  const columns = expected((column) => key.column(name, column), parts.columns);
  const checks: CatalogCheck[] = [
    {
      id: `table.${name}`,
      title: `Table ${name} (${columns.length} columns)`,
      expectations: [has(key.table(name)), ...columns],
    },
    {
      id: `constraints.${name}`,
      title: `Constraints of ${name}`,
      expectations: expected((constraint) => key.constraint(name, constraint), parts.constraints),
    },
  ];
  if (parts.indexes) {
    const indexes = expected((index) => key.index(name, index), parts.indexes);
    checks.push({ id: `indexes.${name}`, title: `Indexes of ${name}`, expectations: indexes });
  }
  return checks;
}

interface ViewOption {
  evidence?: boolean;
  also?: readonly Expectation[];
  /** Columns that a release before has too, so that they tell nothing. */
  earlier?: readonly string[];
  /** The defect of a release whose own installation cannot make the view, so that its absence tells nothing either. */
  mends?: ErrorCode;
}

/** The check of one view and its columns. */
export function view(
  name: string,
  columns: Definitions,
  { evidence = true, also = [], earlier = [], mends }: ViewOption = {},
): CatalogCheck {
  const unmade = mends === undefined ? {} : { evidence: false, defect: mends };
  return {
    id: `view.${name}`,
    title: `View ${name}`,
    expectations: [
      has(key.view(name), '', { evidence: evidence && earlier.length === 0, ...unmade }),
      ...Object.entries(columns).map(([column, type]) => {
        // EXTRACT gave double precision before PostgreSQL 14, and a view keeps the type it was made with.
        // A fork may have made a name shorter or longer, and a view shows it as its table has it.
        const accepts =
          type === 'numeric'
            ? /^double precision$/
            : type.startsWith('character varying')
              ? /^(?:character varying(?:\(\d+\))?|text)$/
              : undefined;
        return has(key.viewColumn(name, column), type, {
          evidence: evidence && !earlier.includes(column),
          ...unmade,
          ...(accepts && { accepts }),
        });
      }),
      ...also,
    ],
  };
}

/** The check of one function: exactly this one signature under its name. */
export function fn(
  name: string,
  signature: string,
  { evidence = true, also = [] }: { evidence?: boolean; also?: readonly Expectation[] } = {},
): CatalogCheck {
  return {
    id: `function.${name}`,
    title: `Function ${name}()`,
    expectations: [has(key.function(name), signature, { evidence }), ...also],
  };
}

/** The same step, some of whose objects stand for a known defect where they are missing, by their keys. */
export function withDefects(step: Step, defects: Readonly<Record<string, ErrorCode>>): Step {
  const marked = (expectation: Expectation): Expectation => {
    const defect = 'key' in expectation ? defects[expectation.key] : undefined;
    return defect === undefined ? expectation : { ...expectation, defect };
  };
  return {
    ...step,
    checks: step.checks.map((check) => ({ ...check, expectations: check.expectations.map(marked) })),
  };
}
