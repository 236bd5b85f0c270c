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
 * Ends a dry run as the run itself would end, where nobody is asked. What this machine lacks for the backup is told and ends it not: nothing of
 * the script depends on that.
 * @param needsBackup whether the change begins with a backup
 * @throws {UpgradeError} YF311, YF312
 */
export async function refuseDryRun(
  run: Pick<Run<'upgrade' | 'rollback'>, 'options' | 'learn'>,
  target: Target,
  inspection: Inspection,
  { running, needsBackup }: { readonly running: readonly RunningSession[] | undefined; readonly needsBackup: boolean },
): Promise<void> {
  const { options } = run;
  if (running !== undefined && running.length > 0 && !options.whileRunning) throw stillRunning(running);
  const refusal = needsBackup ? await backupRefusal(target, inspection, options) : undefined;
  if (refusal && !isOfThisMachine(refusal)) throw refusal;
  run.learn({ refusal });
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
  if (running !== undefined && running.length > 0 && !options.whileRunning) return stillRunning(running);
  return backupRefusal(target, inspection, options);
}

/** Why the backup before a change cannot be made from here, such as a missing pg_dump; undefined where it can be, or none is wanted. */
async function backupRefusal(
  target: Target,
  inspection: Inspection,
  options: AnswerOptions,
): Promise<UpgradeError | undefined> {
  try {
    await planBackupFirst(target, inspection, options);
    return undefined;
  } catch (error) {
    if (error instanceof UpgradeError) return error;
    throw error;
  }
}

/** Codes of what this machine lacks for a backup, which says nothing against the database: the same command may do elsewhere. */
const ofThisMachine: ReadonlySet<string> = new Set(['YF112', 'YF340', 'YF341', 'YF342', 'YF364']);

export const isOfThisMachine = ({ code }: UpgradeError): boolean => ofThisMachine.has(code);

/** Begins, beside the look, with what takes as long as the look: to ask the client programs of this machine for their version. */
export function lookForPrograms(target: Target, { backup }: AnswerOptions): void {
  if (target.kind !== 'direct' || backup === false) return;
  void import('../database/programs/find-local.js').then(({ findLocalPrograms }) => findLocalPrograms());
}

/**
 * Lets the outcome of a look tell why the upgrade that is due would be refused.
 * @param inspection with the plan that the look came to
 * @param meanwhile what else is read while this machine, or the container, is asked whether a backup can be made
 * @throws {DatabaseError | ConnectionLost}
 */
export async function learnRefusal<T>(
  run: Pick<Run<'status' | 'plan' | 'verify' | 'doctor'>, 'options' | 'learn'>,
  target: Target,
  { session, read }: Pick<Look, 'session' | 'read'>,
  inspection: Inspection,
  meanwhile: () => Promise<T | undefined> = () => Promise.resolve(undefined),
): Promise<T | undefined> {
  const { options } = run;
  // A role that may not upgrade may also lack the right to read the rows.
  const mayRead = inspection.plan.steps.length > 0 && obstacles(inspection).length === 0;
  const running = mayRead ? await read(() => runningSessions(session, inspection.snapshot)) : undefined;
  const [refusal, more] = await Promise.all([refusalOf(target, inspection, running, options), meanwhile()]);
  run.learn({ refusal });
  return more;
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
