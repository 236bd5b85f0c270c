import semver from 'semver';
import { key } from '../catalog/keys.js';
import type { Snapshot, TakenName } from '../catalog/snapshot.js';
import { firstRelease, lineOf, lines, newestOf, targetsOf } from '../releases/registry.js';
import type { Line } from '../releases/line.js';
import type { Release } from '../releases/release.js';
import type { Condition } from './condition.js';
import { judge, seeStep, type InspectedStep, type SeenStep } from './inspected-step.js';
import { recogniseNewer, type Newer } from './newer.js';

export type VersionState = 'empty' | 'foreign' | 'upgrade-available' | 'partial' | 'defective' | 'current' | 'newer';

/** What is here, and what is to come: {@link target} and the steps to it. */
export interface Version {
  /** Both of them in one word, for programs. */
  readonly state: VersionState;
  /** The release that is here, or from which an upgrade began. Null where it is not YokeFlow's, or a 2.x that is {@link newer}. */
  readonly release: Release | null;
  readonly condition: Condition | null;
  /** In how much the steps up to the release are not as YokeFlow installs them. */
  readonly differences: number;
  /** A later release of which something is here, and not all that it takes: its upgrade is half applied. */
  readonly begun: Release | null;
  readonly target: Release;
  /** The line of releases that the database is of; that of the target where it is of none. */
  readonly line: Line;
  /** Whether the target is of a later line than the database: then the steps lead from the one to the other. */
  readonly crosses: boolean;
  readonly steps: readonly InspectedStep[];
  /** Whether it is an earlier release over which the schema of a later line was loaded. */
  readonly isOverlaid: boolean;
  /** Which YokeFlow 2.x it is, where it is one that no step leads on from. */
  readonly newer: Newer | null;
  /** A release after the target of which something is here, so that the target is behind the database. */
  readonly beyond: Release | null;
  /** Names that the steps to the target need and that something else bears. */
  readonly taken: readonly TakenName[];
  /** Tables that every release of the line has and that are missing here. */
  readonly missingBaseTables: readonly string[];
}

/** A release with what the catalog has of its steps. */
interface Seen<Its = SeenStep> {
  readonly release: Release;
  readonly steps: readonly Its[];
}

const laterLine = lines.at(-1) ?? lineOf(firstRelease);
/** The release that the later line began with. */
const beginning = laterLine.releases[0] ?? firstRelease;

const nothingHere = { release: null, condition: null, differences: 0, begun: null, beyond: null };

/**
 * Infers from the catalog which release a database is at, seen from the release to reach. Pure.
 * @param goal the release to reach; default: the newest of the line that the database is of
 * @param known every release of that line, oldest first
 */
export function inferVersion(snapshot: Snapshot, goal?: Release, known?: readonly Release[]): Version {
  const newer = recogniseNewer(snapshot.objects) ?? null;
  const line = lineHere(snapshot, newer, goal);
  // A 2.0.0, and a release over which 2.x was loaded, have 1.x's tables, and only the way on.
  const target = goal ?? newestOf(line === undefined ? lineOf(firstRelease) : newer ? laterLine : line);
  if (line === undefined) {
    const state = newer ? 'newer' : snapshot.relationCount === 0 ? 'empty' : 'foreign';
    return {
      ...nothingHere,
      state,
      target,
      line: lineOf(target),
      crosses: false,
      isOverlaid: false,
      steps: [],
      newer,
      taken: [],
      missingBaseTables: [],
    };
  }

  const crosses = lineOf(target) !== line;
  const seen = (known ?? wayTo(target, line)).map((release): Seen => {
    return { release, steps: release.steps.map((step) => seeStep(step, snapshot.objects)) };
  });
  const isOverlaid = newer?.condition === 'over an earlier one';
  // What was loaded over it is no release that it has reached.
  const isOf200 = newer !== null && !isOverlaid && crosses;
  const index = releaseHere(isOverlaid ? seen.slice(0, line.releases.length) : seen);
  const judged = seen.map(({ release, steps }, at) => {
    return { release, steps: steps.map((step) => judge(step, at < index, at <= index && release.installedWhole)) };
  });
  const here = judged.slice(0, index + 1).flatMap(({ steps }) => steps);
  const [upTo, later] = [judged.filter((one) => !isAfter(one, target)), judged.filter((one) => isAfter(one, target))];
  const is = {
    release: isOf200 ? beginning : (judged[index]?.release ?? firstRelease),
    condition: worst(here),
    differences: here.reduce((sum, { differences }) => sum + differences, 0),
    begun: isOf200 || isOverlaid ? null : (judged.slice(index + 1).findLast(isBegun)?.release ?? null),
  };
  const steps = upTo.flatMap((one) => one.steps);
  return {
    ...is,
    state: isOverlaid && is.condition !== null ? 'partial' : stateOf(is, target, steps),
    target,
    line,
    crosses,
    isOverlaid,
    steps,
    newer: null,
    taken: takenFor(snapshot, steps),
    beyond: later.find(isBegun)?.release ?? null,
    missingBaseTables: line.baseTables.filter((table) => !snapshot.objects.has(key.table(table))),
  };
}

function takenFor({ taken }: Snapshot, steps: readonly InspectedStep[]): readonly TakenName[] {
  const due = steps.filter(({ status }) => status !== 'applied');
  return due.length === 0
    ? []
    : taken.filter((one) => one.steps === null || due.some(({ step }) => one.steps?.has(step.id)));
}

/** The line that the database is of; undefined where it is of none, or where no step leads from it to the goal. */
function lineHere({ objects }: Snapshot, newer: Newer | null, goal: Release | undefined): Line | undefined {
  const isOf = ({ coreTables, coreColumns }: Line) =>
    coreTables.every((table) => objects.has(key.table(table))) && coreColumns.every((column) => objects.has(column));
  const [first, ...others] = lines;
  if (newer === null) return first && isOf(first) ? first : undefined;
  const goesOn = goal !== undefined && lineOf(goal) !== first;
  if (goal !== undefined && !goesOn) return undefined;
  // 2.0.0 is all of 1.4.0 and more; with both tables of tests, the schema of 2.x was loaded over an earlier release.
  // Which of the two codes such a database is for, only its owner knows.
  const is1x = newer.condition === 'over an earlier one' ? goesOn : newer.version === '2.0.0';
  if (objects.has(key.table('tests'))) return is1x && first && isOf(first) ? first : undefined;
  return others.find(isOf);
}

/** The releases that lead to the target, oldest first. What is only begun of another line is no installation of it. */
function wayTo(target: Release, line: Line): readonly Release[] {
  const next = lineOf(target);
  if (next === line) return line.releases;
  return [...line.releases, ...targetsOf(next).map((release) => ({ ...release, installedWhole: false }))];
}

const isAfter = ({ release }: Pick<Seen, 'release'>, target: Release) => semver.gt(release.version, target.version);
const isBegun = ({ steps }: Seen<Pick<InspectedStep, 'status'>>) => steps.some(({ status }) => status !== 'pending');

/**
 * The newest release that is complete, with something of each step before it. What is missing of an older one was dropped
 * since: the newer one was built on it.
 */
function releaseHere(seen: readonly Seen[]): number {
  const end = seen.findIndex(({ release, steps }) => {
    const isPending = ({ status }: SeenStep) => status === 'pending';
    return release.installedWhole ? steps.length > 0 && steps.every(isPending) : steps.some(isPending);
  });
  return seen
    .slice(0, end === -1 ? seen.length : end)
    .findLastIndex(({ release, steps }) => release.installedWhole || steps.every(({ complete }) => complete));
}

function worst(steps: readonly InspectedStep[]): Condition {
  const conditions = ['incomplete', 'defective', 'different'] as const;
  return conditions.find((one) => steps.some(({ condition }) => condition === one)) ?? 'whole';
}

function stateOf(
  { release, condition, begun }: { release: Release; condition: Condition; begun: Release | null },
  target: Release,
  steps: readonly InspectedStep[],
): VersionState {
  if (steps.every(({ status }) => status === 'applied')) return 'current';
  if (begun !== null || condition === 'incomplete') return 'partial';
  return condition === 'defective' || !semver.lt(release.version, target.version) ? 'defective' : 'upgrade-available';
}
