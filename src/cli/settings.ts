import { InvalidArgumentError } from 'commander';
import type { OptionsOf } from '../app/options.js';

/** How a command asks and what it prints. */
export interface OutputOptions {
  /** Ask nothing; take each question's documented default. */
  readonly yes: boolean;
  readonly json: boolean;
  /** Whether stderr is for a program that watches. */
  readonly events: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** For screen readers and terminals that can only print. */
  readonly plain: boolean;
  /** False after `--no-color`. */
  readonly color: boolean;
}

/** The options of the command line, read and checked. A command has those of its own kind; {@link OptionsOf} says which. */
export type Given = OutputOptions &
  OptionsOf['upgrade'] &
  OptionsOf['rollback'] &
  OptionsOf['plan'] &
  OptionsOf['report'];

/**
 * The longest time, in ms, that both sides take: more makes Node's timers go off at once ("setTimeout"), and PostgreSQL refuses it for
 * lock_timeout and statement_timeout (INT_MAX in guc_tables.c).
 */
export const LONGEST_MS = 2_147_483_647;
/** The same in whole seconds. */
export const LONGEST_SECONDS = Math.floor(LONGEST_MS / 1000);

/**
 * Reads a whole number in plain digits, for commander: `1e3`, `0x10` and `1_000` are none.
 * @param most the largest that there is a use for
 */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}, in digits.`);
    return value;
  };
}
