import { partSql, rowsSql, schemaSql } from '../../src/demo/fixtures.js';

export { partSql, rowsSql, schemaSql };

const pauses = ['1.4.0/011-pauses', '1.4.0/011-actions'];

interface Fixture {
  /** What such a database is, in one line. */
  readonly about: string;
  /** A schema of fixtures/<release>/schemas.json, or absent for a database without YokeFlow 1.x. */
  readonly schema?: string;
  /** Files of fixtures/<release>/rows, loaded in order after the schema. */
  readonly rows?: readonly string[];
  /** Files of fixtures/<folder>/schema, loaded before everything else and after it. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

const rows130 = ['base/base', '1.1.1/1.3.0'];
const rows140 = [...rows130, ...pauses, '1.4.0/012'];

/** Databases as they are in the wild, by name. */
export const scenarios = {
  empty: { about: 'no tables: the documented installation of 1.4.0 failed' },
  foreign: { about: "another program's tables, one of them called projects", after: ['other/foreign'] },
  '1.0.0': { about: '1.0.0 with rows', schema: 'base/1.0.0', rows: ['base/base', 'base/1.0.0'] },
  '1.1.0': {
    about: '1.1.0 with deep reviews among the quality checks',
    schema: '1.1.0/1.1.0',
    rows: ['base/base', '1.1.0/1.1.0'],
  },
  '1.1.0-cut-short': {
    about: '1.1.0 whose installation stopped on its error',
    schema: '1.1.0/1.1.0-cut-short',
    rows: ['base/base', '1.1.0/1.1.0'],
  },
  '1.1.0-metadata-only': {
    about: "1.1.0 with the first of 1.1.1's scripts",
    schema: '1.1.1/1.1.0-metadata-only',
    rows: ['base/base', '1.1.0/1.1.0'],
  },
  '1.1.0-cleanup-only': {
    about: "1.1.0 with the second of 1.1.1's scripts",
    schema: '1.1.1/1.1.0-cleanup-only',
    rows: rows130,
  },
  '1.3.0': { about: '1.1.1, 1.2.0 and 1.3.0: one schema', schema: '1.1.1/1.3.0', rows: rows130 },
  '011-only': { about: '1.3.0 with 011 as documented', schema: '1.4.0/011-only', rows: [...rows130, ...pauses] },
  '012-only': { about: '1.3.0 with 012 as documented', schema: '1.4.0/012-only', rows: [...rows130, '1.4.0/012'] },
  '011-half': {
    about: '1.3.0 with the labels and paused_sessions alone',
    schema: '1.4.0/011-half',
    rows: [...rows130, '1.4.0/011-pauses'],
  },
  '012-half': {
    about: '011 whole; 012 without views and without three functions',
    schema: '1.4.0/012-half',
    rows: rows140,
  },
  'functions-missing': {
    about: '1.4.0 as documented without its functions',
    schema: '1.4.0/functions-missing',
    rows: rows140,
  },
  'labels-only': { about: '1.3.0 with the two new labels', schema: '1.4.0/labels-only', rows: rows130 },
  '1.4.0-as-documented': {
    about: 'complete in the catalog, broken in use',
    schema: '1.4.0/1.4.0-as-documented',
    rows: rows140,
  },
  'fork-1.1.0': {
    about: 'a fork of 1.1.0',
    schema: '1.1.0/1.1.0',
    rows: ['base/base', '1.1.0/1.1.0'],
    after: ['other/fork'],
  },
  'fork-1.1.0-check-type': {
    about: 'a fork of 1.1.0 with a view that reads a column which the clean-up removes',
    schema: '1.1.0/1.1.0',
    rows: ['base/base', '1.1.0/1.1.0'],
    after: ['other/fork', 'other/fork-check-type'],
  },
  'fork-1.3.0': { about: 'a fork of 1.3.0', schema: '1.1.1/1.3.0', rows: rows130, after: ['other/fork'] },
  'fork-1.4.0-as-documented': {
    about: 'a fork of 1.4.0 as documented',
    schema: '1.4.0/1.4.0-as-documented',
    rows: rows140,
    after: ['other/fork', 'other/fork-interventions'],
  },
  '2.x': { about: "what YokeFlow 2.x's tables are recognised by", after: ['2.x/2.x'] },
  '2.0.0': {
    about: '2.0.0: all of 1.4.0 and fourteen tables more',
    schema: '1.4.0/1.4.0-as-documented',
    rows: rows140,
    after: ['2.x/2.0.0-first', '2.x/2.0.0-rest'],
  },
  '2.0.0-cut-short': {
    about: '2.0.0 whose installation stopped after 22 tables',
    schema: '1.4.0/1.4.0-as-documented',
    rows: rows140,
    after: ['2.x/2.0.0-first'],
  },
  '2.1.0': { about: '2.1.0, as far as it is told by its tables', after: ['2.x/2.x', '2.x/2.1.0-tables'] },
  '2.2.0': {
    about: '2.2.0, as far as it is told by its tables and columns',
    after: ['2.x/2.x', '2.x/2.1.0-tables', '2.x/2.2.0-columns'],
  },
  '2.x-over-1.x': {
    about: '1.3.0 over which the script that initialises 2.x was run',
    schema: '1.1.1/1.3.0',
    rows: rows130,
    after: ['2.x/2.1.0-tables', '2.x/2.x-over-1.x'],
  },
  'other-schema': {
    about: '1.3.0 in the schema yokeflow',
    schema: '1.1.1/1.3.0',
    rows: rows130,
    before: ['other/schema-open'],
    after: ['other/schema-close'],
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

/**
 * The whole script of a scenario, rows included: plain SQL, to be sent as one multi-statement query to an empty
 * database. Needs the extension uuid-ossp to be available, and the right to create it.
 */
export function scenarioSql(scenario: Scenario): string {
  const { before = [], schema, rows = [], after = [] }: Fixture = scenarios[scenario];
  return [
    ...before.map(partSql),
    ...(schema === undefined ? [] : [schemaSql(schema)]),
    ...rows.map(rowsSql),
    ...after.map(partSql),
  ].join('\n');
}
