import type { Session } from '../database/session.js';

/** The longest, in ms, that a look waits for somebody's lock where nothing says otherwise: rendering a definition takes one on its table. */
export const LOCK_TIMEOUT_MS = 1000;

/** The longest, in ms, that one attempt at the locks of a change may hold up YokeFlow where nothing says otherwise. */
export const LONGEST_ATTEMPT_MS = 8000;

/**
 * Runs queries that change nothing, and that wait for nobody's lock for longer than `lockTimeoutMs`.
 * @throws {DatabaseError} where a lock was not to be had; {@link isLockConflict} tells
 */
export async function withLockTimeout<T>(session: Session, lockTimeoutMs: number, work: () => Promise<T>): Promise<T> {
  await session.begin();
  session.ahead(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  try {
    return await work();
  } finally {
    session.rollback();
  }
}
