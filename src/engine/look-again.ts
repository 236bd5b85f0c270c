import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import type { EnumLabel } from '../releases/release.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import { obstacle } from '../inspection/obstacles.js';
import { samePlan } from '../planning/plan.js';
import { NothingDue, type Job, type Labels } from './job.js';

/**
 * Looks again under the locks, and makes sure that the plan is still the confirmed one.
 * @returns the database as it is now
 * @throws {NothingDue}
 * @throws {UpgradeError} YF505, or what has come into the way since
 */
export async function lookAgain(
  session: Session,
  { inspection, failing, schema }: Job,
  labels: Labels,
): Promise<Inspection> {
  const seen = await inspect(session, inspection.version.target, {
    schema,
    failing,
    again: beside(inspection),
    generation: "others'",
  });
  // This transaction acts as the tables' owner, so the facts about the connected role come from the first look.
  const now = { ...seen, snapshot: { ...seen.snapshot, server: inspection.snapshot.server } };
  if (now.plan.steps.length === 0) throw new NothingDue();
  // This run, or another one beside it, committed the labels before, so now none may be missing.
  const isDue = ({ type, label }: EnumLabel) => now.plan.labels.some((due) => due.type === type && due.label === label);
  const before = { ...inspection.plan, labels: labels === 'there' ? [] : inspection.plan.labels.filter(isDue) };
  if (!samePlan(before, now.plan)) throw changedMeanwhile(`planned: ${names(inspection)}`, `due now: ${names(now)}`);
  const inTheWay = obstacle(now);
  if (inTheWay === undefined) return now;
  throw refusedNow(inTheWay, { inspection }, labels);
}

/** What was refused because of the server before would be refused again, so that is not asked once more. */
export const beside = ({ identity, route }: Inspection): Pick<Inspection, 'identity' | 'route'> => ({
  identity,
  route,
});

/** A refusal says that nothing has changed, and by now the labels may be there. */
export function refusedNow(
  inTheWay: UpgradeError,
  { inspection }: Pick<Job, 'inspection'>,
  labels: Labels,
): UpgradeError {
  return labels !== 'there' || inspection.plan.labels.length === 0
    ? inTheWay
    : changedMeanwhile(`${inTheWay.code}: ${inTheWay.message}`, ...inTheWay.found);
}

function changedMeanwhile(...found: string[]): UpgradeError {
  return new UpgradeError({
    code: 'YF505',
    message: 'The database changed between the plan and the upgrade, so the plan no longer fits it.',
    found,
    remedy: [own('plan'), ', and then upgrade again.'],
  });
}

const names = ({ plan }: Inspection) =>
  plan.steps.map(({ step, status }) => `${step.id} (${status})`).join(', ') || 'nothing';
