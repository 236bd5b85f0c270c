import type { Connect } from '../database/connect.js';
import { UpgradeError } from '../errors/error.js';
import { codedError } from './coded-error.js';
import { withCancellableWorker } from './cancellation.js';
import { HeldUp } from './held-up.js';
import { commitLabels, commitLabelsBeside } from './labels.js';
import { retryLocks, type LockRetry } from './lock-retry.js';
import { relyingOnLess } from './reliance.js';
import type { Listener } from './progress.js';
import { TableLocks } from './table-locks.js';
import { neededLocks, affectedObjects } from '../planning/affected-objects.js';
import { NothingDue, type Job, type Labels } from './job.js';
import { runTransaction } from './transaction.js';
import type { Worker } from './worker.js';

/**
 * Carries out a plan, as one transaction that commits only once every check and probe has passed inside it.
 *
 * PostgreSQL must commit an enum label before anyone can use it ("ALTER TYPE"). So the labels are committed over a second session, when all that
 * does without them has passed. Where there is none, the whole upgrade is gone through once before, without them, and rolled back.
 * @returns `already-current` where another run had done all of it by the time that this one had the upgrade lock
 * @throws {UpgradeError} YF401, YF402 (busy), YF501–YF503, YF505 (rolled back), YF504 (outcome unknown), YF701 (cancelled)
 */
export async function apply(
  connect: Connect,
  job: Omit<Job, 'lockTimeoutMs'>,
  { heldUp = new HeldUp(), ...limits }: LockRetry,
  on: Listener,
): Promise<'applied' | 'already-current'> {
  const { plan, snapshot } = job.inspection;
  if (plan.steps.length === 0) return 'already-current';
  const locks = new TableLocks(neededLocks(affectedObjects(plan, snapshot)), snapshot.schema, heldUp);
  const lockRetry = { ...limits, heldUp };
  const committedLabels: string[] = [];
  const work = async (worker: Worker) => {
    const persist = (attempt: (lockTimeoutMs: number) => Promise<void>) =>
      retryLocks(worker.session, lockRetry, job.signal, on, attempt);
    const relying = {
      session: worker.session,
      inspection: job.inspection,
      leavesAlone: () => committedLabels.length === 0,
      again: (reason: string) => {
        heldUp.fail();
        on({ phase: 'again', reason });
      },
    };
    const run = (labelsOf: (limited: Job) => Labels) => {
      let attempts = 0;
      return persist((lockTimeoutMs) => {
        const limited = { ...job, lockTimeoutMs };
        const labels = labelsOf(limited);
        // Labels that this run has committed itself are no part of the look.
        const isFresh = ++attempts === 1 && relying.leavesAlone();
        return relyingOnLess(relying, isFresh ? 'the look' : 'its own look', (reliesOn) =>
          runTransaction(worker, limited, locks, { labels, reliesOn }, on).finally(() => heldUp.end()),
        );
      });
    };
    if (plan.labels.length > 0 && !worker.watch.isBeside) {
      await run(() => 'left out');
      on({ phase: 'labels ahead' });
      await persist((lockTimeoutMs) => commitLabels(worker, { ...job, lockTimeoutMs }, committedLabels, on));
    }
    await run((limited) =>
      plan.labels.length === 0 || committedLabels.length > 0
        ? 'there'
        : () => commitLabelsBeside(worker, limited, committedLabels, on),
    );
  };
  try {
    await withCancellableWorker(connect, job.signal, { deadline: lockRetry.deadline, on }, work);
    return 'applied';
  } catch (error) {
    if (error instanceof NothingDue) return 'already-current';
    throw withLeftovers(error, committedLabels);
  }
}

/** Names what a failed run could not take back. */
function withLeftovers(error: unknown, labels: readonly string[]): unknown {
  const coded = labels.length === 0 ? error : codedError(error);
  return coded instanceof UpgradeError && labels.length > 0 ? coded.with({ leftBehind: labels }) : coded;
}
