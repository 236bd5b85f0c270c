import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { UPGRADE_LOCK } from '../upgrade/script.js';

/**
 * Keeps two restores of one database apart, until the session ends. Advisory locks are per database, and both hold
 * theirs in the one beside it.
 * @throws {UpgradeError} YF401 when another restore is at work
 */
export async function holdRestoreLock(admin: Session, database: string): Promise<void> {
  const [row] = await admin.rows<{ held: boolean }>(`SELECT pg_try_advisory_lock(${UPGRADE_LOCK}, hashtext(${quoteLiteral(database)})) AS held`);
  if (row?.held) return;
  throw new UpgradeError({
    code: 'YF401',
    exitCode: ExitCode.busy,
    message: `Another restore of the database ${database} is running.`,
    remedy: 'Wait for it to end, then run: yokeflow-upgrade status',
  });
}
