import type { Backup } from '../backup/make.js';
import type { Rehearsal } from '../rehearse/rehearse.js';
import { SeveralDatabases } from '../detect/choose.js';
import type { Alternative, Target } from '../database/target.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { isOutOfFiles, outOfFiles } from '../errors/out-of-files.js';
import type { Explanation, ListedCode } from '../errors/explanations.js';
import { codedError } from '../engine/coded-error.js';
import type { Finding } from '../inspection/findings.js';
import type { MadeReport } from '../support-report/made.js';
import type { Restored } from '../restore/restore.js';
import type { Inspection } from '../inspection/inspect.js';
import type { Removed } from '../engine/progress.js';
import type { RollbackPlan } from '../engine/rollback/plan.js';
import type { Check } from '../engine/verify.js';
import type { Version } from '../planning/version.js';
import type { Contents } from './contents.js';
import { mayHaveChanged } from './signals.js';

export type Result =
  | 'upgraded'
  | 'repaired'
  | 'already-current'
  | 'planned'
  | 'due'
  | 'verified'
  | 'rehearsed'
  | 'backed-up'
  | 'restored'
  | 'rolled-back'
  | 'reported'
  | 'explained'
  | 'listed'
  | 'printed'
  | 'refused'
  | 'busy'
  | 'failed'
  | 'unknown'
  | 'cancelled'
  | 'not-found'
  | 'wrong-usage';

/** What a command came to: the one value that every kind of output is made from. */
export interface Outcome {
  readonly command: string;
  readonly result: Result;
  readonly exitCode: ExitCode;
  readonly target?: Target | undefined;
  /** The database as it is at the end. */
  readonly inspection?: Inspection | undefined;
  /** What was due at the beginning, once the command has committed it: also where it could not be looked at afterwards. */
  readonly before?: Inspection | undefined;
  readonly checks?: readonly Check[];
  readonly findings?: readonly Finding[];
  /** What came up on the way, besides what was found in the database. */
  readonly noted?: readonly Finding[];
  /** What of this program's own making the run removed, its leftovers of earlier runs included. */
  readonly removed?: readonly Removed[];
  /** What the database holds, which runs it remembers and which backup there is. */
  readonly contents?: Contents | undefined;
  /** What a rehearsal came to. */
  readonly rehearsal?: Rehearsal | undefined;
  /** The backup that this run made. */
  readonly backup?: Backup | undefined;
  /** What a restore put in the database's place, and what became of the one that was there. */
  readonly restored?: (Restored & { readonly file: string; readonly replaced?: Version | undefined }) | undefined;
  /** The rollback that was made, planned or refused. */
  readonly rollback?: RollbackPlan | undefined;
  /** The script of `plan --sql` and of a dry run. */
  readonly sql?: string | undefined;
  /** The script of `completion`. */
  readonly completion?: string | undefined;
  /** The report that was made, for `report`. */
  readonly report?: MadeReport | undefined;
  /** What a code means, for `explain`. */
  readonly explanation?: Explanation | undefined;
  /** Every code, for `explain` without one. */
  readonly codes?: readonly ListedCode[] | undefined;
  /** The databases of which one has to be chosen. */
  readonly candidates?: readonly Alternative[] | undefined;
  readonly error?: UpgradeError | undefined;
}

const resultOfExit: Partial<Record<ExitCode, Result>> = {
  [ExitCode.usage]: 'wrong-usage',
  [ExitCode.refused]: 'refused',
  [ExitCode.noDatabase]: 'not-found',
  [ExitCode.busy]: 'busy',
  [ExitCode.unknownOutcome]: 'unknown',
  [ExitCode.cancelled]: 'cancelled',
};

/** The outcome of a command that ended in an error. What was known until then stays in it. */
export function failure(
  error: unknown,
  known: Pick<Outcome, 'command' | 'target' | 'inspection' | 'before' | 'checks' | 'noted' | 'removed'>,
): Outcome {
  const recognised = codedError(error);
  const coded = withoutFiles(recognised) ?? (recognised instanceof UpgradeError ? recognised : unexpected(recognised));
  const several = coded instanceof SeveralDatabases ? { candidates: coded.candidates } : {};
  return {
    ...known,
    ...several,
    result: resultOfExit[coded.exitCode] ?? 'failed',
    exitCode: coded.exitCode,
    error: coded,
  };
}

/** An error that says otherwise what became of the database is left as it is. */
function withoutFiles(error: unknown): UpgradeError | undefined {
  if (!isOutOfFiles(error) || (error instanceof UpgradeError && error.changed !== false)) return undefined;
  return outOfFiles(error, error instanceof UpgradeError || !mayHaveChanged() ? false : 'unknown');
}

function unexpected(error: unknown): UpgradeError {
  return new UpgradeError({
    code: 'YF901',
    exitCode: mayHaveChanged() ? ExitCode.unknownOutcome : ExitCode.failed,
    message: `Something went wrong that this program does not know: ${error instanceof Error ? error.message : String(error)}`,
    remedy: [own('status'), ', to see where the database is. Then run it again with --verbose.'],
    changed: mayHaveChanged() ? 'unknown' : false,
    cause: error,
  });
}
