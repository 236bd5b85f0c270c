import type { Shape } from './needs.js';

type Columns = readonly (readonly [name: string, type: string])[];

/**
 * Whether a table or view is YokeFlow's, whatever was done to it since: it has at least half of the columns that a release gave
 * it, and they hold the same kind of values. Pure.
 */
export function isOwnShape(columns: Columns, shapes: readonly Shape[]): boolean {
  const found = new Map(columns);
  return shapes.some((shape) => {
    const alike = [...shape].filter(([name, definition]) => {
      const type = found.get(name);
      return type !== undefined && family(typeOf(type)) === family(typeOf(definition));
    });
    return alike.length * 2 >= shape.size;
  });
}

/** The type in the definition of a column, without its length: `character varying(50) not null` → `character varying`. Pure. */
export function typeOf(definition: string): string {
  return definition
    .replace(/(?: not null| generated| identity| default )[\s\S]*$/, '')
    .replace(/\(\d+(?:,\d+)?\)/, '')
    .trim();
}

/** Whether its values are computed, by an expression or by an identity, so that nobody may write them ("Generated Columns"). Pure. */
export const isComputed = (definition: string): boolean => /^[^']*? (?:generated|identity)\b/.test(definition);

/** Types that a fork may have put in the place of one another. */
const families: readonly (readonly string[])[] = [
  ['character varying', 'text', 'character'],
  ['smallint', 'integer', 'bigint'],
  ['numeric', 'real', 'double precision'],
  ['timestamp with time zone', 'timestamp without time zone'],
  ['json', 'jsonb'],
];

const family = (type: string): string => families.find((types) => types.includes(type))?.[0] ?? type;

/**
 * Whether CREATE OR REPLACE VIEW can make one view of another: the columns that are there must come first, by the same names and
 * in the same order ("CREATE VIEW"). Pure.
 */
export function isReplaceable(columns: Columns, shape: Shape): boolean {
  const wanted = [...shape.keys()];
  return columns.every(([name], place) => wanted[place] === name);
}
