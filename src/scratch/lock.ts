import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { UPGRADE_LOCK } from '../engine/table-locks.js';
import type { Purpose } from './names.js';
import { own } from '../errors/remedy.js';

/**
 * Keeps two restores, or two rehearsals, of one database apart until the session ends. Advisory locks are per
 * database, and both hold theirs in the one beside it.
 * @throws {UpgradeError} YF401 when another one is at work
 */
export async function holdScratchLock(admin: Session, database: string, purpose: Purpose): Promise<void> {
  const [row] = await admin.rows<{ held: boolean }>(
    `SELECT pg_try_advisory_lock(${UPGRADE_LOCK}, hashtext(${quoteLiteral(`${purpose} ${database}`)})) AS held`,
  );
  if (row?.held) return;
  throw new UpgradeError({
    code: 'YF401',
    message: `Another ${purpose} of the database ${database} is running.`,
    remedy: ['Wait for it to end, then run: ', own('status')],
  });
}
