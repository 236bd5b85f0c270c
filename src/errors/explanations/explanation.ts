import type { ErrorCode, ExitCode } from '../codes.js';

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

/** An explanation as it is written: without what follows from its code. */
export interface WrittenExplanation extends Omit<Explanation, 'changed' | 'exitCode'> {
  /** Absent where nothing was changed. */
  readonly changed?: string;
  /** Only where it is another one than its code's; null where there are several. */
  readonly exitCode?: ExitCode | null;
}

/** Some of the explanations; that none is missing is seen where all come together. */
export type Explanations = Partial<Record<ErrorCode, WrittenExplanation>>;

export const nothingChanged = 'Nothing was changed.';

/** For whatever ends a run after new enum labels were committed, ahead of the transaction. */
export const rolledBack =
  'Nothing was changed: everything was rolled back. One thing may stay behind, and the message then names it: the labels `paused` and `resumed` of the type ' +
  'session_status. PostgreSQL cannot drop a label. They harm nothing, and the next run uses them.';
