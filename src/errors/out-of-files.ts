import { constants } from 'node:os';
import { ExitCode, UpgradeError } from './error.js';

const numbers: readonly number[] = [constants.errno.EMFILE, constants.errno.ENFILE];

/** Whether this process, or the machine, may open no more files. */
export function isOutOfFiles(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code, errno = 0 } = at as NodeJS.ErrnoException;
    // Not every error that Node hands on from the system has a name, but each has the number (os.networkInterfaces, for one).
    if (code === 'EMFILE' || code === 'ENFILE' || numbers.includes(Math.abs(errno))) return true;
  }
  return false;
}

/** YF114, of an error that comes of it. */
export function outOfFiles(error: unknown, changed: UpgradeError['changed']): UpgradeError {
  return new UpgradeError({
    code: 'YF114',
    exitCode: changed === 'unknown' ? ExitCode.unknownOutcome : ExitCode.failed,
    message: 'Too few files may be open at once for this program to go on.',
    found: [error instanceof Error ? error.message : String(error)],
    remedy: 'Allow more, for example with: ulimit -n 1024; then run the same command again.',
    changed,
    cause: error,
  });
}
