import { SeveralDatabases } from '../detect/choose.js';
import { codedError } from '../engine/coded-error.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { isOutOfFiles, outOfFiles } from '../errors/out-of-files.js';
import type { CommandName, Known, OutcomeOf, Result } from './outcome.js';
import { own } from '../errors/remedy.js';

const resultOfExit: Partial<Record<ExitCode, Result>> = {
  [ExitCode.usage]: 'wrong-usage',
  [ExitCode.refused]: 'refused',
  [ExitCode.noDatabase]: 'not-found',
  [ExitCode.busy]: 'busy',
  [ExitCode.unknownOutcome]: 'unknown',
  [ExitCode.cancelled]: 'cancelled',
};

/**
 * The one place that makes an outcome of an error.
 * @param known what was known until then, which stays in the outcome
 * @param mayHaveChanged whether the run had come to where it changes something
 */
export function failure<C extends CommandName>(
  command: C,
  error: unknown,
  known: Partial<Known<C>> = {},
  mayHaveChanged = false,
): OutcomeOf<C> {
  const coded = asCoded(error, mayHaveChanged);
  const several = coded instanceof SeveralDatabases ? { candidates: coded.candidates } : {};
  const result = resultOfExit[coded.exitCode] ?? 'failed';
  return { ...known, ...several, command, result, exitCode: coded.exitCode, error: coded } as unknown as OutcomeOf<C>;
}

/** An error with a code of this program's, whatever was thrown. */
export function asCoded(error: unknown, mayHaveChanged = false): UpgradeError {
  const recognised = codedError(error);
  const changed = mayHaveChanged ? 'unknown' : false;
  // An error that already says what became of the database is left as it is.
  if (isOutOfFiles(recognised) && !(recognised instanceof UpgradeError && recognised.changed !== false)) {
    return recognised instanceof UpgradeError
      ? outOfFiles(recognised, false).with({ leftBehind: recognised.leftBehind })
      : outOfFiles(recognised, changed);
  }
  if (recognised instanceof UpgradeError) return recognised;
  return new UpgradeError({
    code: 'YF901',
    exitCode: mayHaveChanged ? ExitCode.unknownOutcome : ExitCode.failed,
    message: `Something went wrong that this program does not know: ${recognised instanceof Error ? recognised.message : String(recognised)}`,
    remedy: [own('status'), ', to see where the database is. Then run it again with --verbose.'],
    changed,
    cause: recognised,
  });
}

/** `maxTime` ended the run, not the user. */
export function endedByTime<C extends CommandName>(outcome: OutcomeOf<C>): OutcomeOf<C> {
  const { error } = outcome;
  if (error?.code !== 'YF701') return outcome;
  const { changed, leftBehind, cause } = error;
  const exitCode =
    changed === 'unknown' ? ExitCode.unknownOutcome : changed ? ExitCode.changedAndFailing : ExitCode.failed;
  const timeUp = new UpgradeError({
    code: 'YF509',
    exitCode,
    changed,
    leftBehind,
    cause,
    message: 'The time of --max-time was over before the run was done.',
    found: [error.aftermath ?? error.message],
    remedy: ['To see where the database is, run: ', own('status')],
  });
  return { ...outcome, result: resultOfExit[exitCode] ?? 'failed', exitCode, error: timeUp };
}
