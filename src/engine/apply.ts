import type { Connect } from '../database/connect.js';
import { ConnectionLost, ServerSilent } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { withCancellableWorker } from './cancellation.js';
import { lockedTransaction } from './locked-transaction.js';
import { retryLocks, type LockRetry } from './lock-retry.js';
import type { Listener } from './progress.js';
import { yokeflowPath } from '../planning/transaction-settings.js';
import { labelStatement } from '../inspection/change-sections.js';
import { TableLocks } from './table-locks.js';
import { neededLocks, affectedObjects } from '../planning/affected-objects.js';
import { NothingDue, runTransaction, type Job } from './transaction.js';
import type { Worker } from './worker.js';

/**
 * Carries out a plan, as one transaction that commits only once every check and probe has passed inside it.
 *
 * Where a step brings enum labels there are three: the whole upgrade first without them, rolled back, so that
 * all that can fail does so while nothing has changed; then the labels, which PostgreSQL must commit before
 * anyone can use them; then the upgrade.
 * @returns `already-current` where another run had done all of it by the time that this one had the upgrade lock
 * @throws {UpgradeError} YF401, YF402 (busy), YF501–YF503, YF505 (rolled back), YF504 (outcome unknown), YF701 (cancelled)
 */
export async function apply(
  connect: Connect,
  job: Job,
  lockRetry: LockRetry,
  on: Listener,
): Promise<'applied' | 'already-current'> {
  const { plan, snapshot } = job.inspection;
  if (plan.steps.length === 0) return 'already-current';
  const locks = new TableLocks(neededLocks(affectedObjects(plan, snapshot)), snapshot.schema);
  const committedLabels: string[] = [];
  const work = async (worker: Worker) => {
    const persist = (attempt: () => Promise<void>) => retryLocks(worker.session, lockRetry, job.signal, on, attempt);
    const run = (dryRun: boolean) => {
      let attempts = 0;
      return persist(() => runTransaction(worker, job, locks, { dryRun, isFirst: ++attempts === 1 }, on));
    };
    if (plan.labels.length > 0) {
      await run(true);
      on({ phase: 'labels' });
      await persist(() => commitLabels(worker, job, committedLabels, on));
    }
    await run(false);
  };
  try {
    await withCancellableWorker(connect, job.signal, { deadline: lockRetry.deadline, on }, work);
    return 'applied';
  } catch (error) {
    if (error instanceof NothingDue) return 'already-current';
    throw withLeftovers(error, committedLabels);
  }
}

async function commitLabels(
  worker: Worker,
  { inspection, lockTimeoutMs, signal }: Job,
  committed: string[],
  on: Listener,
): Promise<void> {
  const { plan, snapshot } = inspection;
  const names = plan.labels.map(({ type, label }) => `enum label ${type} '${label}'`);
  // The user waits for the upgrade's COMMIT, not for this one.
  const beforeCommit: Listener = (progress) => {
    if (progress.phase !== 'commit') on(progress);
    // Named before it is known: a connection that is lost here may leave them behind.
    else committed.push(...names);
  };
  try {
    await lockedTransaction(worker, { snapshot, lockTimeoutMs, signal }, true, beforeCommit, async () => {
      const labels = plan.labels.map((label) => labelStatement(label, snapshot.schema));
      for (const statement of [yokeflowPath(snapshot), ...labels]) worker.session.ahead(statement);
    });
  } catch (error) {
    // Nothing but the labels can have been committed, and they are named.
    if (error instanceof UpgradeError && error.code === 'YF504')
      throw error.cause instanceof ServerSilent
        ? new ServerSilent(error.message, { cause: error })
        : new ConnectionLost(error.message, { cause: error });
    throw error;
  }
}

/** Names what a failed run could not take back. */
function withLeftovers(error: unknown, labels: readonly string[]): unknown {
  if (labels.length === 0 || !(error instanceof UpgradeError)) return error;
  return error.with({ leftBehind: labels });
}
