import { readFileSync } from 'node:fs';

const fixtures = new URL('../../fixtures/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, fixtures), 'utf8');

const schemas = JSON.parse(read('schemas/schemas.json')) as Record<string, string[]>;
const pauses = ['011-pauses', '011-actions'];

interface Fixture {
  /** What such a database is, in one line. */
  readonly about: string;
  /** A key of fixtures/schemas/schemas.json, or absent for a database without YokeFlow 1.x. */
  readonly schema?: string;
  /** Files of fixtures/rows, loaded in order after the schema. */
  readonly rows?: readonly string[];
  /** Files of fixtures/schemas/other, loaded before everything else and after it. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

const rows130 = ['base', '1.3.0'];
const rows140 = [...rows130, ...pauses, '012'];

/** Databases as they are in the wild, by name. */
export const scenarios = {
  empty: { about: 'no tables: the documented installation of 1.4.0 failed' },
  foreign: { about: "another program's tables, one of them called projects", after: ['foreign'] },
  '1.0.0': { about: '1.0.0 with rows', schema: '1.0.0', rows: ['base', '1.0.0'] },
  '1.1.0': { about: '1.1.0 with deep reviews among the quality checks', schema: '1.1.0', rows: ['base', '1.1.0'] },
  '1.1.0-cut-short': {
    about: '1.1.0 whose installation stopped on its error',
    schema: '1.1.0-cut-short',
    rows: ['base', '1.1.0'],
  },
  '1.1.0-metadata-only': {
    about: "1.1.0 with the first of 1.1.1's scripts",
    schema: '1.1.0-metadata-only',
    rows: ['base', '1.1.0'],
  },
  '1.1.0-cleanup-only': {
    about: "1.1.0 with the second of 1.1.1's scripts",
    schema: '1.1.0-cleanup-only',
    rows: rows130,
  },
  '1.3.0': { about: '1.1.1, 1.2.0 and 1.3.0: one schema', schema: '1.3.0', rows: rows130 },
  '011-only': { about: '1.3.0 with 011 as documented', schema: '011-only', rows: [...rows130, ...pauses] },
  '012-only': { about: '1.3.0 with 012 as documented', schema: '012-only', rows: [...rows130, '012'] },
  '011-half': {
    about: '1.3.0 with the labels and paused_sessions alone',
    schema: '011-half',
    rows: [...rows130, '011-pauses'],
  },
  '012-half': { about: '011 whole; 012 without views and without three functions', schema: '012-half', rows: rows140 },
  'functions-missing': {
    about: '1.4.0 as documented without its functions',
    schema: 'functions-missing',
    rows: rows140,
  },
  'labels-only': { about: '1.3.0 with the two new labels', schema: 'labels-only', rows: rows130 },
  '1.4.0-as-documented': {
    about: 'complete in the catalog, broken in use',
    schema: '1.4.0-as-documented',
    rows: rows140,
  },
  'fork-1.1.0': { about: 'a fork of 1.1.0', schema: '1.1.0', rows: ['base', '1.1.0'], after: ['fork'] },
  'fork-1.1.0-check-type': {
    about: 'a fork of 1.1.0 with a view that reads a column which the clean-up removes',
    schema: '1.1.0',
    rows: ['base', '1.1.0'],
    after: ['fork', 'fork-check-type'],
  },
  'fork-1.3.0': { about: 'a fork of 1.3.0', schema: '1.3.0', rows: rows130, after: ['fork'] },
  'fork-1.4.0-as-documented': {
    about: 'a fork of 1.4.0 as documented',
    schema: '1.4.0-as-documented',
    rows: rows140,
    after: ['fork', 'fork-interventions'],
  },
  '2.x': { about: "what YokeFlow 2.x's tables are recognised by", after: ['2.x'] },
  '2.0.0': {
    about: '2.0.0: all of 1.4.0 and fourteen tables more',
    schema: '1.4.0-as-documented',
    rows: rows140,
    after: ['2.0.0-first', '2.0.0-rest'],
  },
  '2.0.0-cut-short': {
    about: '2.0.0 whose installation stopped after 22 tables',
    schema: '1.4.0-as-documented',
    rows: rows140,
    after: ['2.0.0-first'],
  },
  '2.1.0': { about: '2.1.0, as far as it is told by its tables', after: ['2.x', '2.1.0-tables'] },
  '2.2.0': {
    about: '2.2.0, as far as it is told by its tables and columns',
    after: ['2.x', '2.1.0-tables', '2.2.0-columns'],
  },
  '2.x-over-1.x': {
    about: '1.3.0 over which the script that initialises 2.x was run',
    schema: '1.3.0',
    rows: rows130,
    after: ['2.1.0-tables', '2.x-over-1.x'],
  },
  'other-schema': {
    about: '1.3.0 in the schema yokeflow',
    schema: '1.3.0',
    rows: rows130,
    before: ['schema-open'],
    after: ['schema-close'],
  },
} as const satisfies Record<string, Fixture>;

export type Scenario = keyof typeof scenarios;

/** Databases of YokeFlow 2.x. */
export const newerScenarios = [
  '2.x',
  '2.0.0',
  '2.0.0-cut-short',
  '2.1.0',
  '2.2.0',
  '2.x-over-1.x',
] as const satisfies readonly Scenario[];

/** Every scenario's name, in the order above. */
export const scenarioNames = Object.keys(scenarios) as Scenario[];

/** The files of fixtures/schemas/parts that make up a schema; `@name` stands for another schema's parts. */
function schemaParts(name: string): string[] {
  const parts = schemas[name];
  if (parts === undefined) throw new Error(`fixtures/schemas/schemas.json has no schema "${name}"`);
  return parts.flatMap((part) => (part.startsWith('@') ? schemaParts(part.slice(1)) : [part]));
}

/** The script that creates a schema of fixtures/schemas/schemas.json, without rows. */
export function schemaSql(name: string): string {
  return schemaParts(name).map(partSql).join('\n');
}

/** One file of fixtures/schemas/parts. */
export function partSql(name: string): string {
  return read(`schemas/parts/${name}.sql`);
}

/** One file of fixtures/rows, for example `running` or `demo`. */
export function rowsSql(name: string): string {
  return read(`rows/${name}.sql`);
}

/**
 * The whole script of a scenario, rows included: plain SQL, to be sent as one multi-statement query to an empty
 * database. Needs the extension uuid-ossp to be available, and the right to create it.
 */
export function scenarioSql(scenario: Scenario): string {
  const { before = [], schema, rows = [], after = [] }: Fixture = scenarios[scenario];
  const other = (file: string): string => read(`schemas/other/${file}.sql`);
  return [
    ...before.map(other),
    ...(schema === undefined ? [] : [schemaSql(schema)]),
    ...rows.map(rowsSql),
    ...after.map(other),
  ].join('\n');
}
