import type { Session } from '../database/session.js';
import { ConnectionLost, DatabaseError } from '../database/session.js';
import type { Connect } from '../database/connect.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { labelStatement } from './script.js';
import { retryLocks, type Patience } from './patience.js';
import { runTransaction, type Job } from './transaction.js';
import type { Listener } from './progress.js';

export interface Applied {
  readonly labels: readonly string[];
}

/**
 * Carries out a plan, as one transaction that commits only once every check and probe has held inside it.
 *
 * Where a step brings enum labels there are three: the whole upgrade first without them, rolled back, so that
 * all that can fail does so while nothing has changed; then the labels, which PostgreSQL must commit before
 * anyone can use them; then the upgrade.
 * @throws {UpgradeError} YF401, YF402 (busy), YF501–YF503, YF505 (rolled back), YF504 (outcome unknown)
 */
export async function apply(connect: Connect, job: Job, patience: Patience, on: Listener): Promise<Applied> {
  const { plan, snapshot } = job.inspection;
  const labels = plan.labels.map(({ type, label }) => `${type} '${label}'`);
  const session = await connect();
  let committedLabels: string[] = [];
  try {
    if (plan.labels.length > 0) {
      await retryLocks(session, patience, on, () => runTransaction(session, connect, job, { dressRehearsal: true }, on));
      on({ phase: 'labels' });
      await retryLocks(session, patience, on, async () => {
        for (const label of plan.labels) await session.execute(labelStatement(label, snapshot.schema));
      });
      committedLabels = labels;
    }
    await retryLocks(session, patience, on, () => runTransaction(session, connect, job, { dressRehearsal: false }, on));
    return { labels };
  } catch (error) {
    throw withLeftovers(error, committedLabels);
  } finally {
    await session.close();
  }
}

/** Names what a failed run could not take back. */
function withLeftovers(error: unknown, labels: readonly string[]): unknown {
  const coded = error instanceof UpgradeError ? error : uncoded(error);
  if (labels.length === 0 || !(coded instanceof UpgradeError)) return coded;
  const { code, exitCode, message, found, remedy, changed, cause } = coded;
  return new UpgradeError({ code, exitCode, message, found, remedy, changed, cause, leftBehind: labels.map((label) => `enum label ${label}`) });
}

function uncoded(error: unknown): unknown {
  if (error instanceof ConnectionLost) {
    return new UpgradeError({
      code: 'YF503',
      exitCode: ExitCode.failed,
      message: 'The connection was lost before COMMIT, so PostgreSQL rolled everything back.',
      found: [error.message],
      remedy: 'Run: yokeflow-upgrade status, and then upgrade again.',
      cause: error,
    });
  }
  if (error instanceof DatabaseError) {
    return new UpgradeError({
      code: 'YF501',
      exitCode: ExitCode.failed,
      message: `PostgreSQL refused: ${error.message}`,
      found: [`SQLSTATE ${error.sqlState}`, ...[error.detail ?? [], error.hint ?? []].flat()],
      remedy: 'Nothing was changed. Run: yokeflow-upgrade report, or ask with the text above.',
      cause: error,
    });
  }
  return error;
}
