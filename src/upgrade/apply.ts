import type { Connect } from '../database/connect.js';
import { UpgradeError } from '../errors/error.js';
import type { Session } from '../database/session.js';
import { withCancellableSession } from './cancellation.js';
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
  const committedLabels: string[] = [];
  const work = async (session: Session) => {
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
  };
  await withCancellableSession(connect, job.signal, work).catch((error: unknown) => {
    throw withLeftovers(error, committedLabels);
  });
}

/** Names what a failed run could not take back. */
function withLeftovers(error: unknown, labels: readonly string[]): unknown {
  if (labels.length === 0 || !(error instanceof UpgradeError)) return error;
  const { code, exitCode, message, found, remedy, changed, cause } = error;
  return new UpgradeError({ code, exitCode, message, found, remedy, changed, cause, leftBehind: labels });
}
