import { ConnectionLost, DatabaseError, NoProgress, ServerSilent, SilentWhileLooking } from '../database/session.js';
import { stoppedAnswering } from '../database/silent-error.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { isLockConflict } from './probes.js';

/**
 * Gives an error of a session the code under which users meet it; anything else stays what it is. Only for errors
 * that left no transaction behind that could have been committed.
 */
export function codedError(error: unknown): unknown {
  if (error instanceof SilentWhileLooking) return stoppedAnswering(error);
  if (error instanceof ServerSilent) {
    return new UpgradeError({
      code: 'YF506',
      exitCode: ExitCode.failed,
      message: 'The server stopped answering before the change was committed; PostgreSQL rolls back what was under way.',
      found: error.message.split('\n'),
      remedy: 'See that the server goes on (a paused container, a stopped process, a cut network). Then run: yokeflow-upgrade status, and the same command again.',
      cause: error,
    });
  }
  if (error instanceof NoProgress) {
    return new UpgradeError({
      code: 'YF507',
      exitCode: ExitCode.failed,
      message: 'A statement came no further for longer than --wait allows, before the change was committed; PostgreSQL rolls back what was under way.',
      found: error.message.split('\n'),
      remedy: 'See on the server what its process is at (stopped, or waiting for a disk): until it ends it may hold locks. Then run the same command again, with a longer --wait SECONDS if it was only slow.',
      cause: error,
    });
  }
  if (error instanceof ConnectionLost) {
    return new UpgradeError({
      code: 'YF503',
      exitCode: ExitCode.failed,
      message: 'The connection was lost before the change was committed; PostgreSQL rolls back what was under way.',
      found: error.message.split('\n'),
      remedy: 'Run: yokeflow-upgrade status, and then the same command again.',
      cause: error,
    });
  }
  if (isLockConflict(error)) {
    return new UpgradeError({
      code: 'YF402',
      exitCode: ExitCode.busy,
      message: `YokeFlow's tables are in use (${error.message}).`,
      remedy: 'Run the same command again, or allow a longer wait with --lock-timeout MS.',
      cause: error,
    });
  }
  if (error instanceof DatabaseError) {
    return new UpgradeError({
      code: 'YF501',
      exitCode: ExitCode.failed,
      message: `PostgreSQL refused: ${error.message}`,
      found: [`SQLSTATE ${error.sqlState}`, ...[error.detail ?? []].flat()],
      remedy: 'For what this means, run: yokeflow-upgrade explain YF501',
      cause: error,
    });
  }
  return error;
}
