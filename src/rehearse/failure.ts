import { quoteIdentifier } from '../database/quote.js';
import { lastLines } from '../database/programs/programs.js';
import { UpgradeError } from '../errors/error.js';
import { own, withCommands } from '../errors/remedy.js';
import { inertSql } from '../inert/sql.js';
import { withoutProgress } from '../scratch/restore-errors.js';

export function mayNotCopy(role: string): UpgradeError {
  return new UpgradeError({
    code: 'YF347',
    message: 'This role may not make a copy of the database to rehearse on.',
    found: [`the role ${role} lacks CREATEDB`],
    remedy: `Let a superuser run, in psql: ${inertSql(`ALTER ROLE ${quoteIdentifier(role)} CREATEDB`)}; then run this again.`,
  });
}

export function copyFailed(exitCode: number, stderr: string): UpgradeError {
  return new UpgradeError({
    code: 'YF512',
    message: `The copy to rehearse on could not be made: pg_restore ended with exit code ${exitCode}.`,
    found: lastLines(withoutProgress(stderr), 6),
    remedy: ['Fix what pg_restore names, then run: ', own('rehearse')],
  });
}

/** What went wrong on the copy would go wrong on the database. */
export function rehearsalFailed(error: UpgradeError): UpgradeError {
  // Nobody was let in, which says nothing of the upgrade.
  if (['YF701', 'YF213', 'YF321'].includes(error.code)) return error;
  return new UpgradeError({
    code: 'YF513',
    message: 'The rehearsal failed, and so would the upgrade. It was a copy that it failed on.',
    found: [`${error.code}  ${error.message}`, ...error.found],
    remedy: withCommands(error.advice, ([command = '', ...rest]) => [
      command === 'upgrade' ? 'rehearse' : command,
      ...rest,
    ]),
    cause: error,
  });
}

/** It passed, and its end did not: whoever only reads the exit code has to learn that a database is left. */
export function copyLeft(copy: string): UpgradeError {
  return new UpgradeError({
    code: 'YF514',
    message: 'The rehearsal passed, and its copy could not be dropped.',
    found: [`the copy ${copy} is still there`],
    remedy: ['The next rehearsal drops it: ', own('rehearse')],
  });
}

/** Adds to an error that the copy is still there. */
export function withCopyLeft(error: unknown, copy: string): unknown {
  if (!(error instanceof UpgradeError)) return error;
  const found = [...error.found, `the copy ${copy} could not be dropped; the next rehearsal does it`];
  return error.with({ found, leftBehind: [] });
}
