import { labelStatement } from '../inspection/change-sections.js';
import type { Inspection } from '../inspection/inspection.js';
import { ownSettings, yokeflowPath } from '../planning/transaction-settings.js';
import { quoteLiteral } from '../database/quote.js';
import { askOverFreshConnection } from '../database/liveness.js';
import { ConnectionLost, ServerSilent, type Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { settleCommit } from './commit.js';
import { currentTransaction, lockedTransaction } from './locked-transaction.js';
import type { Listener } from './progress.js';
import type { Worker } from './worker.js';
import { workerWait } from './worker-wait.js';

/** A plan with labels, and the limits of whoever commits them. */
interface Job {
  readonly inspection: Inspection;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Commits the enum labels of a plan in a transaction under the upgrade lock, for a run that has no second session.
 * @param committed takes the names of the labels, before it is known what came of them: a connection that is lost may leave them behind
 * @throws as {@link lockedTransaction} does
 */
export async function commitLabels(worker: Worker, job: Job, committed: string[], on: Listener): Promise<void> {
  const { snapshot } = job.inspection;
  // The user waits for the upgrade's COMMIT, not for this one.
  const beforeCommit: Listener = (progress) => {
    if (progress.phase !== 'commit') on(progress);
    else committed.push(...namesOf(job));
  };
  await onlyLabels(() =>
    lockedTransaction(worker, { ...job, snapshot }, true, beforeCommit, async () => {
      for (const statement of labelStatements(job)) worker.session.ahead(statement);
    }),
  );
}

/**
 * Commits them over the watch's session, while the worker's transaction, which holds the upgrade lock, is open: everybody sees them from then on,
 * that transaction too. Others wait for its locks meanwhile, so no standby is waited for; the upgrade's own COMMIT does that.
 * @param committed as for {@link commitLabels}
 * @throws {DatabaseError} where a lock was not to be had
 * @throws {ConnectionLost}
 * @throws {UpgradeError} YF503
 */
export async function commitLabelsBeside(
  { watch, session: worker, connect, wait }: Worker,
  job: Job,
  committed: string[],
  on: Listener,
): Promise<void> {
  const { snapshot } = job.inspection;
  const limitMs = Math.min(wait.deadline.lockTimeoutMs(job.lockTimeoutMs), LONGEST_MS);
  await watch.beside(async (session, backend) => {
    const signal = (how: string) => async () => {
      await worker.rows(`SELECT ${how}(${backend}) AS sent`).catch(() => []);
    };
    session.attend(
      workerWait(
        {
          liveness: () => askOverFreshConnection(() => connect(), backend),
          cancel: signal('pg_cancel_backend'),
          terminate: signal('pg_terminate_backend'),
        },
        wait,
      ),
    );
    await session.begin();
    let id: string;
    try {
      for (const statement of [...ownSettings(snapshot, limitMs), withoutStandby, ...labelStatements(job)])
        session.ahead(statement);
      id = await currentTransaction(session);
      job.signal.throwIfAborted();
    } catch (error) {
      await session.execute('ROLLBACK').catch(() => undefined);
      throw error;
    }
    committed.push(...namesOf(job));
    await onlyLabels(() => settleCommit({ session, connect, wait }, { id, backend }, on));
  });
}

/** The longest wait, in ms, for a lock of this transaction: the server ends one that idles for longer (IDLE_LIMIT_MS), which the worker's does meanwhile. */
const LONGEST_MS = 5000;

const withoutStandby = `SET LOCAL synchronous_commit = 'local'`;

const labelStatements = ({ inspection: { plan, snapshot } }: Job): string[] => [
  yokeflowPath(snapshot),
  ...plan.labels.map((label) => labelStatement(label, snapshot.schema)),
];

const namesOf = ({ inspection }: Job): string[] =>
  inspection.plan.labels.map(({ type, label }) => `enum label ${type} '${label}'`);

/**
 * The labels of this schema as the transaction sees them now, by their keys in a snapshot.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readLabels(session: Session, schema: string): Promise<string[]> {
  const rows = await session.rows<{ key: string }>(`
    SELECT 'label:' || t.typname || '.' || e.enumlabel AS key
      FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE n.nspname = ${quoteLiteral(schema)}`);
  return rows.map(({ key }) => key);
}

/** Nothing but the labels can have been committed, and they are named: what became of them is no question of its own. */
async function onlyLabels(commit: () => Promise<void>): Promise<void> {
  try {
    await commit();
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.code !== 'YF504') throw error;
    throw error.cause instanceof ServerSilent
      ? new ServerSilent(error.message, { cause: error })
      : new ConnectionLost(error.message, { cause: error });
  }
}
