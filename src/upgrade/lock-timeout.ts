import type { Session } from '../database/session.js';

/**
 * Runs queries that change nothing, and that wait for nobody's lock for longer than `lockTimeoutMs`.
 * @throws {DatabaseError} where a lock was not to be had; {@link isLockConflict} tells
 */
export async function withLockTimeout<T>(session: Session, lockTimeoutMs: number, work: () => Promise<T>): Promise<T> {
  await session.execute('BEGIN');
  try {
    await session.execute(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
    return await work();
  } finally {
    await session.execute('ROLLBACK').catch(() => undefined);
  }
}
