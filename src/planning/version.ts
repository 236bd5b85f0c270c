import semver from 'semver';
import { compare, isEvidence, type CheckedCheck, type Violation } from '../catalog/compare.js';
import { key } from '../catalog/keys.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { baseTables, coreTables } from '../releases/base/index.js';
import { firstRelease, releases, stepsTo } from '../releases/registry.js';
import type { Release, Step } from '../releases/release.js';
import { recogniseNewer, type Newer } from './newer.js';

export type StepStatus = 'pending' | 'partial' | 'defective' | 'applied';
export type VersionState = 'empty' | 'foreign' | 'upgrade-available' | 'partial' | 'defective' | 'current' | 'newer';

export interface InspectedStep {
  readonly step: Step;
  readonly status: StepStatus;
  readonly checks: readonly CheckedCheck[];
  readonly violations: readonly Violation[];
}

export interface Version {
  readonly state: VersionState;
  /** The release whose schema this is, or from which an upgrade began. Null where it is not YokeFlow 1.x. */
  readonly release: Release | null;
  readonly target: Release;
  readonly steps: readonly InspectedStep[];
  /** Which YokeFlow 2.x it is, where it is one. */
  readonly newer: Newer | null;
  /** A release after the target of which something is here, so that the target is behind the database. */
  readonly beyond: Release | null;
  /** Tables that every 1.x release has and that are missing here. */
  readonly missingBaseTables: readonly string[];
}

/** Infers from the catalog which release a database is at, seen from the release to reach. Pure. */
export function inferVersion(snapshot: Snapshot, target: Release): Version {
  const newer = recogniseNewer(snapshot.objects) ?? null;
  const known = newer ? 'newer' : recognise(snapshot);
  if (known !== 'yokeflow')
    return { state: known, release: null, target, steps: [], newer, beyond: null, missingBaseTables: [] };

  const steps = stepsTo(target).map((step) => inspectStep(step, snapshot));
  return {
    state: stateOf(steps),
    release: releaseOf(steps),
    target,
    steps,
    newer: null,
    beyond: beyond(snapshot, target),
    missingBaseTables: baseTables.filter((table) => !snapshot.objects.has(key.table(table))),
  };
}

function beyond(snapshot: Snapshot, target: Release): Release | null {
  const later = releases.filter(({ version }) => semver.gt(version, target.version));
  return later.find(({ steps }) => steps.some((step) => inspectStep(step, snapshot).status !== 'pending')) ?? null;
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

function inspectStep(step: Step, { objects }: Snapshot): InspectedStep {
  const checks = step.checks.map((check) => compare(check, objects));
  const violations = checks.flatMap((checked) => checked.violations);
  const begun = step.checks.some((check) => check.expectations.some((expectation) => isEvidence(expectation, objects)));
  return { step, checks, violations, status: statusOf(begun, violations) };
}

function statusOf(begun: boolean, violations: readonly Violation[]): StepStatus {
  if (violations.length === 0) return 'applied';
  if (!begun) return 'pending';
  return violations.some((violation) => violation.kind === 'missing') ? 'partial' : 'defective';
}

function stateOf(steps: readonly InspectedStep[]): VersionState {
  const due = steps.filter(({ status }) => status !== 'applied');
  if (due.length === 0) return 'current';
  if (due.every(({ status }) => status === 'defective')) return 'defective';
  const firstDue = steps.findIndex(({ status }) => status !== 'applied');
  const sameAsFirst = steps.filter(({ step }) => step.release === steps[firstDue]?.step.release);
  // Clean ground: whole releases are applied, and of the next one nothing is.
  const clean =
    steps.slice(firstDue).every(({ status }) => status === 'pending') &&
    sameAsFirst.every(({ status }) => status === 'pending');
  return clean ? 'upgrade-available' : 'partial';
}

function releaseOf(steps: readonly InspectedStep[]): Release {
  let reached = firstRelease;
  for (const release of releases) {
    const own = steps.filter(({ step }) => release.steps.includes(step));
    if (release !== firstRelease && own.length === 0) break;
    const whole = own.every(({ status }) => status === 'applied' || status === 'defective');
    const halfInstalled = release.installedWhole && own.some(({ status }) => status === 'partial');
    if (!whole && !halfInstalled) break;
    reached = release;
  }
  return reached;
}
