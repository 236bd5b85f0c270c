import { quoteIdentifier } from '../database/quote.js';
import { inertSql } from '../inert/sql.js';
import { lastLines, type ProgramResult } from '../database/programs/programs.js';
import { withoutProgress } from '../scratch/restore-errors.js';
import { ConnectionLost, DatabaseError } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';

/** Why pg_restore gave up. */
export function restoreRefused({ exitCode, stderr }: ProgramResult, database: string): UpgradeError {
  const role = /role "(.+)" does not exist/.exec(stderr)?.[1];
  return failed(
    `pg_restore ended with exit code ${exitCode}`,
    lastLines(withoutProgress(stderr), 6),
    role !== undefined
      ? `The backup holds objects of the role ${role}. Make it on this server, in psql: ${inertSql(`CREATE ROLE ${quoteIdentifier(role)}`)}; then run this again.`
      : `Fix what pg_restore names, then run this again. The database ${database} is in use as before.`,
  );
}

/** The archive was restored, and what came out is not what an upgrade or YokeFlow could use. */
export function archiveIsNotYokeflow(refused: UpgradeError): UpgradeError {
  return new UpgradeError({
    code: 'YF346',
    message: 'What the file holds is not a whole YokeFlow database, so it did not take the place of yours.',
    found: [refused.message, ...refused.found],
    remedy: ['Name another backup: ', own('restore', 'FILE')],
    cause: refused,
  });
}

/**
 * What an error on the way means to the user.
 * @param left the scratch database, where it could not be dropped
 */
export function restoreFailure(error: unknown, left: string | undefined, signal: AbortSignal): unknown {
  const coded = codedFailure(error, signal);
  if (left === undefined || !(coded instanceof UpgradeError)) return coded;
  return coded.with({
    found: [...coded.found, `the scratch database ${left} could not be dropped; the next restore does it`],
  });
}

function codedFailure(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof UpgradeError && error.changed !== false) return error;
  if (signal.aborted) {
    return new UpgradeError({
      code: 'YF701',
      message: 'Cancelled. The database is as it was.',
      aftermath: 'The database is as it was.',
      remedy: 'To go on later, run the same command again.',
      cause: error,
    });
  }
  if (error instanceof UpgradeError && error.code !== 'YF503') return error;
  if (error instanceof DatabaseError && error.sqlState === '42501') return mayNot(error.message, error);
  if (error instanceof DatabaseError)
    return failed(error.message, [`SQLSTATE ${error.sqlState}`, ...[error.detail ?? []].flat()], again, error);
  if (error instanceof ConnectionLost || error instanceof UpgradeError)
    return failed(error.message.split('\n')[0] ?? '', [], again, error);
  return error;
}

const again = 'Fix what is named above, then run the same command again.';

/** A table that has rows now and would have none. */
export interface LostRows {
  readonly table: string;
  /** Null where they could not be counted. */
  readonly rows: number | null;
}

/** The backup has the tables and not their rows. */
export function withoutRows(database: string, lost: readonly LostRows[]): UpgradeError {
  return new UpgradeError({
    code: 'YF348',
    message: `The backup holds no rows where the database ${database} has some.`,
    found: lost.map(({ table, rows }) => `${table}: ${rows ?? 'an unknown number of'} rows now, none in the backup`),
    remedy: ['Name another backup, or restore this one all the same: ', own('restore', 'FILE', '--discard-rows')],
  });
}

/** The role lacks what a restore needs besides owning the database. */
export function mayNot(what: string, cause?: unknown): UpgradeError {
  return new UpgradeError({
    code: 'YF345',
    message: 'This role may not restore: it has to make a database, and to rename it and the one that is there.',
    found: [what],
    remedy:
      "Let a superuser run, in psql: ALTER ROLE NAME CREATEDB; or connect as the database's owner with --database-url URL",
    cause,
  });
}

function failed(what: string, found: readonly string[], remedy: string, cause?: unknown): UpgradeError {
  return new UpgradeError({
    code: 'YF511',
    message: `The restore failed: ${what}. The database is as it was.`,
    found,
    remedy,
    cause,
  });
}
