import { setTimeout as sleep } from 'node:timers/promises';
import { livenessOf } from '../database/liveness.js';
import {
  ConnectionLost,
  DatabaseError,
  NoProgress,
  ServerSilent,
  StandbyMissing,
  type Session,
} from '../database/session.js';
import type { Deadline } from '../machine/deadline.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import type { Listener } from './progress.js';
import type { Worker } from './worker.js';

/** A transaction that is about to be committed. */
export interface OpenTransaction {
  /** `txid_current()`: 64 bits, never used again. */
  readonly id: string;
  /** Process id of its backend. */
  readonly backend: number;
}

/** The least time, in ms, to go on asking the server what became of a COMMIT: a restart takes a few seconds. */
const LEAST_MS = 5000;
const AGAIN_MS = 250;

/**
 * Commits, and believes it only when PostgreSQL says so by the transaction's own id (txid_status, "Transaction ID
 * and Snapshot Information Functions"): COMMIT of a failed transaction rolls back without an error. Where the
 * connection dies around COMMIT, fresh ones ask the same question until it is answered or the run's deadline is over.
 * @throws {UpgradeError} YF503 when it was rolled back; YF504, YF508 when nobody can tell
 */
export async function settleCommit(
  { session, connect, wait }: Pick<Worker, 'session' | 'connect' | 'wait'>,
  transaction: OpenTransaction,
  on: Listener,
): Promise<void> {
  let status: string | undefined;
  let cause: unknown;
  try {
    await session.execute('COMMIT');
  } catch (error) {
    if (!(error instanceof DatabaseError) && !(error instanceof ConnectionLost)) throw error;
    cause = error;
  }
  if (!(cause instanceof ConnectionLost))
    status = await transactionStatus(session, transaction.id).catch((error: unknown) => {
      cause ??= error;
      return undefined;
    });
  if (!isSettled(status) && !(cause instanceof StandbyMissing)) {
    wait.deadline.begin();
    on({
      phase: 'waiting',
      waitsFor: 'commit',
      reason: `${whatHappened(cause)}; asking the server what became of it`,
    });
    status = await askFreshly(connect, transaction, wait.deadline);
  }
  if (status === 'committed') return;
  if (status === 'aborted') throw rolledBack(cause);
  throw cause instanceof StandbyMissing || status === WAITS_FOR_STANDBY
    ? standbyMissing(transaction, cause)
    : unknownOutcome(transaction, status, cause);
}

const isSettled = (status: string | undefined) => status === 'committed' || status === 'aborted';

/** What keeps a COMMIT from being settled, as a clause. */
function whatHappened(cause: unknown): string {
  if (cause instanceof ServerSilent) return 'COMMIT was sent, and the server does not answer';
  if (cause instanceof NoProgress) return 'COMMIT was sent, and the process that carries it out shows no progress';
  if (cause instanceof DatabaseError) return `COMMIT was answered with an error (${cause.message})`;
  return 'the connection was lost around COMMIT';
}

function unknownOutcome({ id }: OpenTransaction, status: string | undefined, cause: unknown): UpgradeError {
  const what = whatHappened(cause);
  return new UpgradeError({
    code: 'YF504',
    message: `${what[0]?.toUpperCase()}${what.slice(1)}, and the server cannot be asked whether it was done.`,
    found: [`transaction ${id}: ${status ?? 'no answer'}`],
    remedy: ['As soon as the server answers again, run: ', own('status')],
    changed: 'unknown',
    cause,
  });
}

/** The wait cannot be taken back, and others see the change only when it is over ("Synchronous Replication"). */
function standbyMissing({ id, backend }: OpenTransaction, cause: unknown): UpgradeError {
  return new UpgradeError({
    code: 'YF508',
    message:
      'COMMIT waits for a synchronous standby that does not confirm it. On this server it is done; nobody sees it before that wait is over, and its locks are held until then.',
    found: [`transaction ${id}, process ${backend}: wait event SyncRep`],
    remedy: [
      'Start the standby, or let a superuser take it out of synchronous_standby_names and reload the settings. Then run: ',
      own('status'),
    ],
    changed: 'unknown',
    cause,
  });
}

async function transactionStatus(session: Session, id: string): Promise<string | undefined> {
  const [row] = await session.rows<{ status: string }>(`SELECT txid_status(${BigInt(id)}) AS status`);
  return row?.status;
}

/** This program's own status for a transaction that is committed on this server and waits for a standby. */
const WAITS_FOR_STANDBY = 'waits for a standby';

async function askFreshly(
  connect: Worker['connect'],
  transaction: OpenTransaction,
  deadline: Deadline,
): Promise<string | undefined> {
  const least = Date.now() + LEAST_MS;
  for (;;) {
    const status = await askOnce(connect, transaction);
    if (isSettled(status) || (Date.now() >= least && deadline.isOver)) return status;
    await sleep(AGAIN_MS);
  }
}

async function askOnce(connect: Worker['connect'], transaction: OpenTransaction): Promise<string | undefined> {
  let session: Session | undefined;
  try {
    session = await connect();
    const status = await transactionStatus(session, transaction.id);
    if (status !== 'in progress') return status;
    if (
      (await livenessOf(session, transaction.backend).then((seen) => seen.kind === 'working' && seen.waitsFor)) ===
      'SyncRep'
    )
      return WAITS_FOR_STANDBY;
    await endAbandoned(session, transaction);
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
    message: `The transaction was not committed: ${why}.`,
    remedy: 'Run the same command again.',
    cause,
  });
}
