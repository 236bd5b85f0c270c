import type { ArchiveEntry } from '../backup/entries.js';
import { redactText } from '../redaction/redact.js';
import type { RestoreError } from './restore-errors.js';

/** Something without rows that a restore went on past. */
export interface Unfinished {
  /** The statement that finishes it. */
  readonly statement: string;
  readonly reason: string;
}

/** Longer statements are for pg_restore to print. */
const LONGEST_STATEMENT = 2000;

/** What an error of pg_restore leaves to do. Pure. */
export function unfinishedOf({ message, command }: RestoreError, entry: ArchiveEntry | undefined): Unfinished {
  const long = command === undefined || command.length > LONGEST_STATEMENT;
  const statement = long
    ? `-- ${entry === undefined ? 'see pg_restore --list' : `${entry.what}, entry ${entry.id} of pg_restore --list`}`
    : command;
  return { statement: withoutSecrets(statement), reason: redactText(message) };
}

/** A statement without what may hold a password: the connection of a subscription, the options of a server or a user mapping. Pure. */
export function withoutSecrets(statement: string): string {
  const secret = /\b(?:SUBSCRIPTION|SERVER|USER MAPPING|FOREIGN (?:DATA WRAPPER|TABLE))\b/.test(statement);
  return redactText(secret ? statement.replace(/E?'(?:[^']|'')*'/g, "'...'") : statement);
}
