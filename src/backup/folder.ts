import { constants } from 'node:fs';
import { access, mkdir, realpath, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { absolutePath, currentFolderOrDeleted } from '../machine/current-folder.js';
import { UpgradeError } from '../errors/error.js';
import { mountPoints, outlives } from '../machine/container.js';
import { kindOfFile } from '../machine/file-kind.js';
import { readTextFile } from '../machine/read-text.js';
import { formatBytes } from '../inert/words.js';

/** Where backups go without `--backup-dir`: a folder of their own where the command is run. */
export const DEFAULT_FOLDER = 'yokeflow-backups';

/**
 * The absolute path of the folder for backups.
 * @param given as the user named it; undefined for the default
 * @throws {UpgradeError} YF112 (exit 2) when it starts from a current folder that is gone
 */
export function backupFolder(given: string | undefined): string {
  return absolutePath(given ?? DEFAULT_FOLDER, given === undefined ? 'where backups go' : '--backup-dir');
}

/**
 * Makes sure, without making anything, that a backup can be written.
 * @param given as for {@link backupFolder}
 * @param needBytes the database's size: a dump holds no indexes and is compressed, so it is smaller than that
 * @returns the folder's absolute path, and the bytes that are free there
 * @throws {UpgradeError} YF340 when there is not enough room, YF342 when the folder cannot be written to
 */
export async function inspectFolder(
  given: string | undefined,
  needBytes: number,
): Promise<{ folder: string; freeBytes: number }> {
  const folder = backupFolder(given);
  const existing = await nearestExisting(folder);
  await access(existing, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw unusable(folder, cause);
  });
  const { bavail, bsize } = await statfs(existing);
  const freeBytes = bavail * bsize;
  if (freeBytes < needBytes) throw tooSmall(folder, needBytes, freeBytes);
  return { folder, freeBytes };
}

/**
 * Makes the folder, closed to other users, where it is missing.
 * @throws {UpgradeError} YF342
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    // The default is often inside a checkout, and a database's rows must not end up in a commit.
    if (made !== undefined && folder === resolve(currentFolderOrDeleted(), DEFAULT_FOLDER))
      await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

/** What tells of the container: its environment, and its mounts as /proc/self/mountinfo has them. */
type MachineFacts = [env?: NodeJS.ProcessEnv, mountinfo?: () => string];

/**
 * Whether the folder is gone as soon as this program is: inside a container of its own image, on no mounted volume.
 * The Dockerfile sets the variable.
 */
export async function vanishes(
  folder: string,
  ...[env = process.env, mountinfo = () => readTextFile('/proc/self/mountinfo')]: MachineFacts
): Promise<boolean> {
  if (!env['YOKEFLOW_UPGRADE_IMAGE']) return false;
  return !outlives(mountPoints(mountinfo()), await realpath(await nearestExisting(folder)));
}

/**
 * Makes sure that a backup outlives this program.
 * @throws {UpgradeError} YF364
 */
export async function requireKept(folder: string, ...from: MachineFacts): Promise<void> {
  if (!(await vanishes(folder, ...from))) return;
  throw new UpgradeError({
    code: 'YF364',
    message: `The backup would be written to ${folder}, which is inside this container and is gone with it.`,
    remedy:
      'Mount a folder: add to docker run: -v "$PWD:/work". Or name one that is mounted: --backup-dir DIR. To do without a backup: --no-backup',
  });
}

async function nearestExisting(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined);
    if (found && !found.isDirectory())
      throw unusable(folder, new Error(`${path} is ${kindOfFile(found)}, and no folder`));
    if (found || path === dirname(path)) return path;
  }
}

function tooSmall(folder: string, need: number, free: number): UpgradeError {
  return new UpgradeError({
    code: 'YF340',
    message: `There is not enough room for the backup in ${folder}.`,
    found: [
      `needed: ${formatBytes(need)} (the database's size; the backup is usually much smaller)`,
      `free: ${formatBytes(free)}`,
    ],
    remedy: 'Name a folder with more room: --backup-dir DIR. To upgrade without a backup: --no-backup',
  });
}

function unusable(folder: string, cause: unknown): UpgradeError {
  if (cause instanceof UpgradeError) return cause;
  return new UpgradeError({
    code: 'YF342',
    message: `The backup cannot be written to ${folder}.`,
    found: [cause instanceof Error ? cause.message : String(cause)],
    remedy: 'Name a folder that you may write to: --backup-dir DIR. To upgrade without a backup: --no-backup',
    cause,
  });
}
