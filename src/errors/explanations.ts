import { errorCodes, exitCodeOf, type ErrorCode } from './codes.js';
import { backup } from './explanations/backup.js';
import { commandLine } from './explanations/command-line.js';
import { conditions } from './explanations/conditions.js';
import { connection } from './explanations/connection.js';
import { containers } from './explanations/containers.js';
import { docker } from './explanations/docker.js';
import { nothingChanged, type Explanation, type WrittenExplanation } from './explanations/explanation.js';
import { failed } from './explanations/failed.js';
import { findings } from './explanations/findings.js';
import { login } from './explanations/login.js';
import { marks } from './explanations/marks.js';
import { outcome } from './explanations/outcome.js';
import { refused } from './explanations/refused.js';
import { silence } from './explanations/silence.js';
import { whichDatabase } from './explanations/which-database.js';

export type { Explanation } from './explanations/explanation.js';

const explanations: Record<ErrorCode, WrittenExplanation> = {
  ...commandLine,
  ...conditions,
  ...connection,
  ...login,
  ...docker,
  ...containers,
  ...refused,
  ...backup,
  ...failed,
  ...findings,
  ...marks,
  ...outcome,
  ...silence,
  ...whichDatabase,
};

/** What a code means, what leads to it and how to mend it. */
export function explain(code: ErrorCode): Explanation {
  const isFinding = code.startsWith('YF8');
  const {
    changed = isFinding ? `${nothingChanged} A finding only says what is there.` : nothingChanged,
    exitCode = exitCodeOf(code) ?? null,
    ...text
  } = explanations[code];
  return { ...text, changed, ...(exitCode !== null && { exitCode }) };
}

/** What a code's first digit stands for. */
const kinds: Readonly<Record<string, string>> = {
  1: 'The command line',
  2: 'Finding and reaching the database',
  3: 'Refused before anything changed',
  4: 'Busy',
  5: 'Failed on the way',
  6: 'Committed, and something is wrong afterwards',
  7: 'Cancelled',
  8: 'What was found in a database',
  9: 'This program',
};

export interface ListedCode {
  readonly code: ErrorCode;
  readonly title: string;
  /** What this and other codes are about, as a heading. */
  readonly kind: string;
}

/** Every code with its headline, those of one kind together. */
export function listCodes(): ListedCode[] {
  return errorCodes.map((code) => ({ code, title: explanations[code].title, kind: kinds[code.charAt(2)] ?? '' }));
}

/** The code that the user means: `YF402`, `yf402`, `yf-402` or `402`. Undefined when there is no such code. */
export function findCode(input: string): ErrorCode | undefined {
  const digits = /^\s*(?:yf)?[\s-]?(\d{3})\s*$/i.exec(input)?.[1];
  return errorCodes.find((code) => digits !== undefined && code === `YF${digits}`);
}

/**
 * At most five codes that a mistyped one may have meant, likeliest first: those within one typing error, else those
 * that begin with the same digit. Empty for an input without digits.
 */
export function closestCodes(input: string): ErrorCode[] {
  const digits = input.replace(/\D/g, '');
  if (digits === '') return [];
  const sameKind = (code: ErrorCode) => code[2] === digits[0];
  const near = errorCodes.filter((code) => isOneErrorApart(digits, code.slice(2)));
  // People read the first digit off rightly more often than the last.
  const likely = [...near.filter(sameKind), ...near.filter((code) => !sameKind(code))];
  return (likely.length > 0 ? likely : errorCodes.filter(sameKind)).slice(0, 5);
}

/** Whether one digit too few, too many, wrong, or swapped with its neighbour is all the difference. */
function isOneErrorApart(typed: string, meant: string): boolean {
  const [shorter, longer] = typed.length < meant.length ? [typed, meant] : [meant, typed];
  const without = (text: string, i: number) => text.slice(0, i) + text.slice(i + 1);
  if (longer.length !== shorter.length) {
    return [...longer].some((_, i) => without(longer, i) === shorter);
  }
  const swapped = (i: number) => `${typed.slice(0, i)}${typed.charAt(i + 1)}${typed.charAt(i)}${typed.slice(i + 2)}`;
  return [...typed].some((_, i) => without(typed, i) === without(meant, i) || swapped(i) === meant);
}
