import { randomBytes } from 'node:crypto';
import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { scratchName } from './names.js';
import { createStatement, type DatabaseProperties } from './properties.js';

/** Marks what may be dropped by whoever finds it. */
const SCRATCH_COMMENT = 'yokeflow-upgrade: a restore in the making';

/**
 * Makes an empty database to restore to.
 * @param admin a session beside it
 * @returns its name
 * @throws {DatabaseError}
 */
export async function createScratch(admin: Session, database: string, like: DatabaseProperties | undefined): Promise<string> {
  const name = scratchName(database, randomBytes(4).toString('hex'));
  await admin.execute(createStatement(name, like));
  await admin.execute(`COMMENT ON DATABASE ${quoteIdentifier(name)} IS ${quoteLiteral(SCRATCH_COMMENT)}`);
  return name;
}

/** Drops a scratch database with whoever is still in it; one that is gone is as good. */
export async function dropScratch(admin: Session, name: string): Promise<void> {
  await admin.execute(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
}

/**
 * Drops what restores of this database that were killed have left. The caller holds the lock that keeps two restores
 * of it apart, so none of these is in use.
 */
export async function dropLeftovers(admin: Session, database: string): Promise<void> {
  const beginning = scratchName(database, '');
  const left = await admin.rows<{ name: string }>(
    `SELECT datname AS name FROM pg_database
      WHERE starts_with(datname, ${quoteLiteral(beginning)}) AND shobj_description(oid, 'pg_database') = ${quoteLiteral(SCRATCH_COMMENT)}`);
  for (const { name } of left) await dropScratch(admin, name);
}
