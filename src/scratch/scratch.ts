import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connect } from '../database/connect.js';
import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { scratchName, type Purpose } from './names.js';

/** Marks what may be dropped by whoever finds it. */
const comments: Record<Purpose, string> = {
  restore: 'yokeflow-upgrade: a restore in the making',
  rehearsal: 'yokeflow-upgrade: a copy to rehearse on',
};

/**
 * Makes a scratch database.
 * @param admin a session beside it
 * @param create the statement that makes a database of the name it is given
 * @param named told the name beforehand: where the answer is lost, there may be one to drop all the same
 * @returns its name
 * @throws {DatabaseError}
 * @throws {ConnectionLost}
 */
export async function createScratch(admin: Session, database: string, purpose: Purpose, create: (name: string) => string, named: (name: string) => void): Promise<string> {
  const name = scratchName(database, purpose, randomBytes(4).toString('hex'));
  named(name);
  await admin.execute(create(name));
  await admin.execute(`COMMENT ON DATABASE ${quoteIdentifier(name)} IS ${quoteLiteral(comments[purpose])}`);
  return name;
}

/**
 * Drops a scratch database with whoever is still in it, over a fresh session where the first one is lost. One that
 * is gone is as good.
 * @returns whether it is gone
 */
export async function dropScratch(name: string, admin: Session, beside: Connect): Promise<boolean> {
  try {
    await drop(admin, name);
    return true;
  } catch {
    try {
      const fresh = await beside();
      await endMaking(fresh, name).then(() => drop(fresh, name)).finally(() => fresh.close());
      return true;
    } catch {
      return false;
    }
  }
}

/** How long, in ms, a backend may take to give up what a lost connection asked it for. */
const GIVE_UP_MS = 5000;

/**
 * Ends the making of a database by a session whose connection was lost: PostgreSQL goes on with it, and until it is
 * over there is nothing to drop yet.
 * @throws {Error} where it does not end
 */
async function endMaking(session: Session, name: string): Promise<void> {
  const statement = quoteLiteral(`CREATE DATABASE ${quoteIdentifier(name)}`);
  for (const deadline = Date.now() + GIVE_UP_MS; ; await sleep(50)) {
    const making = await session.rows(
      `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
        WHERE strpos(query, ${statement}) > 0 AND state = 'active' AND pid <> pg_backend_pid()`);
    if (making.length === 0) return;
    if (Date.now() > deadline) throw new Error(`${name} is still being made`);
  }
}

/**
 * Drops what runs on this database that were killed have left. The caller holds the lock that keeps two of them
 * apart, so none of these is in use.
 */
export async function dropLeftovers(admin: Session, database: string, purpose: Purpose): Promise<void> {
  const beginning = scratchName(database, purpose, '');
  // One that was killed between its making and its comment has none; the random end makes its name its own.
  const left = await admin.rows<{ name: string }>(
    `SELECT datname AS name FROM pg_database
      WHERE starts_with(datname, ${quoteLiteral(beginning)}) AND substring(datname FROM ${[...beginning].length + 1}) ~ '^[0-9a-f]{8}$'
        AND COALESCE(shobj_description(oid, 'pg_database'), ${quoteLiteral(comments[purpose])}) = ${quoteLiteral(comments[purpose])}`);
  for (const { name } of left) await drop(admin, name);
}

function drop(admin: Session, name: string): Promise<void> {
  return admin.execute(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
}
