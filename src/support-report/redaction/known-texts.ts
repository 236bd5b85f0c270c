import { visible, visibleLines } from '../../inert/visible.js';
import { spellingsOf } from '../../redaction/redact.js';
import { betweenMasks } from './masks.js';
import { isInsideOwn, isOwnWord } from './own-words.js';

/** A secret as short as this counts only where it stands alone: `ab` is in half of all words. */
const SHORT = 6;

/** Texts that are masked wherever they stand. The value that a spelling stands for gets the mask. */
export class KnownTexts {
  private readonly values = new Map<string, string>();
  private readonly patterns: string[] = [];
  private compiled: RegExp | undefined;

  /** @param flags `i` where case does not matter */
  constructor(private readonly flags: 'gu' | 'giu') {}

  /** A name, which counts as a whole word. */
  addName(name: string): void {
    this.add(name, name, true);
  }

  /**
   * A secret, in every spelling of messages, URLs, JSON and SQL. One that is a word of this program's own is left out: to mask it
   * in every report would tell it.
   * @param inert   the secret without what is not seen
   * @param spelled as it was written where it was found
   */
  addSecret(secret: string, inert: string, spelled: string): void {
    const forms = [secret, inert, inert.normalize('NFC'), inert.normalize('NFD')];
    const lines = inert.split(/\r?\n/).filter((line) => line.length >= 8);
    for (const one of [
      ...forms.slice(1).flatMap(spellingsOf),
      spelled,
      visible(secret),
      visibleLines(secret),
      ...lines,
    ])
      for (const form of [one, one.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())])
        if (form.trim() !== '' && !isOwnWord(form))
          this.add(form, secret, /^[\p{L}\p{N}_]*$/u.test(form) && (form.length < SHORT || isInsideOwn(form)));
  }

  /** Replaces each of them in a text, the longest first: one may be part of another. */
  replaceIn(text: string, shown: (value: string) => string): string {
    if (this.patterns.length === 0) return text;
    this.compiled ??= new RegExp(this.patterns.sort((a, b) => b.length - a.length).join('|'), this.flags);
    const pattern = this.compiled;
    const valueOf = (found: string) => this.values.get(found) ?? this.values.get(found.toLowerCase()) ?? found;
    return betweenMasks(text, (piece) => piece.replace(pattern, (found) => shown(valueOf(found))));
  }

  private add(spelling: string, value: string, asWord: boolean): void {
    const known = this.flags === 'giu' ? spelling.toLowerCase() : spelling;
    if (spelling === '' || this.values.has(known)) return;
    this.values.set(known, value);
    const pattern = spelling.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    this.patterns.push(asWord ? `(?<![\\p{L}\\p{N}_])${pattern}(?![\\p{L}\\p{N}_])` : pattern);
    this.compiled = undefined;
  }
}
