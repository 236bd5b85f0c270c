import { errorCodes, type ErrorCode } from './codes.js';
import { readPage, type Explanation } from './page.js';

export type { Explanation } from './page.js';

/** What a code means, what leads to it and how to fix it, as docs/errors.md has it. */
export function explain(code: ErrorCode): Explanation {
  const section = readPage().get(code);
  if (section === undefined) throw new Error(`docs/errors.md lacks ${code}`);
  const { kind: _, ...explanation } = section;
  return explanation;
}

export interface ListedCode {
  readonly code: ErrorCode;
  readonly title: string;
  /** What this and other codes are about, as a heading. */
  readonly kind: string;
}

/** Every code with its headline, those of one kind together. */
export function listCodes(): ListedCode[] {
  return [...readPage()].map(([code, { kind, title }]) => ({ code, title, kind }));
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
