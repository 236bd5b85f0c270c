import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flushFolder, moveToNew } from '../backup/file.js';
import { absolutePath } from '../machine/current-folder.js';
import { fileFailure } from '../machine/surroundings.js';
import { UpgradeError } from '../errors/error.js';
import { kindOfFile } from '../machine/file-kind.js';

/**
 * Makes sure, before anything is looked at or asked, that a new file can be made.
 * @returns its absolute path
 * @throws {UpgradeError} YF107 where it is there already, YF108 where it cannot be written, YF112 where it starts from a folder that is gone
 */
export async function newFile(given: string): Promise<string> {
  const path = absolutePath(given, '--out');
  // A link that leads nowhere is there too.
  if (await lstat(path).catch(() => undefined)) throw isThere(path, await stat(path).then(kindOfFile, () => 'a link'));
  await access(dirname(path), constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw cannotBeWritten(path, cause);
  });
  return path;
}

/**
 * Writes a new file, open to this user alone. It is there as a whole or not at all, and takes no other's place.
 * @returns its size in bytes
 * @throws {UpgradeError} YF107, YF108
 */
export async function writeNewFile(path: string, text: string): Promise<number> {
  const unfinished = join(dirname(path), `.yokeflow-upgrade-report-${randomBytes(4).toString('hex')}.partial`);
  const bytes = Buffer.from(text, 'utf8');
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await moveToNew(unfinished, path);
    await flushFolder(dirname(path));
    return bytes.length;
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? isThere(path) : cannotBeWritten(path, cause);
  }
}

function isThere(path: string, kind = 'a file'): UpgradeError {
  return new UpgradeError({
    code: 'YF107',
    message:
      kind === 'a file'
        ? `There is a file ${path} already, and a report replaces none.`
        : `${path} is ${kind}, and a report goes to a new file.`,
    remedy: 'Name another file with --out, or move that one away.',
  });
}

function cannotBeWritten(path: string, cause: unknown): UpgradeError {
  return new UpgradeError({
    code: 'YF108',
    message: `The report cannot be written to ${path}.`,
    found: [`${dirname(path)}: ${fileFailure(cause)}`],
    remedy:
      'Name a file in a folder that you may write to: --out FILE. Without --out the report goes to standard output.',
    cause,
  });
}
