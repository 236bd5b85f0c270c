import type { ProgramResult } from '../database/programs/programs.js';
import type { Amount } from '../engine/progress.js';
import { finishLater, subscriptionsLeft, takeOwners } from './finish.js';
import { ignoredErrors, isUnknownSetting, readRestoreErrors, type RestoreError } from './restore-errors.js';
import { NotFilled, runRestore, type Filling } from './run-restore.js';
import { unfinishedOf, type Unfinished } from './unfinished.js';
import { comesLast, isSubscription, mayBeMissing } from './without-rows.js';

export interface Filled {
  readonly database: string;
  readonly unfinished: readonly Unfinished[];
}

/** How often a restore begins anew without one thing more. */
const MOST_ATTEMPTS = 25;

/**
 * Restores an archive into an empty database. Rows, tables, constraints, sequences and what is YokeFlow's are restored
 * first, and pg_restore stops at the first error. What holds no rows may fail: it is left out, and told with the statement
 * that finishes it. So a half is never taken for a whole: nothing but what is told was ever passed over.
 * @param onAmount told how much has been fed to pg_restore
 * @throws {NotFilled} the caller explains it
 * @throws whatever {@link ClientPrograms.run} throws
 */
export async function fillDatabase(filling: Filling, onAmount: (amount: Amount) => void): Promise<Filled> {
  const left = new Map<string, Unfinished>();
  const flags = new Set<string>();
  for (let attempt = 1; ; attempt++) {
    const database = await filling.fresh();
    const wanted = filling.entries.filter(
      (entry) => !comesLast(entry) && !isSubscription(entry) && !left.has(entry.id),
    );
    const result = await runRestore(filling, database, {
      entries: wanted,
      flags: [...flags, ...(filling.programs.setsWhatServerLacks ? [] : ['--exit-on-error'])],
      onAmount,
    });
    const failed = firstError(result);
    if (failed === undefined) {
      const later = filling.entries.filter((entry) => comesLast(entry) && !isSubscription(entry));
      const unfinished = [
        ...left.values(),
        ...(await finishLater(filling, database, later, [...flags])),
        ...(await subscriptionsLeft(filling)),
      ];
      return {
        database,
        unfinished: flags.size > 0 ? [...unfinished, ...(await takeOwners(filling, database, flags))] : unfinished,
      };
    }
    const flag = flagFor(failed);
    const entry = filling.entries.find(({ id }) => id === failed.entry);
    if (failed.passing || attempt >= MOST_ATTEMPTS) throw new NotFilled(result);
    if (flag !== undefined && !flags.has(flag)) flags.add(flag);
    else if (entry !== undefined && mayBeMissing(entry)) left.set(entry.id, unfinishedOf(failed, entry));
    else throw new NotFilled(result);
  }
}

/** Owners and tablespaces are no rows either: without those that the server lacks, everything can be made. */
function flagFor({ command = '', message }: RestoreError): string | undefined {
  if (/^ALTER [\s\S]* OWNER TO /.test(command)) return '--no-owner';
  return /default_tablespace/.test(message) ? '--no-tablespaces' : undefined;
}

/** The first error of a run, but for a setting that the server lacks; undefined where it restored everything. */
function firstError(result: ProgramResult): RestoreError | undefined {
  if (result.exitCode === 0) return undefined;
  const errors = readRestoreErrors(result.stderr);
  const counted = ignoredErrors(result.stderr);
  const real = errors.filter((error) => !isUnknownSetting(error));
  if (real.length === 0 && counted === errors.length && counted > 0) return undefined;
  return real[0] ?? { entry: undefined, message: result.stderr, command: undefined, passing: true };
}
