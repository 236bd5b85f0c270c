import type { Backup } from '../backup/make.js';
import type { Alternative, Target } from '../database/target.js';
import type { ExitCode, UpgradeError } from '../errors/error.js';
import type { Explanation, ListedCode } from '../errors/explanations.js';
import type { Finding } from '../inspection/finding.js';
import type { Inspection } from '../inspection/inspection.js';
import type { Attempts } from '../engine/held-up.js';
import type { Removed } from '../engine/progress.js';
import type { RollbackPlan } from '../engine/rollback/plan.js';
import type { Check } from '../inspection/check.js';
import type { Version } from '../planning/version.js';
import type { Rehearsal } from '../rehearse/rehearse.js';
import type { Restored } from '../restore/restore.js';
import type { MadeReport } from '../support-report/made.js';
import type { Contents } from './contents.js';
import type { Diagnosis } from './doctor/tried.js';

/** The results of a command that stops early. */
type Stopped = 'refused' | 'busy' | 'failed' | 'unknown' | 'cancelled' | 'not-found' | 'wrong-usage';

/** The results of each command that runs to its end. */
interface ResultOf {
  readonly status: 'already-current' | 'due';
  readonly plan: 'already-current' | 'planned';
  readonly verify: 'verified' | 'due';
  readonly upgrade: 'upgraded' | 'repaired' | 'already-current' | 'planned';
  readonly demo: ResultOf['upgrade'];
  readonly rehearse: 'rehearsed' | 'already-current';
  readonly rollback: 'rolled-back' | 'already-current' | 'planned';
  readonly backup: 'backed-up';
  readonly restore: 'restored';
  readonly doctor: 'found';
  readonly report: 'reported';
  readonly explain: 'explained' | 'listed';
  readonly completion: 'printed';
}

/** All the facts that an outcome can have. {@link FactsOf} lists those of each command. */
export interface Facts {
  readonly target?: Target | undefined;
  /** The database as it is at the end. */
  readonly inspection?: Inspection | undefined;
  /** The look before the change, set once the change is committed, even if the look after it failed. */
  readonly before?: Inspection | undefined;
  readonly checks?: readonly Check[] | undefined;
  readonly findings?: readonly Finding[] | undefined;
  /** What came up on the way, besides what was found in the database. */
  readonly noted?: readonly Finding[] | undefined;
  /** What the run removed of what this program had made, including leftovers of earlier runs. */
  readonly removed?: readonly Removed[] | undefined;
  /** Why the upgrade that is due would be refused now; undefined where nothing is in its way. */
  readonly refusal?: UpgradeError | undefined;
  /** How often the locks were tried for, and for how long YokeFlow was held up. */
  readonly locks?: Attempts | undefined;
  /** The longest, in ms, that one attempt at the locks would hold YokeFlow up. */
  readonly lockTimeoutMs?: number | undefined;
  /** What the database holds, which runs it remembers and which backup there is. */
  readonly contents?: Contents | undefined;
  /** Where the schema came from that was loaded into an empty database. */
  readonly loaded?: { readonly from: 'checkout' | 'package'; readonly file: string | null } | undefined;
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
  /** All that was tried to find the database, for `doctor`. */
  readonly doctor?: Diagnosis | undefined;
  /** The report that was made, for `report`. */
  readonly report?: MadeReport | undefined;
  /** What a code means, for `explain`. */
  readonly explanation?: Explanation | undefined;
  /** Every code, for `explain` without one. */
  readonly codes?: readonly ListedCode[] | undefined;
}

type Looked = 'target' | 'inspection' | 'findings';
type Changed = Looked | 'noted' | 'removed' | 'checks' | 'contents' | 'before' | 'backup' | 'sql' | 'locks' | 'refusal';

/** What each command tells. */
interface FactsOf {
  readonly status: Looked | 'contents' | 'refusal';
  readonly plan: Looked | 'sql' | 'lockTimeoutMs' | 'refusal';
  readonly verify: Looked | 'checks' | 'refusal';
  readonly upgrade: Changed | 'rehearsal' | 'loaded';
  readonly demo: FactsOf['upgrade'];
  readonly rehearse: Looked | 'noted' | 'removed' | 'checks' | 'contents' | 'rehearsal' | 'refusal';
  readonly rollback: Changed | 'rollback';
  readonly backup: Looked | 'noted' | 'removed' | 'backup';
  readonly restore: Looked | 'noted' | 'removed' | 'restored';
  readonly doctor: 'target' | 'inspection' | 'doctor' | 'refusal';
  readonly report: 'report';
  readonly explain: 'explanation' | 'codes';
  readonly completion: 'completion';
}

export type CommandName = keyof FactsOf;
export type Result = ResultOf[CommandName] | Stopped;

/** What is known of a run of this command. */
export type Known<C extends CommandName> = Pick<Facts, FactsOf[C]>;

/** What a run came to: the one value that every kind of output is made from. */
export type OutcomeOf<C extends CommandName> = {
  readonly [K in C]: {
    readonly command: K;
    readonly result: ResultOf[K] | Stopped;
    readonly exitCode: ExitCode;
    readonly error?: UpgradeError | undefined;
    /** The databases to choose from. */
    readonly candidates?: readonly Alternative[] | undefined;
  } & Known<K> & { readonly [F in Exclude<keyof Facts, FactsOf[K]>]?: undefined };
}[C];

export type Outcome = OutcomeOf<CommandName>;

/** How a use case ends. What was known before is added to it. */
export type Ending<C extends CommandName> = {
  readonly result: ResultOf[C];
  readonly exitCode: ExitCode;
  readonly error?: UpgradeError;
} & Known<C>;
