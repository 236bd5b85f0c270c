import type { Target } from '../database/target.js';
import { UpgradeError } from '../errors/error.js';
import { runningSessions, stillRunning, type RunningSession } from '../inspection/activity.js';
import type { Inspection } from '../inspection/inspection.js';
import { obstacles } from '../inspection/obstacles.js';
import { firstObstacle } from '../inspection/refusals.js';
import { inTheWayOfBackup, planBackupFirst } from './backup-first.js';
import type { Look } from './look.js';
import type { AnswerOptions } from './options.js';
import type { Run } from './run.js';

/** What stands in the way of an upgrade and of the backup before it; empty where nothing is due. Pure. */
export const inTheWayOfUpgrade = (target: Target, inspection: Inspection, options: AnswerOptions): UpgradeError[] =>
  inspection.plan.steps.length === 0
    ? []
    : [...obstacles(inspection), ...inTheWayOfBackup(target, inspection, options)];

/** Codes of what a script, which asks nothing, would alter, drop, run or miss without a word. */
const notByScript: ReadonlySet<string> = new Set(['YF316', 'YF317', 'YF322', 'YF818']);

/** Which of them forbids to print the SQL; undefined where it stops by itself at whatever stands in the way. Pure. */
export const forbidsScript = (inTheWay: readonly UpgradeError[]): UpgradeError | undefined =>
  inTheWay.find(({ code }) => notByScript.has(code));

/**
 * Refuses a change while agents are at work, where nobody is asked.
 * @throws {UpgradeError} YF311
 */
export function refuseRunning(running: readonly RunningSession[], { whileRunning }: AnswerOptions): void {
  if (running.length > 0 && !whileRunning) throw stillRunning(running);
}

/**
 * Why `upgrade --yes` with the same options would be refused now, as far as that can be told without running anything of the user's:
 * event triggers are not tried.
 * @param running undefined where it was not looked at
 * @returns undefined where nothing is due, or nothing is in the way
 */
async function refusalOf(
  target: Target,
  inspection: Inspection,
  running: readonly RunningSession[] | undefined,
  options: AnswerOptions,
): Promise<UpgradeError | undefined> {
  const inTheWay = firstObstacle(inTheWayOfUpgrade(target, inspection, options));
  if (inTheWay || inspection.plan.steps.length === 0) return inTheWay;
  try {
    await planBackupFirst(target, inspection, options);
    refuseRunning(running ?? [], options);
    return undefined;
  } catch (error) {
    if (error instanceof UpgradeError) return error;
    throw error;
  }
}

/**
 * Lets the outcome of a look tell why the upgrade that is due would be refused.
 * @param inspection with the plan that the look came to
 * @throws {DatabaseError | ConnectionLost}
 */
export async function learnRefusal(
  run: Pick<Run<'status' | 'plan' | 'verify' | 'doctor'>, 'options' | 'learn'>,
  target: Target,
  { session, read }: Pick<Look, 'session' | 'read'>,
  inspection: Inspection,
): Promise<void> {
  const { options } = run;
  // A role that may not upgrade may also lack the right to read the rows.
  const mayRead = inspection.plan.steps.length > 0 && obstacles(inspection).length === 0;
  const running = mayRead ? await read(() => runningSessions(session, inspection.snapshot)) : undefined;
  run.learn({ refusal: await refusalOf(target, inspection, running, options) });
}

/** The same for a command that has looked already. */
export async function learnRefusalOf(
  run: Pick<Run<'rehearse'>, 'options' | 'learn'>,
  target: Target,
  inspection: Inspection,
  running: readonly RunningSession[] | undefined,
): Promise<void> {
  run.learn({ refusal: await refusalOf(target, inspection, running, run.options) });
}
