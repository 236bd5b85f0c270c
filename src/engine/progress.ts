import type { Check } from '../inspection/check.js';
import type { Finding } from '../inspection/finding.js';
import type { WaitNotice } from '../database/run-wait.js';

/** What the engine tells while it works. The wizard turns it into a task list, scripts into lines. */
export type Progress =
  | ({ readonly phase: 'backup' | 'copy' | RestorePhase } & Partial<Amount>)
  /** The whole upgrade once without keeping it, where there is no second session to commit labels over. */
  | { readonly phase: 'dress rehearsal' }
  | { readonly phase: 'labels' }
  /** The same after the dress rehearsal, and before the upgrade. */
  | { readonly phase: 'labels ahead' }
  /** The upgrade lock and the locks of all tables, before anything is changed. */
  | { readonly phase: 'locks' }
  | {
      readonly phase: 'section';
      readonly name: string;
      readonly title: string;
      readonly statements: number;
      readonly dryRun: boolean;
    }
  | {
      readonly phase: 'statement';
      readonly name: string;
      readonly number: number;
      readonly statements: number;
      readonly dryRun: boolean;
      /** Present while it is made before the locks, which the run is on its way to. It is told again as done under its section. */
      readonly ahead?: true;
    }
  | { readonly phase: 'checks'; readonly dryRun: boolean }
  | { readonly phase: 'probe'; readonly title: string; readonly dryRun: boolean; readonly afterLabels?: boolean }
  /** It was shown, inside the transaction, that every row is kept. */
  | { readonly phase: 'rows kept'; readonly check: Check; readonly dryRun: boolean }
  /** The whole transaction is tried again at once, for another reason than a lock. */
  | { readonly phase: 'again'; readonly reason: string }
  /** The run goes on and leaves no record of itself. */
  | { readonly phase: 'not recorded'; readonly reason: string }
  | { readonly phase: 'commit' }
  | { readonly phase: 'verify' }
  | { readonly phase: 'drop copy' }
  /** Something of this program's own is gone: of this run, or of one that was killed. */
  | ({ readonly phase: 'removed' } & Removed)
  /** Something came up that the outcome has to tell. */
  | { readonly phase: 'noted'; readonly finding: Finding }
  | ({ readonly phase: 'waiting' } & WaitNotice);

/** What this program removed of what it had made. */
export interface Removed {
  readonly kind: 'database' | 'file' | 'folder';
  /** A name, or an absolute path. */
  readonly name: string;
  readonly reason: string;
}

/** How far something has got that is counted in bytes. */
export interface Amount {
  readonly detail: string;
  readonly bytes: number;
  /** Absent where nobody knows yet. */
  readonly totalBytes?: number;
}

/** A restore, in order: make an empty database, fill it, look at it, put it in the old one's place. */
export type RestorePhase = 'scratch' | 'fill' | 'look' | 'swap';

export type Listener = (progress: Progress) => void;
