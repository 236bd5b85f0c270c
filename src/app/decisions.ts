import type { Described } from '../detect/choose.js';
import type { DirectTarget } from '../database/target.js';
import type { RunningSession } from '../inspection/activity.js';
import type { LostRows } from '../restore/failure.js';
import type { Report } from '../support-report/report.js';

/** Questions that only a person, or a program acting for one, can answer. docs/commands.md and docs/api.md name the options that answer them. */
export type Decision =
  /** Which of several databases? */
  | { readonly kind: 'database'; readonly described: readonly Described[] }
  /** Which connection? A URL or keywords with values, password and all. */
  | { readonly kind: 'database-url' }
  /** Start this container, which is stopped? */
  | { readonly kind: 'start'; readonly container: string; readonly failed: string }
  /** What is the password of this connection? Asked again with what the server said to the last one. */
  | { readonly kind: 'password'; readonly target: DirectTarget; readonly refused?: string | undefined }
  /** Go on although agents are at work? */
  | { readonly kind: 'while-running'; readonly running: readonly RunningSession[] }
  | {
      readonly kind: 'upgrade';
      readonly withBackup: boolean;
      /** False for the demo's database, which is nobody's. */
      readonly isTheUsers: boolean;
      /** Whether the database has its release already, and only has to be made to work. */
      readonly isRepair: boolean;
      /** The newest release of a later line, which the run may go to instead. */
      readonly crossesTo: string | undefined;
    }
  /** Load YokeFlow's schema into this empty database, and take it to this release? */
  | { readonly kind: 'init'; readonly database: string; readonly source: string; readonly to: string }
  | { readonly kind: 'rollback'; readonly to: string; readonly losesRows: boolean }
  | { readonly kind: 'restore'; readonly database: string }
  /** Let empty tables take the place of full ones? */
  | { readonly kind: 'empty-tables'; readonly lost: readonly LostRows[] }
  /** Write this report to this file? */
  | { readonly kind: 'report'; readonly report: Report; readonly file: string };

/** The answers to each kind. */
export interface Answers {
  readonly database: Described;
  readonly start: boolean;
  /** Never shown; only the connection keeps it. */
  readonly password: string;
  /** Never shown either. */
  readonly 'database-url': string;
  readonly 'while-running': boolean;
  readonly upgrade: 'upgrade' | 'rehearse' | 'sql' | 'verify' | 'report' | 'cross' | 'leave';
  readonly init: boolean;
  readonly rollback: 'go' | 'sql' | 'leave';
  readonly restore: boolean;
  readonly 'empty-tables': boolean;
  readonly report: 'show' | 'write' | 'leave';
}

/** Answers a question; undefined where nobody is there to answer it, and the run then ends or goes on without. */
export type Decide = <K extends Decision['kind']>(
  decision: Extract<Decision, { kind: K }>,
) => Promise<Answers[K] | undefined>;

/** What `--yes` answers: each question's documented default. What needs an option of its own stays unanswered. */
export const decideByDefault = (async ({ kind }: Decision) => byDefault[kind]) as Decide;

const byDefault: Readonly<Partial<Answers>> = { upgrade: 'upgrade', rollback: 'go', restore: true, report: 'write' };

/** Nobody is there to answer. */
export const decideNothing: Decide = () => Promise.resolve(undefined);
