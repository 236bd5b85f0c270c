import { InvalidArgumentError } from 'commander';
import type { Deadline } from '../machine/deadline.js';

/** The options of the command line, read and checked. Every command gets all of them; README.md says which it heeds. */
export interface Settings {
  readonly container?: string;
  readonly databaseUrl?: string;
  readonly project: string;
  readonly schema?: string;
  readonly to?: string;
  readonly yes: boolean;
  readonly json: boolean;
  /** Whether stderr is for a program that watches. */
  readonly events: boolean;
  readonly whileRunning: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  /** Seconds. */
  readonly wait: number;
  /** Seconds, for the whole run. */
  readonly maxTime?: number;
  /** What ends all waits of this run. */
  readonly deadline: Deadline;
  /** False after `--no-backup`; undefined for a command that has no such option. */
  readonly backup?: boolean;
  readonly backupDir?: string;
  /** How many backups of the database are left in that folder; undefined for all. */
  readonly keep?: number;
  readonly discardRows: boolean;
  /** Whether what cannot be probed counts as failed. */
  readonly strict?: boolean;
  readonly dryRun: boolean;
  /** Whether the upgrade is gone through on a copy first. */
  readonly rehearse?: boolean;
  readonly sql: boolean;
  /** What a report is made as; undefined where its file's name is to tell. */
  readonly format?: 'md' | 'html' | 'json';
  /** The file that a report is written to. */
  readonly out?: string;
  /** Whether a report shows the names and addresses of machines. */
  readonly withHosts?: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** For screen readers and terminals that can only print. */
  readonly plain: boolean;
  /** False after `--no-color`. */
  readonly color: boolean;
}

/** What the command line itself says. */
export type Given = Omit<Settings, 'deadline'>;

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
