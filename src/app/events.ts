import type { Archive } from '../backup/archive.js';
import type { BackupPlan } from '../backup/plan.js';
import type { Target } from '../database/target.js';
import type { Check } from '../inspection/check.js';
import type { Progress } from '../engine/progress.js';
import type { RollbackPlan } from '../engine/rollback/plan.js';
import type { UpgradeError } from '../errors/error.js';
import type { RunningSession } from '../inspection/activity.js';
import type { Finding } from '../inspection/finding.js';
import type { Inspection } from '../inspection/inspection.js';
import type { Rehearsal } from '../rehearse/rehearse.js';
import type { MadeReport } from '../support-report/made.js';
import type { Report } from '../support-report/report.js';
import type { Contents } from './contents.js';
import type { Phase } from './phases.js';

/** The part of a run that can no longer be stopped, or is being rolled back. */
export type Cancelling =
  | 'rolling back'
  | 'committing'
  | 'committed'
  | 'copy'
  | 'unfinished file'
  | 'scratch'
  | 'swapping';

/** Which database a run is about, and what was seen in it before anything was asked. */
export interface Seen {
  readonly command: 'upgrade' | 'rehearse' | 'rollback' | 'backup';
  readonly target: Target;
  readonly inspection: Inspection;
  /** Undefined where it was not looked at. */
  readonly running?: readonly RunningSession[] | undefined;
  readonly contents?: Contents | undefined;
}

/** What a run tells while it goes on. All that is shown on the way is made from these. */
export type RunEvent =
  /** A look that is usually quick takes longer. `what` is without a full stop. */
  | { readonly kind: 'slow'; readonly what: string; readonly again: boolean }
  /** A run begins with something that takes a while. */
  | { readonly kind: 'beginning'; readonly command: 'demo' | 'report' }
  /** Which database it is, with the steps that are due; `inspection` is absent where there is none yet. */
  | { readonly kind: 'found'; readonly target: Target; readonly inspection: Inspection | undefined }
  | ({ readonly kind: 'seen' } & Seen)
  /** `lockTimeoutMs`: the longest that one attempt at the locks holds up YokeFlow, in ms; undefined for a copy. */
  | { readonly kind: 'upgrade-planned'; readonly inspection: Inspection; readonly lockTimeoutMs?: number }
  /** The database is empty, and YokeFlow's schema can be loaded into it. */
  | {
      readonly kind: 'init-planned';
      readonly target: Target;
      readonly inspection: Inspection;
      readonly refused: UpgradeError;
      readonly source: string;
      readonly to: string;
    }
  | {
      readonly kind: 'rollback-planned';
      readonly plan: RollbackPlan;
      readonly discardRows: boolean;
      readonly lockTimeoutMs: number;
    }
  /** `plan` is undefined where there is to be no backup: `needed` tells whether one would be of use. */
  | {
      readonly kind: 'backup-planned';
      readonly target: Target;
      readonly plan: BackupPlan | undefined;
      readonly needed: boolean;
    }
  | {
      readonly kind: 'backup-seen';
      readonly seen: Seen;
      readonly plan: BackupPlan;
      readonly meets: readonly Finding[];
    }
  | {
      readonly kind: 'archive-seen';
      readonly target: Target;
      readonly present: Inspection | undefined;
      readonly archive: Archive;
    }
  /** The backup is of another database. */
  | { readonly kind: 'another-database'; readonly finding: Finding }
  /** What a restore is going to meet. */
  | { readonly kind: 'restore-meets'; readonly findings: readonly Finding[] }
  /** A question is about to be asked, and nothing has changed. */
  | { readonly kind: 'unchanged'; readonly before: 'upgrade' | 'rollback' }
  | { readonly kind: 'rehearsed'; readonly rehearsal: Rehearsal }
  | { readonly kind: 'script'; readonly sql: string }
  | { readonly kind: 'checked'; readonly checks: readonly Check[] }
  /** A look that the user asked for failed. */
  | { readonly kind: 'look-failed'; readonly error: UpgradeError }
  | { readonly kind: 'report-collected'; readonly report: Report }
  | { readonly kind: 'report-written'; readonly made: MadeReport }
  /** Somebody is in the way, before the phases begin. */
  | { readonly kind: 'waiting'; readonly progress: Extract<Progress, { phase: 'waiting' }> }
  | { readonly kind: 'phases'; readonly phases: readonly Phase[] }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'phases-over'; readonly failed: boolean }
  /** A cancellation was heard. */
  | { readonly kind: 'cancelling'; readonly at: Cancelling };

/** Receives the events of a run. If it returns a promise, the run waits for it before the next event. */
export type Emit = (event: RunEvent) => void | Promise<void>;
