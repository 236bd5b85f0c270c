import { readlinkSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { UpgradeError } from '../errors/error.js';

/**
 * The absolute path of what the user named; a relative one starts from the current folder.
 * @param what what named it, such as `--backup-dir`
 * @throws {UpgradeError} YF112 where that has been deleted
 */
export function absolutePath(given: string, what: string): string {
  if (isAbsolute(given)) return resolve(given);
  const folder = currentFolder();
  if (folder !== undefined) return resolve(folder, given);
  throw new UpgradeError({
    code: 'YF112',
    message: `The current folder ${nameOfDeleted()} is not there any more, and ${given} (${what}) starts from it.`,
    remedy:
      'Change to a folder that is there, for example with: cd; or give an absolute path. Then run the same command again.',
  });
}

/** The current folder; where it has been deleted, a path that leads to nothing and tells so. */
export function currentFolderOrDeleted(): string {
  return currentFolder() ?? nameOfDeleted();
}

/** Undefined where it has been deleted: getcwd(2) then knows no path of it. */
function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** The absolute path of what is only looked for: below a current folder that has been deleted nothing is found. */
export const pathIfThere = (given: string): string => resolve(currentFolderOrDeleted(), given);

/** What it was called. Linux tells, and marks it (proc(5)); elsewhere the shell may have said. */
function nameOfDeleted(): string {
  try {
    return readlinkSync('/proc/self/cwd');
  } catch {
    const said = process.env['PWD'];
    return `${said !== undefined && isAbsolute(said) ? said : '/'} (deleted)`;
  }
}
