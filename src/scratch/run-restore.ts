import { randomBytes } from 'node:crypto';
import { kindOf, type ArchiveEntry } from '../backup/entries.js';
import type { Connect } from '../database/connect.js';
import { endSessions } from '../database/end-sessions.js';
import { watchProgram } from '../database/programs/watch-program.js';
import type { ClientPrograms, ProgramResult } from '../database/programs/programs.js';
import { formatBytes } from '../inert/words.js';
import type { Amount } from '../engine/progress.js';
import type { RunWait } from '../database/run-wait.js';

/** What it takes to restore an archive into a scratch database. */
export interface Filling {
  readonly programs: ClientPrograms;
  /** Opens sessions beside the database that is filled. */
  readonly beside: Connect;
  /** Opens sessions on a database of the same server. */
  readonly connectTo: (database: string) => Connect;
  /** An archive of pg_dump. */
  readonly file: { readonly path: string; readonly bytes: number };
  /** Its table of contents. */
  readonly entries: readonly ArchiveEntry[];
  /** Makes an empty database and drops the one that it made before. */
  readonly fresh: () => Promise<string>;
  readonly signal: AbortSignal;
  /** What its waits belong to. */
  readonly wait: RunWait;
}

/** pg_restore could not restore something that a restore cannot do without. */
export class NotFilled extends Error {
  override readonly name = 'NotFilled';
  constructor(readonly result: ProgramResult) {
    super(`pg_restore ended with exit code ${result.exitCode}`);
  }
}

/** Runs pg_restore on some of an archive's entries. */
export function runRestore(
  { programs, beside, file, signal, wait, entries: all }: Filling,
  database: string,
  {
    entries,
    flags,
    onAmount,
  }: { entries: readonly ArchiveEntry[]; flags: readonly string[]; onAmount?: (amount: Amount) => void },
): Promise<ProgramResult> {
  // An entry of the database itself is for pg_restore --create alone.
  const ids = entries.filter((entry) => !kindOf(entry).startsWith('DATABASE')).map(({ id }) => id);
  if (ids.length === 0) return Promise.resolve({ exitCode: 0, stderr: '' });
  const applicationName = `yokeflow-upgrade-restore-${randomBytes(4).toString('hex')}`;
  return watchProgram({ connect: beside, applicationName, wait, signal }, (signal, heard) =>
    programs.run({
      program: 'pg_restore',
      // Only then does it say which entry an error is about.
      args: [...flags, '--verbose', '--no-password', `--dbname=dbname=${conninfoValue(database)}`],
      connection: { database, applicationName },
      input: {
        file: file.path,
        bytes: file.bytes,
        onBytes: (sent) => {
          heard();
          onAmount?.({
            detail: `${formatBytes(sent)} of ${formatBytes(file.bytes)}`,
            bytes: sent,
            totalBytes: file.bytes,
          });
        },
      },
      ...(ids.length < all.length && { entries: ids }),
      endOnServer: () => endSessions(beside, applicationName),
      signal,
    }),
  );
}

/** Quotes a value of a connection string ("Connection Strings"): a name with = in it would be read as one itself. */
const conninfoValue = (value: string): string => `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
