import { randomBytes } from 'node:crypto';
import type { Connect } from '../database/connect.js';
import { endSessions } from '../database/end-sessions.js';
import type { ClientPrograms, ProgramResult } from '../database/programs/programs.js';
import { formatBytes } from '../report/words.js';
import type { Amount } from '../upgrade/progress.js';

export interface Filling {
  readonly programs: ClientPrograms;
  /** Opens sessions beside the database that is filled. */
  readonly beside: Connect;
  /** An archive of pg_dump. */
  readonly file: { readonly path: string; readonly bytes: number };
  readonly signal: AbortSignal;
}

/**
 * Restores an archive into an empty database, and stops at the first error.
 * @param onAmount told how much has been fed to pg_restore
 * @returns how pg_restore ended; an exit code other than 0 is the caller's to explain
 * @throws whatever {@link ClientPrograms.run} throws
 */
export async function fillDatabase({ programs, beside, file, signal }: Filling, database: string, onAmount: (amount: Amount) => void): Promise<ProgramResult> {
  const applicationName = `yokeflow-upgrade-restore-${randomBytes(4).toString('hex')}`;
  const result = await programs.run({
    program: 'pg_restore',
    args: [...(programs.setsWhatServerLacks ? [] : ['--exit-on-error']), '--no-password', `--dbname=dbname=${conninfoValue(database)}`],
    connection: { database, applicationName },
    input: { file: file.path, bytes: file.bytes, onBytes: (sent) => onAmount({ detail: `${formatBytes(sent)} of ${formatBytes(file.bytes)}`, bytes: sent, totalBytes: file.bytes }) },
    endOnServer: () => endSessions(beside, applicationName),
    signal,
  });
  return programs.setsWhatServerLacks && failedAtThatAlone(result) ? { ...result, exitCode: 0 } : result;
}

/**
 * Whether the setting that the server does not know was all that failed: pg_restore counts the errors that it went
 * on after. Pure.
 */
export function failedAtThatAlone({ stderr }: ProgramResult): boolean {
  return /errors ignored on restore: 1$/m.test(stderr) && /unrecognized configuration parameter "transaction_timeout"/.test(stderr);
}

/** Quotes a value of a connection string ("Connection Strings"): a name with = in it would be read as one itself. */
const conninfoValue = (value: string): string => `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
