import type { Connect } from '../database/connect.js';
import type { Session } from '../database/session.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { codedError } from './coded-error.js';

/**
 * Runs `work` on a session of its own, which the server is asked to interrupt as soon as the user cancels.
 * @throws {UpgradeError} YF701 where the user cancelled, and whatever code an error of the session stands for
 */
export async function withCancellableSession<T>(connect: Connect, signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connect();
  const stopCancelling = cancelOnAbort(session, connect, signal);
  try {
    return await work(session);
  } catch (error) {
    throw signal.aborted ? cancelled(error) : codedError(error);
  } finally {
    stopCancelling();
    await session.close();
  }
}

/** Asks the server, over a second session, to give up what it is at as soon as the user cancels. */
function cancelOnAbort(session: Session, connect: Connect, signal: AbortSignal): () => void {
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
function cancelled(error: unknown): unknown {
  if (error instanceof UpgradeError && error.changed !== false) return error;
  return new UpgradeError({
    code: 'YF701',
    exitCode: ExitCode.cancelled,
    message: 'Cancelled. The transaction was rolled back: the database is as it was.',
    remedy: 'To go on later, run the same command again.',
    cause: error,
  });
}
