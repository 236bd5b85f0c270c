import { ConnectionLost, DatabaseError } from '../database/session.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { isLockConflict } from './probes.js';

/**
 * Gives an error of a session the code under which users meet it; anything else stays what it is. Only for errors
 * that left no transaction behind that could have been committed.
 */
export function codedError(error: unknown): unknown {
  if (error instanceof ConnectionLost) {
    return new UpgradeError({
      code: 'YF503',
      exitCode: ExitCode.failed,
      message: 'The connection was lost before anything was committed; PostgreSQL rolls back what was under way.',
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
      remedy: 'Nothing was changed. For what this means, run: yokeflow-upgrade explain YF501',
      cause: error,
    });
  }
  return error;
}
