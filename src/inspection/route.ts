import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';

/** How the connection reaches the server. */
export interface Route {
  /** Whether a pooler or proxy stands between, which opens and shares connections of its own. */
  readonly pooled: boolean;
  /** Where the server itself says that it is: `10.0.0.5:5432`, or a port alone where it is reached over a socket. */
  readonly server: string;
}

/**
 * Finds out whether a pooler is in front. A server announces the process id of the backend as the connection begins, for
 * the sake of cancel requests ("BackendKeyData" in the protocol's documentation); a pooler cannot know which
 * backend will serve a query, and announces a number of its own.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readRoute(session: Session): Promise<Route> {
  const [row] = await session.rows<{ pid: number; address: string | null; port: string }>(
    `SELECT pg_backend_pid() AS pid, host(inet_server_addr()) AS address, COALESCE(inet_server_port()::text, current_setting('port')) AS port`,
  );
  const { announcedPid } = session;
  return {
    pooled: announcedPid !== undefined && announcedPid !== row?.pid,
    server: row?.address ? `${row.address}:${row.port}` : `port ${row?.port} of its own machine`,
  };
}

/**
 * Why pg_dump must not go through a pooler: it empties the search path for its whole session ("set_config" in its
 * source), and a transaction pooler hands that session on to YokeFlow, which then finds none of its tables.
 */
export function noDumpThroughPooler({ server }: Route): UpgradeError {
  return new UpgradeError({
    code: 'YF312',
    message:
      'A backup cannot go through a connection pooler: pg_dump would leave its settings behind in connections that YokeFlow gets next.',
    found: [`PostgreSQL itself says that it is at ${server}`],
    remedy: 'Give the direct address with --database-url URL, or upgrade without a backup: --no-backup',
  });
}
