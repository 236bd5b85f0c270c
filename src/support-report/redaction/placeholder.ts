import { maskKinds, type MaskKind } from './redacted.js';

/**
 * While a report is being made, a mask is a run of private-use characters: no rule takes it for text, so nothing is
 * masked twice, and numbers can be given at the end, in the order in which masks appear.
 * Source: "Private Use Areas" of the Unicode Standard.
 */
const [OPEN, CLOSE, KINDS, DIGITS] = ['\uE000', '\uE001', 0xe010, 0xe020];
const pattern = /\uE000([\uE010-\uE01F])([\uE020-\uE029]*)\uE001/g;

/** All private-use characters, which are taken out of a text before anything else. */
export const reserved = /[\uE000-\uF8FF]/g;

/** A character that can be part of a mask, for a character class of a rule. */
export const MASK = '\\uE000-\\uE029';

export function placeholder(kind: MaskKind, id?: number): string {
  const digits =
    id === undefined ? '' : [...String(id)].map((digit) => String.fromCharCode(DIGITS + Number(digit))).join('');
  return OPEN + String.fromCharCode(KINDS + maskKinds.indexOf(kind)) + digits + CLOSE;
}

/** Whether a text is masks and nothing else. */
export function isMasked(text: string): boolean {
  return text !== '' && text.replace(pattern, '') === '';
}

/** Replaces every mask of a text by what `show` makes of it. */
export function showMasks(text: string, show: (kind: MaskKind, id: number | undefined) => string): string {
  return text.replace(pattern, (_, kind: string, digits: string) => {
    const number = [...digits].map((digit) => digit.charCodeAt(0) - DIGITS).join('');
    return show(maskKinds[kind.charCodeAt(0) - KINDS] ?? 'value', number === '' ? undefined : Number(number));
  });
}

/** Applies a rule to what lies between the masks of a text. */
export function betweenMasks(text: string, rule: (piece: string) => string): string {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    result += rule(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return result + rule(text.slice(from));
}
