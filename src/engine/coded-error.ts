import { ConnectionLost, DatabaseError, NoProgress, ServerSilent, SilentWhileLooking } from '../database/session.js';
import { stoppedAnswering } from '../database/silent-error.js';
import type { ErrorCode } from '../errors/codes.js';
import { UpgradeError } from '../errors/error.js';
import { own, type Remedy } from '../errors/remedy.js';
import { isLockConflict } from './probes.js';

/**
 * Gives an error of a session its code; any other error stays as it is. Only for errors after which nothing can have
 * been committed.
 */
export function codedError(error: unknown): unknown {
  if (error instanceof SilentWhileLooking) return stoppedAnswering(error);
  if (error instanceof ServerSilent) {
    return notCommitted('YF506', 'The server stopped answering before the change was committed', error, [
      'See that the server goes on (a paused container, a stopped process, a cut network). Then run: ',
      own('status'),
      ', and the same command again.',
    ]);
  }
  if (error instanceof NoProgress) {
    return notCommitted(
      'YF507',
      'A statement came no further for longer than --wait allows, before the change was committed',
      error,
      'See on the server what its process is at (stopped, or waiting for a disk): until it ends it may hold locks. Then run the same command again, with a longer --wait SECONDS if it was only slow.',
    );
  }
  if (error instanceof ConnectionLost) {
    return notCommitted('YF503', 'The connection was lost before the change was committed', error, [
      own('status'),
      ', and then the same command again.',
    ]);
  }
  if (isLockConflict(error)) {
    return new UpgradeError({
      code: 'YF402',
      message: `YokeFlow's tables are in use (${error.message}).`,
      remedy: "Let whoever holds them end, or stop YokeFlow's API and agents; then run the same command again.",
      cause: error,
    });
  }
  if (error instanceof DatabaseError) {
    return new UpgradeError({
      code: 'YF501',
      message: `PostgreSQL refused: ${error.message}`,
      found: [`SQLSTATE ${error.sqlState}`, ...[error.detail ?? []].flat()],
      remedy: ['For what this means, run: ', own('explain', 'YF501')],
      cause: error,
    });
  }
  return error;
}

/** @param what without a full stop */
function notCommitted(code: ErrorCode, what: string, cause: ConnectionLost, remedy: Remedy): UpgradeError {
  return new UpgradeError({
    code,
    message: `${what}; PostgreSQL rolls back what was under way.`,
    found: cause.message.split('\n'),
    remedy,
    cause,
  });
}
