import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { currentFolderOrDeleted } from './current-folder.js';
import { readTextFile, UnreadableFile } from './read-text.js';

/** Everything that detection reads from the machine, as one value, so that a test can give it another. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The folder that relative paths start from; where it has been deleted, a path that leads to nothing. */
  readonly cwd: string;
  /** Numeric user id; absent on Windows. */
  readonly uid?: number;
  /** Login name; absent where the system has no entry for the user id. */
  readonly userName?: string;
  exists(path: string): boolean;
  /**
   * Reads a regular file and never waits.
   * @throws {UnreadableFile} for a folder, a named pipe, a device, what is too large or is in UTF-16
   * @throws the file system's own error, with its `code` (ENOENT, EACCES).
   */
  readText(path: string): string;
  /** What a folder has in it; nothing where it cannot be read. */
  list(folder: string): readonly string[];
  /** The rights of a file, as `chmod` counts them; absent where that cannot be told. */
  modeOf(path: string): number | undefined;
}

/**
 * The machine that this process runs on.
 * @param env the environment to believe, normally `process.env`
 */
export function realSurroundings(env: Surroundings['env'] = process.env): Surroundings {
  const uid = process.getuid?.();
  const userName = loginName(env);
  return {
    env,
    home: (process.platform === 'win32' ? env['USERPROFILE'] : env['HOME']) || homedir(),
    platform: process.platform,
    cwd: currentFolderOrDeleted(),
    ...(uid === undefined ? {} : { uid }),
    ...(userName === undefined ? {} : { userName }),
    exists: existsSync,
    readText: readTextFile,
    list: listFolder,
    modeOf: (path) => {
      const mode = statSync(path, { throwIfNoEntry: false })?.mode;
      return mode === undefined ? undefined : mode & 0o777;
    },
  };
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function loginName(env: Surroundings['env']): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A user id without a passwd entry, as in many containers.
    return env['USER'] || env['USERNAME'] || undefined;
  }
}

/** A file system error in a few words, without the path (the caller has named it). */
export function fileFailure(error: unknown): string {
  if (error instanceof UnreadableFile) return error.message;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ENOTDIR') return 'part of the path is no folder';
  if (code === 'ELOOP') return 'its links lead in a circle';
  if (code === 'ENAMETOOLONG') return 'the name is too long';
  return code ?? 'it cannot be read';
}
