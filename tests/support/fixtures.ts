import { readdirSync } from 'node:fs';
import { partSql, readFixture, rowsSql, schemaSql } from '../../src/demo/fixtures.js';
import type { StepStatus } from '../../src/planning/inspected-step.js';
import type { VersionState } from '../../src/planning/version.js';
import { firstLine } from '../../src/releases/lines.js';
import { lineOf, releases, targetsOf } from '../../src/releases/registry.js';
import type { Release, Step } from '../../src/releases/release.js';
import { releaseCalled } from './releases.js';

export { partSql, rowsSql, schemaSql };

/** A database as it is in the wild: how it is made, and the state it is in. */
interface Case {
  /** What such a database is, in one line. */
  readonly about: string;
  /** A schema of fixtures/<release>/schemas.json, or absent for a database without YokeFlow 1.x. */
  readonly schema?: string;
  /** Files of fixtures/<release>/rows, loaded in order after the schema. */
  readonly rows?: readonly string[];
  /** Files of fixtures/<folder>/schema, or `@` and a schema, loaded before everything else and after it. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly state: VersionState;
  /** Its release, or null where it is not YokeFlow 1.x. */
  readonly release: string | null;
  /** What follows its number, where its state does not say it. */
  readonly condition?: string;
  /** Steps that are not as their release tells: applied up to this one, pending after it. */
  readonly steps?: Readonly<Record<string, StepStatus>>;
  /** The code with which an upgrade of it is refused. */
  readonly refused?: string;
  /** What `rollback` says of it. */
  readonly wayBack: 'possible' | 'nothing to undo' | 'none';
  /** How many objects of each kind it has. */
  readonly objects?: Readonly<Record<string, number>>;
  /** The release from which its state and its way back are seen. */
  readonly seenFrom: string;
}

interface CasesFile {
  readonly seenFrom: string;
  readonly cases: Readonly<Record<string, Omit<Case, 'seenFrom'>>>;
}

const folders = readdirSync(new URL('../../fixtures/', import.meta.url)).filter((name) => name !== 'containers');

const known = new Map<string, Case>(
  folders.flatMap((folder) => {
    const { seenFrom, cases } = JSON.parse(readFixture(`${folder}/cases.json`)) as CasesFile;
    return Object.entries(cases).map(([name, own]) => [name, { ...own, seenFrom }] as const);
  }),
);

/** The name of a case of fixtures/<release>/cases.json. */
export type Scenario = string;

/** The name of every case. */
export const scenarioNames: readonly Scenario[] = [...known.keys()];

/** @throws {Error} where no release has such a case */
export function caseOf(scenario: Scenario): Case {
  const found = known.get(scenario);
  if (found === undefined) throw new Error(`no fixtures/<release>/cases.json has a case "${scenario}"`);
  return found;
}

/** Databases of YokeFlow 1.x. */
export const yokeflowScenarios = scenarioNames.filter((name) => caseOf(name).release !== null);

/** Each step that leads to `target`, with the status that it has in a case. */
export function statusesOf(scenario: Scenario, target: Release): { step: Step; status: StepStatus }[] {
  const { release, steps = {} } = caseOf(scenario);
  if (release === null) return [];
  const way = wayTo(scenario, target);
  const reached = way.findIndex(({ version, sameSchemaAs }) => [version, ...sameSchemaAs].includes(release));
  // Of 2.x each step that is not as it should be is told.
  const until = isOfLaterLine(scenario) ? way.length : reached;
  return way.flatMap((each, i) =>
    each.steps.map((step) => ({ step, status: steps[step.id] ?? (i <= until ? 'applied' : 'pending') })),
  );
}

/** Whether it is a case of YokeFlow 2.x. */
export const isOfLaterLine = (scenario: Scenario): boolean => lineOf(seenFrom(scenario)) !== firstLine;

/** The releases that lead from a case to `target`. A 2.0.0, and a release over which 2.x was loaded, have 1.x's tables. */
function wayTo(scenario: Scenario, target: Release): readonly Release[] {
  const line = lineOf(target);
  const has1x = line === firstLine || !isOfLaterLine(scenario) || /^2\.(?:0\.0|x-over)/.test(scenario);
  const way = has1x ? [...releases, ...(line === firstLine ? [] : targetsOf(line))] : line.releases;
  return way.slice(0, way.indexOf(target) + 1);
}

/** Whether an upgrade to `target` only mends what was there before. */
export function isRepaired(scenario: Scenario, target: Release): boolean {
  return statusesOf(scenario, target).every(({ status }) => status !== 'pending');
}

/** The release from which the state of a case is seen. */
export function seenFrom(scenario: Scenario): Release {
  return releaseCalled(caseOf(scenario).seenFrom);
}

/**
 * The whole script of a scenario, rows included: plain SQL, to be sent as one multi-statement query to an empty
 * database. Needs the extension uuid-ossp to be available, and the right to create it.
 */
export function scenarioSql(scenario: Scenario): string {
  const { before = [], schema, rows = [], after = [] } = caseOf(scenario);
  return [
    ...before.map(piece),
    ...(schema === undefined ? [] : [schemaSql(schema)]),
    ...rows.map(rowsSql),
    ...after.map(piece),
  ].join('\n');
}

function piece(name: string): string {
  return name.startsWith('@') ? schemaSql(name.slice(1)) : partSql(name);
}
