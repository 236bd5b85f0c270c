import type { Connect } from '../database/connect.js';
import { UpgradeError } from '../errors/error.js';
import { cancelOnAbort, cancelled } from './cancellation.js';
import { codedError } from './coded-error.js';
import { labelStatement } from './script.js';
import { retryLocks, type Patience } from './patience.js';
import { runTransaction, type Job } from './transaction.js';
import type { Listener } from './progress.js';

/**
 * Carries out a plan, as one transaction that commits only once every check and probe has held inside it.
 *
 * Where a step brings enum labels there are three: the whole upgrade first without them, rolled back, so that
 * all that can fail does so while nothing has changed; then the labels, which PostgreSQL must commit before
 * anyone can use them; then the upgrade.
 * @throws {UpgradeError} YF401, YF402 (busy), YF501–YF503, YF505 (rolled back), YF504 (outcome unknown), YF701 (cancelled)
 */
export async function apply(connect: Connect, job: Job, patience: Patience, on: Listener): Promise<void> {
  const { plan, snapshot } = job.inspection;
  if (plan.steps.length === 0) return;
  const session = await connect();
  const stopCancelling = cancelOnAbort(session, connect, job.signal);
  const committedLabels: string[] = [];
  try {
    if (plan.labels.length > 0) {
      await retryLocks(session, patience, on, () => runTransaction(session, connect, job, { dressRehearsal: true }, on));
      on({ phase: 'labels' });
      for (const label of plan.labels) {
        job.signal.throwIfAborted();
        // Named before it is known: a connection that is lost here may leave it behind.
        committedLabels.push(`enum label ${label.type} '${label.label}'`);
        await session.execute(labelStatement(label, snapshot.schema));
      }
    }
    await retryLocks(session, patience, on, () => runTransaction(session, connect, job, { dressRehearsal: false }, on));
  } catch (error) {
    throw withLeftovers(job.signal.aborted ? cancelled(error) : error, committedLabels);
  } finally {
    stopCancelling();
    await session.close();
  }
}

/** Names what a failed run could not take back. */
function withLeftovers(error: unknown, labels: readonly string[]): unknown {
  const coded = error instanceof UpgradeError ? error : codedError(error);
  if (labels.length === 0 || !(coded instanceof UpgradeError)) return coded;
  const { code, exitCode, message, found, remedy, changed, cause } = coded;
  return new UpgradeError({ code, exitCode, message, found, remedy, changed, cause, leftBehind: labels });
}
