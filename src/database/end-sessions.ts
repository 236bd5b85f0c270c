import type { Connect } from './connect.js';
import { within } from './reachable.js';
import { quoteLiteral } from './quote.js';

/** Milliseconds. */
const END_MS = 2500;

/**
 * Ends every session that goes by an application name: the way to a program whose process cannot be reached. Never
 * throws, and takes no longer than a few seconds; a server that cannot be asked ends the session itself, once it gets to writing to it.
 * @param connect opens a session of the same role, which may end its own ("Server Signaling Functions")
 */
export async function endSessions(connect: Connect, applicationName: string): Promise<void> {
  const ending = end(connect, applicationName).catch(() => undefined);
  await within(END_MS, ending).catch(() => undefined);
}

async function end(connect: Connect, applicationName: string): Promise<void> {
  const session = await connect();
  try {
    await session.rows(
      `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
        WHERE application_name = ${quoteLiteral(applicationName)} AND pid <> pg_backend_pid()`,
    );
  } finally {
    await session.close();
  }
}
