import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileFailure } from '../detect/surroundings.js';
import { ExitCode, UpgradeError } from '../errors/error.js';

export interface DumpFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

/** What every archive of pg_dump begins with, whatever its version (pg_backup_archiver.c). */
const MAGIC = 'PGDMP';

/**
 * Makes sure that a file is there and begins as an archive does. Whether it is whole, pg_restore tells later.
 * @throws {UpgradeError} YF106 when it cannot be read, YF344 when it is something else
 */
export async function openDumpFile(given: string): Promise<DumpFile> {
  const path = resolve(given);
  let head: string;
  let bytes: number;
  try {
    const facts = await stat(path);
    bytes = facts.size;
    if (facts.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    head = await firstBytes(path, 200);
  } catch (cause) {
    throw new UpgradeError({
      code: 'YF106',
      exitCode: ExitCode.usage,
      message: `The file ${path} cannot be read: ${fileFailure(cause)}.`,
      remedy: 'Name a backup, for example: yokeflow-upgrade restore yokeflow-backups/FILE.dump',
      cause,
    });
  }
  if (head.startsWith(MAGIC)) return { path, bytes };
  throw new UpgradeError({
    code: 'YF344',
    exitCode: ExitCode.refused,
    message: `${path} is not an archive of pg_dump.`,
    found: [bytes === 0 ? 'it is empty' : looksLikeSql(head) ? 'it looks like SQL text, which psql reads and pg_restore does not' : `it does not begin with ${MAGIC}`],
    remedy: looksLikeSql(head)
      ? 'Load it with psql into an empty database. Backups of this program: yokeflow-upgrade restore FILE.dump'
      : 'Name another backup: yokeflow-upgrade restore FILE.dump',
  });
}

async function firstBytes(path: string, length: number): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

const looksLikeSql = (head: string): boolean => /^\s*(--|\\restrict|SET |CREATE |BEGIN)/i.test(head);
