import { visibleLines } from '../inert/visible.js';
import { redactText } from '../redaction/redact.js';
import type { ErrorCode } from './codes.js';

/** The exit codes of the command line; README.md documents them for scripts. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  noDatabase: 4,
  busy: 5,
  changedAndFailing: 6,
  unknownOutcome: 7,
  due: 10,
  cancelled: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface UpgradeErrorFields {
  code: ErrorCode;
  exitCode: ExitCode;
  /** What happened, in one sentence without the remedy. */
  message: string;
  /** What was found where something else was expected; one line each. */
  found?: readonly string[];
  /** The next command to type or the next thing to do. */
  remedy: string;
  /** Whether the database differs from what it was when the run began. */
  changed?: boolean | 'unknown';
  /** What a failed run could not take back (PostgreSQL cannot drop an enum label). */
  leftBehind?: readonly string[];
  cause?: unknown;
}

/** An error that a user can meet: coded, explained by `explain CODE`, and carrying its own way out. */
export class UpgradeError extends Error {
  override readonly name = 'UpgradeError';
  readonly code: ErrorCode;
  readonly exitCode: ExitCode;
  readonly found: readonly string[];
  readonly remedy: string;
  readonly changed: boolean | 'unknown';
  readonly leftBehind: readonly string[];

  constructor(fields: UpgradeErrorFields) {
    super(shown(fields.message), fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.exitCode = fields.exitCode;
    this.found = (fields.found ?? []).map(shown);
    this.remedy = shown(fields.remedy);
    this.changed = fields.changed ?? false;
    this.leftBehind = (fields.leftBehind ?? []).map(shown);
  }
}

/** Messages hold what servers, files and people said: without secrets, and inert. */
const shown = (text: string) => visibleLines(redactText(text));
