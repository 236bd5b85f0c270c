import { visibleLines } from '../inert/visible.js';
import { redactText } from '../redaction/redact.js';
import { ExitCode, exitCodeOf, type ErrorCode } from './codes.js';
import { remedyText, type Remedy } from './remedy.js';

export { ExitCode };

export interface UpgradeErrorFields {
  code: ErrorCode;
  /** Only where it is another one than its code's. */
  exitCode?: ExitCode;
  /** What happened, in one sentence without the remedy. */
  message: string;
  /** What was found where something else was expected; one line each. */
  found?: readonly string[];
  /** The next command to type or the next thing to do. */
  remedy: Remedy;
  /** Whether the database differs from what it was when the run began. */
  changed?: boolean | 'unknown';
  /** What a failed run could not take back (PostgreSQL cannot drop an enum label). */
  leftBehind?: readonly string[];
  /** Of a cancelled run: what became of what was under way, where the message says more than that. */
  aftermath?: string | undefined;
  cause?: unknown;
}

/** An error that a user can meet: coded, explained by `explain CODE`, and carrying its own way out. */
export class UpgradeError extends Error {
  override readonly name = 'UpgradeError';
  readonly code: ErrorCode;
  readonly exitCode: ExitCode;
  readonly found: readonly string[];
  /** The next thing to do in words, as documents have it. */
  readonly remedy: string;
  /** The same with its command lines as data. */
  readonly advice: Remedy;
  readonly changed: boolean | 'unknown';
  readonly leftBehind: readonly string[];
  readonly aftermath: string | undefined;

  constructor(fields: UpgradeErrorFields) {
    super(shown(fields.message), fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.exitCode = fields.exitCode ?? exitCodeOf(fields.code) ?? ExitCode.failed;
    this.found = (fields.found ?? []).map(shown);
    this.advice = shownRemedy(fields.remedy);
    this.remedy = remedyText(this.advice);
    this.changed = fields.changed ?? false;
    this.leftBehind = (fields.leftBehind ?? []).map(shown);
    this.aftermath = fields.aftermath;
  }

  /** This error, but for what is given. */
  with(changes: Partial<UpgradeErrorFields>): UpgradeError {
    const { message, cause, advice: remedy } = this;
    return new UpgradeError({ ...this, message, cause, remedy, ...changes });
  }
}

/** Messages hold what servers, files and people said: without secrets, and inert. */
const shown = (text: string) => visibleLines(redactText(text));

function shownRemedy(remedy: Remedy): Remedy {
  return typeof remedy === 'string'
    ? shown(remedy)
    : remedy.map((part) => (typeof part === 'string' ? shown(part) : { words: part.words.map(shown) }));
}
