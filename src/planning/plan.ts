import type { Snapshot } from '../catalog/snapshot.js';
import type { EnumLabel, Step } from '../releases/release.js';
import { key } from '../catalog/keys.js';
import { asFound, renamesDue, type DueRename } from './renames.js';
import { stepText } from './condition.js';
import type { StepStatus } from './inspected-step.js';
import type { Version } from './version.js';

export interface PlannedStep {
  readonly step: Step;
  readonly status: StepStatus;
  /** Why it is due, in a sentence. */
  readonly reason: string;
}

export interface Plan {
  /** Due steps, in the order in which they run. */
  readonly steps: readonly PlannedStep[];
  /** Labels to commit before the transaction: PostgreSQL lets no one use a new label before that. */
  readonly labels: readonly EnumLabel[];
  /** Tables that get another name. The steps stand here with the names that these have today. */
  readonly renames: readonly DueRename[];
}

/**
 * Plans what leads to the target: every step that is pending, partial or defective, and nothing that is applied. Pure.
 * @param failing steps that the catalog calls applied although one of their probes fails
 */
export function makePlan(version: Version, snapshot: Snapshot, failing: ReadonlyMap<string, string> = new Map()): Plan {
  const steps = version.steps.flatMap((inspected): PlannedStep[] => {
    const { step, status, violations } = inspected;
    const failure = failing.get(step.id);
    if (status === 'applied') return failure === undefined ? [] : [{ step, status: 'defective', reason: failure }];
    if (status === 'pending') return [{ step, status, reason: `not applied yet: ${step.title}` }];
    const [first, ...others] = violations;
    const more = others.length > 0 ? `, and ${others.length} more` : '';
    const what = first ? `${first.subject}: expected ${first.expected}, found ${first.found}${more}` : '';
    const how = inspected.condition === 'defective' ? 'applied and broken' : stepText(inspected);
    return [{ step, status, reason: `${how}: ${what}` }];
  });
  const renames = renamesDue(
    steps.map(({ step }) => step),
    snapshot.objects,
  );
  const labels = steps
    .flatMap(({ step }) => step.labels)
    .filter(({ type, label }) => !snapshot.objects.has(key.label(type, label)));
  const met = steps.map((planned) => ({ ...planned, step: asFound(planned.step, renames, snapshot.objects) }));
  return { steps: met, labels, renames };
}

/** Whether a plan only mends what was there before. Pure. */
export function isRepair({ steps }: Plan): boolean {
  return steps.every(({ status }) => status !== 'pending');
}

/**
 * Whether two plans do the same. Why a step is due is left out: the labels that a run commits ahead of it turn a step
 * that was half there into one that is there and broken, and what is done about it stays what it was. Pure.
 */
export function samePlan(a: Plan, b: Plan): boolean {
  const work = ({ steps, labels }: Plan) => JSON.stringify([steps.map(({ step }) => step.id), labels]);
  return work(a) === work(b);
}
