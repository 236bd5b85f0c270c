import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionLost, DatabaseError, type Session } from '../database/session.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import type { Listener } from './progress.js';
import type { Worker } from './worker.js';

/** A transaction that is about to be committed. */
export interface OpenTransaction {
  /** `txid_current()`: 64 bits, never used again. */
  readonly id: string;
  /** Process id of its backend. */
  readonly backend: number;
}

/** How long, in ms, a server that does not answer after COMMIT is asked again: a restart takes a few seconds. */
const SETTLE_MS = 15_000;
const AGAIN_MS = 250;
/** After this many ms somebody else asks about a COMMIT that is not answered: a cut line may say nothing for hours. */
const UNANSWERED_MS = 10_000;

/**
 * Commits, and believes it only when PostgreSQL says so by the transaction's own id (txid_status, "Transaction ID
 * and Snapshot Information Functions"): COMMIT of a failed transaction rolls back without an error. Where the
 * connection dies around COMMIT, fresh ones ask the same question until it is answered.
 * @throws {UpgradeError} YF503 when it was rolled back, YF504 when nobody can tell
 */
export async function settleCommit({ session, connect }: Pick<Worker, 'session' | 'connect'>, transaction: OpenTransaction, on: Listener): Promise<void> {
  let status: string | undefined;
  let cause: unknown;
  try {
    await answered(session.execute('COMMIT'));
  } catch (error) {
    if (!(error instanceof DatabaseError) && !(error instanceof ConnectionLost)) throw error;
    cause = error;
  }
  if (!(cause instanceof ConnectionLost)) status = await transactionStatus(session, transaction.id).catch(() => undefined);
  if (!isSettled(status)) {
    on({ phase: 'waiting', reason: 'the connection was lost around COMMIT; asking the server what became of it' });
    status = await askFreshly(connect, transaction);
  }
  if (status === 'committed') return;
  if (status === 'aborted') throw rolledBack(cause);
  throw new UpgradeError({
    code: 'YF504',
    exitCode: ExitCode.unknownOutcome,
    message: 'The connection was lost around COMMIT, and the server cannot be asked whether it was done.',
    found: [`transaction ${transaction.id}: ${status ?? 'no answer'}`],
    remedy: 'As soon as the server answers again, run: yokeflow-upgrade status',
    changed: 'unknown',
    cause,
  });
}

const isSettled = (status: string | undefined) => status === 'committed' || status === 'aborted';

async function answered(commit: Promise<void>): Promise<void> {
  const waiting = new AbortController();
  const unanswered = sleep(UNANSWERED_MS, undefined, { signal: waiting.signal }).then(
    () => { throw new ConnectionLost(`COMMIT was not answered within ${UNANSWERED_MS / 1000} s`); },
    () => undefined,
  );
  try {
    await Promise.race([commit, unanswered]);
  } finally {
    waiting.abort();
  }
}

async function transactionStatus(session: Session, id: string): Promise<string | undefined> {
  const [row] = await session.rows<{ status: string }>(`SELECT txid_status(${BigInt(id)}) AS status`);
  return row?.status;
}

async function askFreshly(connect: Worker['connect'], transaction: OpenTransaction): Promise<string | undefined> {
  let answeredAt = Date.now();
  for (;;) {
    const status = await askOnce(connect, transaction);
    // In progress: the server is at it, waiting for its disk or for a synchronous standby.
    if (status === 'in progress') answeredAt = Date.now();
    if (isSettled(status) || Date.now() - answeredAt >= SETTLE_MS) return status;
    await sleep(AGAIN_MS);
  }
}

async function askOnce(connect: Worker['connect'], transaction: OpenTransaction): Promise<string | undefined> {
  let session: Session | undefined;
  try {
    session = await connect();
    const status = await transactionStatus(session, transaction.id);
    if (status === 'in progress') await endAbandoned(session, transaction);
    return status;
  } catch {
    return undefined;
  } finally {
    await session?.close();
  }
}

/**
 * Ends the lost connection's backend where it still waits for a statement: COMMIT has not reached it, and must not
 * any more. backend_xid makes sure that it is the same transaction.
 */
async function endAbandoned(session: Session, { id, backend }: OpenTransaction): Promise<void> {
  await session.rows(`
    SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
     WHERE pid = ${backend} AND backend_xid::text = (${BigInt(id)} % 4294967296)::text AND state LIKE 'idle in transaction%'`);
}

function rolledBack(cause: unknown): UpgradeError {
  const why = cause instanceof Error ? cause.message : 'PostgreSQL reports the transaction as aborted';
  return new UpgradeError({
    code: 'YF503',
    exitCode: ExitCode.failed,
    message: `The transaction was not committed: ${why}.`,
    remedy: 'The database is as it was. Run the same command again.',
    cause,
  });
}
