import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { visible } from '../inert/visible.js';

/** A database cannot be renamed while anyone but autovacuum, which PostgreSQL stops by itself, is connected to it. */
const others = (database: string) => `
  FROM pg_stat_activity
 WHERE datname = ${quoteLiteral(database)} AND pid <> pg_backend_pid() AND backend_type IS DISTINCT FROM 'autovacuum worker'`;

/** Who is connected to a database, one line each, the longest connected first. */
export async function connectedSessions(session: Session, database: string): Promise<string[]> {
  const rows = await session.rows<{
    pid: number;
    application_name: string;
    usename: string;
    state: string | null;
    host: string;
  }>(
    `SELECT pid, application_name, usename, state, COALESCE(client_hostname, host(client_addr), 'a local socket') AS host
     ${others(database)} ORDER BY backend_start LIMIT 20`,
  );
  return rows.map(({ pid, application_name, usename, state, host }) =>
    visible(
      `pid ${pid}: ${application_name || 'no application name'}, user ${usename}, from ${host}${state ? `, ${state}` : ''}`,
    ),
  );
}

/**
 * Ends all of them.
 * @throws {DatabaseError} 42501 where the role may not end somebody else's session
 */
export async function endConnectedSessions(session: Session, database: string): Promise<void> {
  await session.rows(`SELECT pg_terminate_backend(pid) AS ended ${others(database)}`);
}

/** The refusal to take a database away from under those who use it. */
export function stillConnected(database: string, found: readonly string[], cause?: unknown): UpgradeError {
  return new UpgradeError({
    code: 'YF343',
    message: `The database ${database} is in use, and a restore takes its place.`,
    found,
    remedy:
      "Stop YokeFlow's API and agents (the database must go on running) and run this again. To end these sessions instead, with whatever they are at: --while-running",
    cause,
  });
}
