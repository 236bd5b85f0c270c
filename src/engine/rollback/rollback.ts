import { hostname } from 'node:os';
import { isStill } from '../../catalog/generation.js';
import { readOwn } from '../../inspection/read-own.js';
import type { Snapshot } from '../../catalog/snapshot.js';
import type { Connect } from '../../database/connect.js';
import type { Session } from '../../database/session.js';
import { UpgradeError } from '../../errors/error.js';
import { own } from '../../errors/remedy.js';
import { stepsTo } from '../../releases/registry.js';
import { declaredByDrop } from '../../inspection/affected/dropped.js';
import { beginProof } from '../../inspection/affected/proof.js';
import { withCancellableWorker } from '../cancellation.js';
import { changedBetween, readFingerprint, type Fingerprint } from './fingerprint.js';
import { HeldUp } from '../held-up.js';
import { beside } from '../look-again.js';
import { inspect } from '../../inspection/inspect.js';
import type { Inspection } from '../../inspection/inspection.js';
import { lockedTransaction, requireAll, runSections } from '../locked-transaction.js';
import { retryLocks, type LockRetry } from '../lock-retry.js';
import { runProbes } from '../probes.js';
import type { Listener } from '../progress.js';
import { recordRun } from '../record-run.js';
import { planRollback, type RollbackPlan } from './plan.js';
import { wayBack } from './way-back.js';
import { rollbackRun, rollbackSections } from './script.js';
import { TableLocks } from '../table-locks.js';
import { NothingDue } from '../job.js';
import { catalogChecks, probeChecks, type Strictness } from '../verify.js';
import type { Check } from '../../inspection/check.js';
import { inferVersion } from '../../planning/version.js';
import type { Worker } from '../worker.js';

/** A rollback that was confirmed, and how to carry it out. */
export interface RollbackJob extends Strictness {
  readonly plan: RollbackPlan;
  readonly schema: string | undefined;
  /** The file of the backup made before the change, for the record. */
  readonly backupFile?: string | undefined;
  /** Fingerprint of the rows that go, taken with the backup; undefined where they are dropped without a backup. */
  readonly backedUp?: Fingerprint | undefined;
  readonly signal: AbortSignal;
}

/**
 * Carries out a rollback in one transaction: the upgrade lock, YokeFlow's own locks, a second look, the undo of each step,
 * every check and probe of the release that it leads to, COMMIT.
 * @returns `already-current` where another run had done all of it by the time that this one had the upgrade lock
 * @throws {UpgradeError} YF401, YF402 (busy), YF501–YF503, YF505 (rolled back), YF504 (outcome unknown), YF701 (cancelled)
 */
export async function rollback(
  connect: Connect,
  job: RollbackJob,
  { heldUp = new HeldUp(), ...limits }: LockRetry,
  on: Listener,
): Promise<'rolled-back' | 'already-current'> {
  const locks = new TableLocks(job.plan.locks, job.plan.dropped.schema, heldUp);
  const lockRetry = { ...limits, heldUp };
  try {
    await withCancellableWorker(connect, job.signal, { deadline: lockRetry.deadline, on }, (worker) =>
      retryLocks(worker.session, lockRetry, job.signal, on, (lockTimeoutMs) =>
        runOnce(worker, { ...job, lockTimeoutMs }, locks, on),
      ),
    );
    return 'rolled-back';
  } catch (error) {
    if (error instanceof NothingDue) return 'already-current';
    throw error;
  }
}

function runOnce(
  worker: Worker,
  {
    plan,
    schema,
    backupFile,
    backedUp,
    lockTimeoutMs,
    strict,
    signal,
  }: RollbackJob & { readonly lockTimeoutMs: number },
  locks: TableLocks,
  on: Listener,
): Promise<void> {
  const { session } = worker;
  const { snapshot } = plan.inspection;
  on({ phase: 'locks' });
  return lockedTransaction(worker, { snapshot, lockTimeoutMs, signal }, true, on, async (backend) => {
    const look = await lookAgain(session, plan, schema, await asBefore(session, plan.inspection));
    const declared = declaredByDrop(plan.dropped, plan.droppedToo, snapshot);
    const early = await beginProof(session, declared);
    await locks.take(worker, backend, lockTimeoutMs, on);
    // From here on no row can be added, so what is counted now is what is lost.
    const holds = await asBefore(session, look);
    await lookAgain(session, plan, schema, holds);
    if (backedUp) await compareWithBackup(session, plan, backedUp);
    const prove = holds ? early : await beginProof(session, declared);
    await runSections(session, rollbackSections(plan), signal, false, on);
    await prove();
    await runChecks(session, plan, { strict }, on);
    await recordRun(
      session,
      snapshot,
      {
        ...rollbackRun(plan),
        host: hostname(),
        backupFile,
        server: plan.inspection.identity.systemIdentifier,
        locks: locks.attempts,
      },
      on,
    );
  });
}

/** A look, if nobody has changed the catalog since. */
async function asBefore(session: Session, seen: Inspection): Promise<Inspection | undefined> {
  return (await isStill(session, seen.generation)) ? seen : undefined;
}

/**
 * Neither the schema nor the number of rows may have changed since the confirmation, and since the backup.
 * @param known a look that still holds, so that only the rows have to be counted again
 * @throws {NothingDue} where another run did it
 */
async function lookAgain(
  session: Session,
  plan: RollbackPlan,
  schema: string | undefined,
  known: Inspection | undefined,
): Promise<Inspection> {
  const inspection =
    known ??
    (await inspect(session, plan.inspection.version.target, {
      schema,
      again: beside(plan.inspection),
      generation: "others'",
    }));
  const way = wayBack(inspection);
  if (way.kind === 'nothing to undo') throw new NothingDue();
  const now = way.kind === 'possible' ? await planRollback(session, inspection, way, true) : undefined;
  if (now !== undefined && describe(now) === describe(plan)) return inspection;
  throw new UpgradeError({
    code: 'YF505',
    message: 'The database changed between the plan and the rollback, so the plan no longer fits it.',
    found: [`planned: ${describe(plan)}`, `now: ${now === undefined ? 'no way back' : describe(now)}`],
    remedy: ['Stop YokeFlow, so that it adds no more rows, then run: ', own('rollback')],
  });
}

/** Equal counts do not prove that the backup has the same rows, so their contents are compared. */
async function compareWithBackup(session: Session, plan: RollbackPlan, backedUp: Fingerprint): Promise<void> {
  const changed = changedBetween(backedUp, await readFingerprint(session, plan));
  if (changed.length === 0) return;
  throw new UpgradeError({
    code: 'YF505',
    message:
      'Rows were written between the backup and the rollback, so the backup does not hold all that would be lost.',
    found: changed.map((table) => `written to since the backup: ${table}`),
    remedy: ['Stop YokeFlow, so that it writes no more rows, then run: ', own('rollback', '--discard-rows')],
  });
}

function describe({ steps, tables, losses, relabels, goesAlong, dependents }: RollbackPlan): string {
  const rows = [...tables, ...losses, ...relabels].map(({ table, rows: count }) => `${table} ${count}`).join(', ');
  return [steps.map(({ id }) => id).join(', '), `rows: ${rows}`, ...goesAlong, ...dependents].join('; ');
}

async function runChecks(
  session: Session,
  { inspection, to, steps }: RollbackPlan,
  { strict }: Strictness,
  on: Listener,
): Promise<void> {
  on({ phase: 'checks', dryRun: false });
  const snapshot = await readOwn(session, inspection.snapshot.schema);
  const probes = await runProbes(session, snapshot, stepsTo(to), {
    onProbe: ({ title }) => on({ phase: 'probe', title, dryRun: false }),
  });
  requireAll([
    ...catalogChecks(inferVersion(snapshot, to)),
    ...probeChecks(probes, { strict }),
    ...goneChecks(snapshot, inspection.version.target, steps),
  ]);
}

/** The checks that nothing of the undone steps is left. Pure. */
export function goneChecks(snapshot: Snapshot, newest: RollbackPlan['from'], undone: RollbackPlan['steps']): Check[] {
  return inferVersion(snapshot, newest)
    .steps.filter(({ step }) => undone.some(({ id }) => id === step.id))
    .map(({ step, status }) => ({
      id: `gone.${step.id}`,
      title: `Nothing of ${step.id} is left`,
      system: step.system,
      ok: status === 'pending',
      expected: 'none of its tables, views and functions',
      found: status === 'pending' ? 'none of them' : `some of it: the step counts as ${status}`,
      remedy: status === 'pending' ? '' : 'Run: yokeflow-upgrade status --verbose',
    }));
}
