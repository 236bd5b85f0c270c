import type { ErrorCode } from '../codes.js';

/** What `explain CODE` tells. Commands stand in backticks, so that whoever prints it can set them apart. */
export interface Explanation {
  /** What happened, as a headline without a full stop. */
  readonly title: string;
  /** What it means for the reader. */
  readonly meaning: string;
  /** What usually leads to it, the commonest first. */
  readonly causes?: readonly string[];
  /** What to do, in order. */
  readonly remedy: readonly string[];
  /** Whether the database differs from what it was when the run began, in whole sentences. */
  readonly changed: string;
  /** Exit code of a run that ends so. Absent where there are several, or where it ends no run. */
  readonly exitCode?: number;
}

/** The explanations of all codes that begin with one digit: a missing one does not compile. */
export type Explanations<Digit extends string> = Record<Extract<ErrorCode, `YF${Digit}${string}`>, Explanation>;

export const nothingChanged = 'Nothing was changed.';

/** For whatever ends a run after new enum labels were committed, ahead of the transaction. */
export const rolledBack =
  'Nothing was changed: everything was rolled back. One thing may stay behind, and the message then names it: the labels `paused` and `resumed` of the type ' +
  'session_status. PostgreSQL cannot drop a label. They harm nothing, and the next run uses them.';
