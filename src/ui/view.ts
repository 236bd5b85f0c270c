import type { Emit } from '../app/events.js';
import type { Outcome } from '../app/outcome.js';
import type { UpgradeError } from '../errors/error.js';
import type { Terminal } from './terminal/terminal.js';
import type { Talk } from './text/talk-lines.js';
import { outcomeText, type OutcomeTextOptions } from './text/text.js';

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

/**
 * Writes what a command came to: the answer to stdout.
 * @param say tells what is said beside it
 */
export function writeOutcome(
  terminal: Terminal,
  outcome: Outcome,
  how: OutcomeTextOptions,
  say: (talk: Talk) => void,
): void {
  const { verbatim, answer, talk } = outcomeText(outcome, terminal, how);
  if (verbatim !== undefined) terminal.printVerbatim(verbatim);
  if (answer.length > 0) terminal.print(answer.join('\n'));
  for (const one of talk) say(one);
}
