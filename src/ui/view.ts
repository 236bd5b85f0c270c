import type { Emit } from '../app/events.js';
import type { Outcome } from '../app/outcome.js';
import type { UpgradeError } from '../errors/error.js';
import type { Terminal } from './terminal/terminal.js';
import type { OutcomeTextOptions } from './text/text.js';

/** Where a run and its outcome are shown. */
export interface View {
  readonly terminal: Terminal;
  /** Whether a program reads standard error. */
  readonly isWatched: boolean;
  readonly emit: Emit;
  /** Writes what a command came to, for people. */
  write(outcome: Outcome, how: OutcomeTextOptions): void;
  /** Writes an error that came up after the outcome was written. */
  error(error: UpgradeError): void;
  /** There is nothing more to come. */
  ended(outcome: Outcome): void;
}
