import { setTimeout as sleep } from 'node:timers/promises';
import type { Connect } from '../database/connect.js';
import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import { DatabaseError, type Session } from '../database/session.js';
import { inertSql } from '../inert/sql.js';
import { looksLikeOurs } from '../inspection/findings.js';
import type { Listener } from '../engine/progress.js';
import { judgeLeftovers, markedQuery, markStatement, type Judged, type Marked } from './marks.js';
import { scratchName, type Purpose } from './names.js';

/** What a scratch database is made for. */
export interface ScratchJob {
  readonly database: string;
  readonly purpose: Purpose;
  /** The statement that makes a database of the name it is given; it sets the mark's connection limit. */
  readonly create: (name: string) => string;
  /** Told the name before there is such a database: whatever happens then, it can be dropped. */
  readonly made: (name: string) => void;
}

/**
 * Makes a scratch database, marked from its first moment on.
 * @param admin a session beside it
 * @returns its name
 * @throws {DatabaseError | ConnectionLost}
 */
export async function createScratch(admin: Session, { database, purpose, create, made }: ScratchJob): Promise<string> {
  const name = scratchName(database, purpose);
  made(name);
  await admin.execute(create(name));
  const [row] = await admin.rows<{ oid: number }>(
    `SELECT oid::int8 AS oid FROM pg_database WHERE datname = ${quoteLiteral(name)}`,
  );
  await admin.execute(markStatement({ oid: row?.oid ?? 0, name }, database, purpose, new Date()));
  return name;
}

/**
 * Drops this run's own scratch database with whoever is still in it, over a fresh session where the first one is lost.
 * One that is gone is as good.
 * @param why what is told of it
 * @returns whether it is gone
 */
export async function dropScratch(
  name: string,
  admin: Session,
  beside: Connect,
  on: Listener,
  why: string,
): Promise<boolean> {
  const attempt = async (session: Session) => {
    const there = await session.rows(`SELECT 1 AS there FROM pg_database WHERE datname = ${quoteLiteral(name)}`);
    if (there.length > 0) await drop(session, { name, why }, on);
  };
  try {
    await attempt(admin);
    return true;
  } catch {
    try {
      const fresh = await beside();
      await endMaking(fresh, name)
        .then(() => attempt(fresh))
        .finally(() => fresh.close());
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
        WHERE strpos(query, ${statement}) > 0 AND state = 'active' AND pid <> pg_backend_pid()`,
    );
    if (making.length === 0) return;
    if (Date.now() > deadline) throw new Error(`${name} is still being made`);
  }
}

/**
 * Drops what runs on this database that were killed have left, says so, and names what only looks like it. The caller
 * holds the lock that keeps two of them apart, so none of these is in use.
 * @throws {DatabaseError}
 */
export async function dropLeftovers(admin: Session, database: string, purpose: Purpose, on: Listener): Promise<void> {
  const { ours, alike } = judgeLeftovers(await admin.rows<Marked>(markedQuery), database, purpose);
  for (const { name, why } of alike)
    on({ phase: 'noted', finding: looksLikeOurs(`the database ${name}`, why, dropWith(name)) });
  for (const one of ours) {
    try {
      await drop(admin, one, on);
    } catch (error) {
      // Another role may have made it, and it is in nobody's way.
      if (!(error instanceof DatabaseError)) throw error;
      on({
        phase: 'noted',
        finding: looksLikeOurs(
          `the database ${one.name}`,
          `${one.why}; it could not be dropped: ${error.message}`,
          dropWith(one.name),
        ),
      });
    }
  }
}

async function drop(admin: Session, { name, why }: Judged, on: Listener): Promise<void> {
  await admin.execute(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
  on({ phase: 'removed', kind: 'database', name, reason: why });
}

const dropWith = (name: string) =>
  `If nobody needs it, in psql: ${inertSql(`DROP DATABASE ${quoteIdentifier(name)};`)}`;
