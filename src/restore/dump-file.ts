import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { absolutePath } from '../machine/current-folder.js';
import { fileFailure } from '../machine/surroundings.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { kindOfFile } from '../machine/file-kind.js';

export interface DumpFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

/** What every archive of pg_dump begins with, whatever its version (pg_backup_archiver.c). */
const MAGIC = 'PGDMP';

/**
 * Makes sure that a file is there and begins as an archive does. Whether it is whole, pg_restore tells later. What is no file is refused
 * at once: opening a pipe would wait for whoever writes to it, and it is read more than once.
 * @throws {UpgradeError} YF106 when it cannot be read or is no file, YF112 when it starts from a folder that is gone, YF344 when it is something else
 */
export async function openDumpFile(given: string): Promise<DumpFile> {
  const path = absolutePath(given, 'FILE');
  let head: string;
  let bytes: number;
  try {
    const facts = await stat(path);
    refuseOther(path, facts);
    bytes = facts.size;
    head = await firstBytes(path, 200);
  } catch (cause) {
    if (cause instanceof UpgradeError) throw cause;
    throw new UpgradeError({
      code: 'YF106',
      message: `The file ${path} cannot be read: ${fileFailure(cause)}.`,
      remedy: ['Name a backup, for example: ', own('restore', 'yokeflow-backups/FILE.dump')],
      cause,
    });
  }
  if (head.startsWith(MAGIC)) return { path, bytes };
  throw new UpgradeError({
    code: 'YF344',
    message: `${path} is not an archive of pg_dump.`,
    found: [
      bytes === 0
        ? 'it is empty'
        : looksLikeSql(head)
          ? 'it looks like SQL text, which psql reads and pg_restore does not'
          : `it does not begin with ${MAGIC}`,
    ],
    remedy: looksLikeSql(head)
      ? ['Load it with psql into an empty database. Backups of this program: ', own('restore', 'FILE.dump')]
      : ['Name another backup: ', own('restore', 'FILE.dump')],
  });
}

function refuseOther(path: string, facts: Stats): void {
  if (facts.isFile()) return;
  throw new UpgradeError({
    code: 'YF106',
    message: `${path} cannot be restored from: it is ${kindOfFile(facts)}, and a backup has to be a file.`,
    remedy: facts.isDirectory()
      ? ['Name a backup in it, for example: ', own('restore', 'yokeflow-backups/FILE.dump')]
      : ['Write what comes out of it to a file, and name that: ', own('restore', 'FILE.dump')],
  });
}

async function firstBytes(path: string, length: number): Promise<string> {
  // Should a pipe have taken its place, this does not wait for it. Windows has no such flag.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    refuseOther(path, await handle.stat());
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

const looksLikeSql = (head: string): boolean => /^\s*(--|\\restrict|SET |CREATE |BEGIN)/i.test(head);
