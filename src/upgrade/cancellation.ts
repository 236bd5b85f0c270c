import type { Connect } from '../database/connect.js';
import type { Session } from '../database/session.js';
import { ExitCode, UpgradeError } from '../errors/error.js';

/** Asks the server, over a second session, to give up what it is at as soon as the user cancels. */
export function cancelOnAbort(session: Session, connect: Connect, signal: AbortSignal): () => void {
  const cancel = () => {
    void connect()
      .then(async (second) => {
        await second.rows(`SELECT pg_cancel_backend(${session.pid}) AS cancelled`);
        await second.close();
      })
      .catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}

/** What cancelling comes to: an outcome that is settled already (a COMMIT in doubt, say) stays what it is. */
export function cancelled(error: unknown): unknown {
  if (error instanceof UpgradeError && error.changed !== false) return error;
  return new UpgradeError({
    code: 'YF701',
    exitCode: ExitCode.cancelled,
    message: 'Cancelled. The transaction was rolled back: the database is as it was.',
    remedy: 'To go on later, run the same command again.',
    cause: error,
  });
}
