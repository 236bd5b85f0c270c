import semver from 'semver';
import { compare, isEvidence, type CheckedCheck, type Violation } from '../catalog/compare.js';
import { key } from '../catalog/keys.js';
import type { CatalogObjects, Snapshot } from '../catalog/snapshot.js';
import { baseTables, coreTables } from '../releases/base/index.js';
import { firstRelease, releases } from '../releases/registry.js';
import type { Expectation, Release, Step } from '../releases/release.js';
import type { Condition } from './condition.js';
import { recogniseNewer, type Newer } from './newer.js';

export type StepStatus = 'pending' | 'partial' | 'defective' | 'applied';
export type VersionState = 'empty' | 'foreign' | 'upgrade-available' | 'partial' | 'defective' | 'current' | 'newer';

export interface InspectedStep {
  readonly step: Step;
  /** What the catalog says of it by itself. */
  readonly status: StepStatus;
  /** The same in view of the release that is here; null where nothing of the step is. */
  readonly condition: Condition | null;
  readonly checks: readonly CheckedCheck[];
  readonly violations: readonly Violation[];
  readonly differences: number;
}

/** What is here, and what is to come: {@link target} and the steps to it. */
export interface Version {
  /** Both of them in one word, for programs. */
  readonly state: VersionState;
  /** The release that is here, or from which an upgrade began. Null where it is not YokeFlow 1.x. */
  readonly release: Release | null;
  readonly condition: Condition | null;
  /** In how much the steps up to the release are not as YokeFlow installs them. */
  readonly differences: number;
  /** A later release of which something is here, and not all of it. */
  readonly begun: Release | null;
  readonly target: Release;
  /** Every step that leads to the target. */
  readonly steps: readonly InspectedStep[];
  /** Which YokeFlow 2.x it is, where it is one. */
  readonly newer: Newer | null;
  /** A release after the target of which something is here, so that the target is behind the database. */
  readonly beyond: Release | null;
  /** Tables that every 1.x release has and that are missing here. */
  readonly missingBaseTables: readonly string[];
}

/** A step before the release that is here is known. */
type SeenStep = Omit<InspectedStep, 'condition'> & { readonly complete: boolean };

/** A release with what the catalog has of its steps. */
interface Seen<Its = SeenStep> {
  readonly release: Release;
  readonly steps: readonly Its[];
}

const nothingHere = { release: null, condition: null, differences: 0, begun: null, beyond: null };

/**
 * Infers from the catalog which release a database is at, seen from the release to reach. Pure.
 * @param known every release there is, oldest first
 */
export function inferVersion(snapshot: Snapshot, target: Release, known: readonly Release[] = releases): Version {
  const newer = recogniseNewer(snapshot.objects) ?? null;
  const kind = newer ? 'newer' : recognise(snapshot);
  if (kind !== 'yokeflow') return { ...nothingHere, state: kind, target, steps: [], newer, missingBaseTables: [] };

  const seen = known.map((release): Seen => {
    return { release, steps: release.steps.map((step) => seeStep(step, snapshot.objects)) };
  });
  const index = releaseHere(seen);
  const judged = seen.map(({ release, steps }, at) => {
    return { release, steps: steps.map((step) => judge(step, at < index)) };
  });
  const here = judged.slice(0, index + 1).flatMap(({ steps }) => steps);
  const [upTo, later] = [judged.filter((one) => !isAfter(one, target)), judged.filter((one) => isAfter(one, target))];
  const is = {
    release: judged[index]?.release ?? firstRelease,
    condition: worst(here),
    differences: here.reduce((sum, { differences }) => sum + differences, 0),
    begun: judged.slice(index + 1).findLast(isBegun)?.release ?? null,
  };
  const steps = upTo.flatMap((one) => one.steps);
  return {
    ...is,
    state: stateOf(is, target, steps),
    target,
    steps,
    newer: null,
    beyond: later.find(isBegun)?.release ?? null,
    missingBaseTables: baseTables.filter((table) => !snapshot.objects.has(key.table(table))),
  };
}

function recognise({ objects, relationCount }: Snapshot): 'empty' | 'foreign' | 'yokeflow' {
  if (relationCount === 0) return 'empty';
  const has = (table: string) => objects.has(key.table(table));
  const columns = [
    key.column('sessions', 'session_number'),
    key.column('tasks', 'epic_id'),
    key.column('tests', 'task_id'),
  ];
  return coreTables.every(has) && columns.every((column) => objects.has(column)) ? 'yokeflow' : 'foreign';
}

function seeStep(step: Step, objects: CatalogObjects): SeenStep {
  const checks = step.checks.map((check) => compare(check, objects));
  const violations = checks.flatMap((checked) => checked.violations);
  const begun = step.checks.some((check) => check.expectations.some((expectation) => isEvidence(expectation, objects)));
  const lacks = step.checks
    .map((check) => compare({ ...check, expectations: check.expectations.filter(isItsOwn) }, objects))
    .some((checked) => checked.violations.some(isMissing));
  const status = statusOf(begun, violations);
  return { step, status, complete: !lacks, checks, violations, differences: violations.length };
}

/** Whether a step brings something that the release before has not. Its labels are that, although they prove nothing. */
function isItsOwn(expectation: Expectation): boolean {
  return expectation.evidence || (expectation.kind === 'has' && expectation.key.startsWith('label:'));
}

const isAfter = ({ release }: Pick<Seen, 'release'>, target: Release) => semver.gt(release.version, target.version);
const isMissing = ({ kind }: Violation) => kind === 'missing';
const isBegun = ({ steps }: Seen<Pick<InspectedStep, 'status'>>) => steps.some(({ status }) => status !== 'pending');

function statusOf(begun: boolean, violations: readonly Violation[]): StepStatus {
  if (violations.length === 0) return 'applied';
  if (!begun) return 'pending';
  return violations.some(isMissing) ? 'partial' : 'defective';
}

/**
 * The newest release that is complete, with something of each step before it. What is missing of an older one was dropped
 * since: the newer one was built on it.
 */
function releaseHere(seen: readonly Seen[]): number {
  const end = seen.findIndex(({ steps }) => steps.some(({ status }) => status === 'pending'));
  return seen
    .slice(0, end === -1 ? seen.length : end)
    .findLastIndex(({ release, steps }) => release.installedWhole || steps.every(({ complete }) => complete));
}

/** @param outgrown whether a later release is complete, so that what is missing was dropped since */
function judge({ complete, ...step }: SeenStep, outgrown: boolean): InspectedStep {
  const { status, violations } = step;
  const condition =
    status === 'pending'
      ? null
      : violations.length === 0
        ? 'whole'
        : !complete && !outgrown
          ? 'incomplete'
          : violations.some(({ defect }) => defect !== undefined)
            ? 'defective'
            : 'different';
  return { ...step, condition };
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
