import type { Violation } from '../../catalog/compare.js';
import type { ErrorCode } from '../../errors/codes.js';
import { plural } from '../../inert/words.js';
import type { PlannedStep } from '../../planning/plan.js';
import type { Version } from '../../planning/version.js';

/** How the known defects of the documented commands affect users of YokeFlow. `explain` has the details. */
const harm: Partial<Record<ErrorCode, string>> = {
  YF801: 'pausing and resuming a session fails on every call',
  YF802: 'a session can be resumed only once in its life',
  YF803: 'the audit trail of interventions cannot be written',
  YF804: 'a pause, a checkpoint or a recovery blocks deletions',
};

/** How many objects are named. */
const NAMED = 3;

/** Why a step that is there already is due again, in plain words. */
export function whyDueAgain({ step, reason }: PlannedStep, { steps }: Version): string[] {
  const { violations = [], condition } = steps.find((inspected) => inspected.step === step) ?? {};
  // The catalog has everything, and a probe says otherwise.
  if (violations.length === 0) return [reason];
  const known = [
    ...new Set(
      violations.flatMap(({ defect }) => (defect !== undefined && harm[defect] !== undefined ? [defect] : [])),
    ),
  ].sort();
  const others = violations.filter(({ defect }) => defect === undefined || harm[defect] === undefined);
  return [
    ...known.map((code) => `today ${harm[code]} (${code})`),
    ...counted(
      others.filter(({ kind }) => kind === 'missing'),
      condition === 'incomplete' ? 'half applied: ' : '',
      'missing',
    ),
    ...counted(
      others.filter(({ kind }) => kind === 'different'),
      '',
      'not as YokeFlow needs it',
    ),
  ];
}

function counted(violations: readonly Violation[], before: string, what: string): string[] {
  if (violations.length === 0) return [];
  const named = violations
    .slice(0, NAMED)
    .map(({ subject }) => subject)
    .join(', ');
  const more = violations.length > NAMED ? ` and ${violations.length - NAMED} more` : '';
  return [`${before}${plural(violations.length, 'object is', 'objects are')} ${what}: ${named}${more}`];
}
