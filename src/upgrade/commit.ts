import type { Connect } from '../database/connect.js';
import { ConnectionLost, DatabaseError, type Session } from '../database/session.js';
import { ExitCode, UpgradeError } from '../errors/error.js';

/**
 * Commits, and believes it only when PostgreSQL says so by the transaction's own id (txid_status, "Transaction ID
 * and Snapshot Information Functions"): COMMIT of a failed transaction rolls back without an error. Where the
 * connection dies around COMMIT, a fresh one asks the same question.
 * @throws {UpgradeError} YF503 when it was rolled back, YF504 when nobody can tell
 */
export async function settleCommit(session: Session, connect: Connect, transactionId: string): Promise<void> {
  let status: string | undefined;
  let cause: unknown;
  try {
    await session.execute('COMMIT');
    status = await transactionStatus(session, transactionId);
  } catch (error) {
    cause = error;
    if (error instanceof DatabaseError) throw rolledBack(error.message, error);
    if (!(error instanceof ConnectionLost)) throw error;
    status = await askFreshly(connect, transactionId);
  }
  if (status === 'committed') return;
  if (status === 'aborted') throw rolledBack('PostgreSQL reports the transaction as aborted', cause);
  throw new UpgradeError({
    code: 'YF504',
    exitCode: ExitCode.unknownOutcome,
    message: 'The connection was lost around COMMIT, and the server cannot be asked whether it was done.',
    found: [`transaction ${transactionId}: ${status ?? 'no answer'}`],
    remedy: 'As soon as the server answers again, run: yokeflow-upgrade status',
    changed: 'unknown',
    cause,
  });
}

async function transactionStatus(session: Session, transactionId: string): Promise<string | undefined> {
  const [row] = await session.rows<{ status: string }>(`SELECT txid_status(${BigInt(transactionId)}) AS status`);
  return row?.status;
}

async function askFreshly(connect: Connect, transactionId: string): Promise<string | undefined> {
  try {
    const session = await connect();
    try {
      return await transactionStatus(session, transactionId);
    } finally {
      await session.close();
    }
  } catch {
    return undefined;
  }
}

function rolledBack(why: string, cause: unknown): UpgradeError {
  return new UpgradeError({
    code: 'YF503',
    exitCode: ExitCode.failed,
    message: `The transaction was not committed: ${why}.`,
    remedy: 'The database is as it was. Run: yokeflow-upgrade upgrade',
    cause,
  });
}
