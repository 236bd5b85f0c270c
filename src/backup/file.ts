import { rmSync } from 'node:fs';
import { access, link, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '../detect/identity.js';
import { serverTag } from './origin.js';
import { partialName } from './remains.js';

/**
 * What a backup is called: database, release and UTC time, so that a listing tells and sorts them, and then which server
 * and database it is of. That travels with the file, as a list beside it would not.
 * @example yokeflow-1.3.0-20261123T021931Z.7f3a9c2e-16384
 */
export function backupName(database: string, release: string, now: Date, identity?: Identity): string {
  const time = now.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  const server = identity?.systemIdentifier;
  return `${databaseInName(database)}-${release}-${time}${server ? `.${serverTag(server)}-${identity.databaseOid}` : ''}`;
}

/** A database's name as a file's: it may hold anything, a slash included. */
export function databaseInName(database: string): string {
  return database.replaceAll(/[^A-Za-z0-9_.-]/g, '_').replace(/^\./, '_');
}

/** A backup in the making: a `.partial` file, open to this user alone, that becomes a `.dump` or goes away. */
export class PartialFile {
  bytes = 0;
  /** A second signal leaves at once, and an unfinished file must not stay behind even then. */
  private readonly atExit = () => rmSync(this.path, { force: true });

  private constructor(
    readonly path: string,
    private readonly folder: string,
    private readonly name: string,
    private readonly handle: FileHandle,
  ) {
    process.once('exit', this.atExit);
  }

  /** @throws the file system's own error */
  static create(folder: string, name: string): Promise<PartialFile> {
    return firstFree(name, async (free) => {
      const path = join(folder, partialName(free));
      return new PartialFile(path, folder, name, await open(path, 'wx', 0o600));
    });
  }

  async write(bytes: Buffer): Promise<void> {
    await this.handle.appendFile(bytes);
    this.bytes += bytes.length;
  }

  /** Puts what was written on the disk itself: the upgrade that follows relies on it. */
  async flush(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
  }

  /**
   * Gives the file its final name, and replaces no other file.
   * @returns the path
   */
  async publish(): Promise<string> {
    const path = await firstFree(this.name, async (free) => {
      const wanted = join(this.folder, `${free}.dump`);
      await moveToNew(this.path, wanted);
      return wanted;
    });
    process.off('exit', this.atExit);
    await flushFolder(this.folder);
    return path;
  }

  /** Removes it. Never throws. */
  async discard(): Promise<void> {
    process.off('exit', this.atExit);
    await this.handle.close().catch(() => undefined);
    await rm(this.path, { force: true }).catch(() => undefined);
  }
}

/** Tries `name`, `name-2`, `name-3` … until one is not taken. */
async function firstFree<T>(name: string, use: (name: string) => Promise<T>): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await use(number === 1 ? name : `${name}-${number}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** rename() replaces what is there; link() refuses to, and some file systems have no links. */
export async function moveToNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') throw error;
    if (
      await access(to).then(
        () => true,
        () => false,
      )
    )
      throw Object.assign(new Error(`${to} exists`), { code: 'EEXIST' });
    return rename(from, to);
  }
  await rm(from);
}

/** A new name is on the disk only once its folder is. Windows opens no folders. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
