import { maskKinds, type MaskKind } from './redacted.js';

/** How many different ones of each kind a report has masked. */
export type MaskCounts = Readonly<Record<MaskKind, number>>;

/** A mask with its number, or one that has none. It has no blank before it is written, so that an address with one in it is still one run. */
const mask = new RegExp(`\\[(?:(${maskKinds.join('|')})[# ](\\d+)|value|name|message)\\]`, 'g');

/** Applies a rule to what lies between the masks of a text. */
export function betweenMasks(text: string, rule: (piece: string) => string): string {
  let [result, from] = ['', 0];
  for (const { 0: found, index } of text.matchAll(mask)) {
    result += rule(text.slice(from, index)) + found;
    from = index + found.length;
  }
  return result + rule(text.slice(from));
}

/** Whether a text is one mask and nothing else. */
export function isMask(text: string): boolean {
  return text.replace(mask, '') === '' && text !== '';
}

/** A text from outside in which nothing reads like a mask. */
export function withoutMasks(text: string): string {
  return text.replace(mask, (found) => found.replace('[', '(').replace(']', ')'));
}

/** Remembers what was masked, so that one value has one mask wherever it stands. */
export class Masks {
  private readonly known = new Map<string, string>();

  of(kind: MaskKind, value: string): string {
    const canonical = kind === 'host' || kind === 'e-mail' ? value.toLowerCase() : value;
    const shown = this.known.get(canonical) ?? `[${kind}#${this.known.size + 1}]`;
    this.known.set(canonical, shown);
    return shown;
  }
}

/** Gives masks new numbers, by first appearance, each kind from 1, and counts them. */
export function numbering(): { write: (text: string) => string; counts: Record<MaskKind, number> } {
  const numbers = new Map<string, string>();
  const counts = { password: 0, token: 0, webhook: 0, 'e-mail': 0, host: 0, user: 0, id: 0 };
  const write = (text: string) =>
    text.replace(mask, (found, kind?: MaskKind) => {
      if (kind === undefined) return found;
      const shown = numbers.get(found) ?? `[${kind} ${++counts[kind]}]`;
      numbers.set(found, shown);
      return shown;
    });
  return { write, counts };
}
