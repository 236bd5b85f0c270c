import { compare, isEvidence, type CheckedCheck, type Violation } from '../catalog/compare.js';
import type { CatalogObjects } from '../catalog/snapshot.js';
import type { Expectation } from '../catalog/expectation.js';
import type { Step } from '../releases/release.js';
import type { Condition } from './condition.js';

export type StepStatus = 'pending' | 'partial' | 'defective' | 'applied';

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

/** A step before it is known which release is here. */
export interface SeenStep extends Omit<InspectedStep, 'condition'> {
  /** Whether all is there that it brings and the release before has not. */
  readonly complete: boolean;
}

/** Compares one step with the catalog. Pure. */
export function seeStep(step: Step, objects: CatalogObjects): SeenStep {
  const checks = step.checks.map((check) => compare(check, objects));
  const violations = checks.flatMap((checked) => checked.violations);
  const begun = step.checks.some((check) => check.expectations.some((expectation) => isEvidence(expectation, objects)));
  const complete = step.checks
    .map((check) => compare({ ...check, expectations: check.expectations.filter(isItsOwn) }, objects))
    .every((checked) => !checked.violations.some(isMissing));
  return { step, status: statusOf(begun, violations), complete, checks, violations, differences: violations.length };
}

/** Whether a step brings something that the release before has not. Its labels are that, although they prove nothing. */
function isItsOwn(expectation: Expectation): boolean {
  return expectation.evidence || (expectation.kind === 'has' && expectation.key.startsWith('label:'));
}

const isMissing = ({ kind }: Violation) => kind === 'missing';

function statusOf(begun: boolean, violations: readonly Violation[]): StepStatus {
  if (violations.length === 0) return 'applied';
  if (!begun) return 'pending';
  return violations.some(isMissing) ? 'partial' : 'defective';
}

/**
 * Adds the condition of a step. Pure.
 * @param outgrown whether a later release is complete, so that what is missing was dropped since
 * @param installed whether its release is here and was installed whole, so that a step of which nothing is here was left out
 */
export function judge({ complete, ...step }: SeenStep, outgrown: boolean, installed = false): InspectedStep {
  if (installed && step.status === 'pending') return { ...step, condition: 'incomplete' };
  return { ...step, condition: conditionOf(step, complete || outgrown) };
}

function conditionOf({ status, violations }: Omit<InspectedStep, 'condition'>, cameHere: boolean): Condition | null {
  if (status === 'pending') return null;
  if (violations.length === 0) return 'whole';
  if (!cameHere) return 'incomplete';
  return violations.some(({ defect }) => defect !== undefined) ? 'defective' : 'different';
}
