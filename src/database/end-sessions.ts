import type { Connect } from './connect.js';
import { quoteLiteral } from './quote.js';

/**
 * Ends every session that goes by an application name: the way to a program whose process cannot be reached. Never
 * throws; where the server cannot be asked, it has no session to end either.
 * @param connect opens a session of the same role, which may end its own ("Server Signaling Functions")
 */
export async function endSessions(connect: Connect, applicationName: string): Promise<void> {
  try {
    const session = await connect();
    try {
      await session.rows(
        `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
          WHERE application_name = ${quoteLiteral(applicationName)} AND pid <> pg_backend_pid()`);
    } finally {
      await session.close();
    }
  } catch {
    // As said above.
  }
}
