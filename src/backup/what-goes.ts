import { setTimeout as sleep } from 'node:timers/promises';
import type { Connect } from '../database/connect.js';
import type { Session } from '../database/session.js';
import { readFingerprint, type Fingerprint } from '../engine/rollback/fingerprint.js';
import { retryLocks, type LockRetry } from '../engine/lock-retry.js';
import type { Listener } from '../engine/progress.js';
import type { RollbackPlan } from '../engine/rollback/plan.js';
import { clientLossSettings } from '../planning/transaction-settings.js';
import { makeBackup, type Backup } from './make.js';
import type { BackupPlan } from './plan.js';

/** A backup, and what the rows that are going to be lost held at its moment. */
export interface BackedUp {
  readonly backup: Backup;
  readonly fingerprint: Fingerprint;
}

/** How often, in ms, the session that holds the snapshot shows that it is still there: the server waits for 15 s. */
const SIGN_OF_LIFE_MS = 5000;

/**
 * Backs up before rows are given up, and reads what they hold in the very snapshot that pg_dump reads (pg_export_snapshot,
 * "Snapshot Synchronization Functions"). It is read again under the lock: if it differs, a row was written that is not
 * in the backup, and nothing is dropped.
 *
 * The alternative is to lock first and dump under the lock. Then YokeFlow could not write until the dump of the whole
 * database is done. This way nobody waits.
 * @throws {UpgradeError} YF402 where a table stays locked, and whatever {@link makeBackup} throws
 */
export async function backUpWhatGoes(
  connect: Connect,
  plan: RollbackPlan,
  backup: BackupPlan,
  lockRetry: LockRetry,
  signal: AbortSignal,
  on: Listener,
): Promise<BackedUp> {
  const session = await connect();
  try {
    const held = await retryLocks(session, lockRetry, signal, on, (lockTimeoutMs) =>
      hold(session, plan, lockTimeoutMs),
    );
    const taken = new AbortController();
    const holding = holdUntil(session, taken.signal);
    try {
      const made = await makeBackup(
        backup,
        connect,
        { deadline: lockRetry.deadline, signal, snapshot: { id: held.id, taken: () => taken.abort() } },
        on,
      );
      return { backup: made, fingerprint: held.fingerprint };
    } finally {
      taken.abort();
      await holding;
    }
  } finally {
    await session.close();
  }
}

async function hold(
  session: Session,
  plan: RollbackPlan,
  lockTimeoutMs: number,
): Promise<{ id: string; fingerprint: Fingerprint }> {
  await session.execute('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    for (const statement of [
      `SET LOCAL lock_timeout = ${Math.max(1, Math.round(lockTimeoutMs))}`,
      'SET LOCAL statement_timeout = 0',
      ...clientLossSettings(plan.inspection.snapshot),
    ])
      await session.execute(statement);
    const [row] = await session.rows<{ id: string }>('SELECT pg_export_snapshot() AS id');
    return { id: row?.id ?? '', fingerprint: await readFingerprint(session, plan) };
  } catch (error) {
    await session.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Keeps the transaction, and with it the snapshot, until pg_dump has it; a lost session makes pg_dump say so itself. */
async function holdUntil(session: Session, taken: AbortSignal): Promise<void> {
  try {
    while (!taken.aborted) {
      await sleep(SIGN_OF_LIFE_MS, undefined, { signal: taken }).catch(() => undefined);
      if (!taken.aborted) await session.rows('SELECT 1 AS here');
    }
    await session.execute('COMMIT');
  } catch {
    // The transaction changed nothing, and the rows are compared again under the lock.
  }
}
