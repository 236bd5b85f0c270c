import { lastLines, type ProgramResult } from '../database/programs/programs.js';
import { tableLocked } from '../database/programs/watch-program.js';
import { ConnectionLost } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';

/** Why pg_dump itself gave up. */
export function dumpRefused({ exitCode, stderr }: ProgramResult): UpgradeError {
  const found = lastLines(stderr, 4);
  if (exitCode === 127 && /not found in this container/.test(stderr)) {
    return new UpgradeError({
      code: 'YF341',
      message: 'There is no pg_dump in the container.',
      found,
      remedy:
        'Go through its port with --database-url URL and a pg_dump of this machine. To upgrade without a backup: --no-backup',
    });
  }
  // --lock-wait-timeout is a statement_timeout for the one statement that locks the tables (pg_dump.c).
  if (/LOCK TABLE/.test(stderr) && /timeout/.test(stderr)) return tableLocked(found);
  return failed(`pg_dump ended with exit code ${exitCode}`, found);
}

/** What an error on the way to a backup means to the user. The unfinished file is gone by then. */
export function backupFailure(error: unknown, folder: string, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return new UpgradeError({
      code: 'YF701',
      message: 'Cancelled during the backup. The unfinished file was removed.',
      remedy: 'To go on later, run the same command again.',
      cause: error,
    });
  }
  if (error instanceof UpgradeError)
    return error.code === 'YF344' ? failed('pg_restore cannot read what pg_dump wrote', error.found, error) : error;
  if (error instanceof ConnectionLost) return failed(error.message, [], error);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return failed(`the disk of ${folder} is full`, [message], error);
  return code === undefined ? error : failed(message, [], error);
}

function failed(what: string, found: readonly string[], cause?: unknown): UpgradeError {
  return new UpgradeError({
    code: 'YF510',
    message: `The backup failed: ${what}. The unfinished file was removed.`,
    found,
    remedy:
      'Fix what is named above, or name another folder with --backup-dir DIR; then run the same command again. To upgrade without a backup: --no-backup',
    cause,
  });
}
