import { placeholder, showMasks } from './placeholder.js';
import { isPublicWord } from './public-words.js';
import { maskKinds, type MaskKind } from './redacted.js';
import { spellingsOf } from './spellings.js';

/** How many different ones of each kind a report has masked. */
export type MaskCounts = Readonly<Record<Exclude<MaskKind, 'value'>, number>>;

interface Secret {
  readonly secret: string;
  readonly pattern: RegExp;
  readonly late: boolean;
}

/** A pattern of every spelling of a longer text would be too large. */
const LONGEST = 200;

/** How many secrets are looked for everywhere. What rules find beyond that is masked where it stands. */
const MOST = 400;

function pieces(secret: string): string[] {
  const characters = [...secret];
  const count = Math.ceil(characters.length / (LONGEST / 2));
  const length = Math.ceil(characters.length / count);
  return Array.from({ length: count }, (_, index) => characters.slice(index * length, (index + 1) * length).join(''));
}

/** Remembers what was masked, so that one value has one mask wherever it stands. */
export class Masks {
  private readonly known = new Map<string, { kind: MaskKind; id: number }>();
  /** The pattern of each spelling of a secret that was known from the beginning, and of those that rules found. */
  private readonly secrets = new Map<string, Secret>();

  /** The mask of a value. */
  of(kind: MaskKind, value: string): string {
    if (kind === 'value') return placeholder(kind);
    const canonical = kind === 'host' || kind === 'e-mail' ? value.toLowerCase() : value;
    let mask = this.known.get(canonical);
    if (!mask) this.known.set(canonical, (mask = { kind, id: this.known.size }));
    return placeholder(mask.kind, mask.id);
  }

  /**
   * From now on this is masked wherever it stands and however it is spelled. A word that everybody's report has in it,
   * such as `postgres`, is not: it is masked where it stands as a password.
   * @param spelling another form of the same secret, that no rule of {@link spellingsOf} leads to
   */
  know(secret: string, spelling = secret): void {
    this.remember('password', secret, spelling, false);
  }

  /** The same for a secret that a rule has found, which may stand in texts that were masked before it was known. */
  learn(kind: 'password' | 'token', secret: string): void {
    this.remember(kind, secret, secret, true);
  }

  private remember(kind: 'password' | 'token', secret: string, spelling: string, late: boolean): void {
    if (spelling.trim() === '' || isPublicWord(spelling) || this.secrets.has(spelling)) return;
    this.of(kind, secret);
    if (late && this.secrets.size >= MOST) return;
    if (spelling.length > LONGEST) {
      // What a rule has found by its shape, it finds again.
      if (!late) for (const piece of pieces(spelling)) this.remember(kind, secret, piece, late);
      return;
    }
    this.secrets.set(spelling, { secret, late, pattern: new RegExp(spellingsOf(spelling), 'gu') });
    // A key of several lines is met line by line in a log.
    const lines = spelling.split(/\r?\n/).filter((line) => line.length >= 8);
    if (lines.length > 1) for (const line of lines) this.remember(kind, secret, line, late);
  }

  /** Masks every secret that is known by now, or those alone that rules have found. */
  hideSecrets(text: string, { lateOnly = false } = {}): string {
    // The longest first: one may be part of another.
    const secrets = [...this.secrets]
      .filter(([, { late }]) => late || !lateOnly)
      .sort(([a], [b]) => b.length - a.length);
    return secrets.reduce(
      (result, [, { secret, pattern }]) => result.replace(pattern, () => this.of('password', secret)),
      text,
    );
  }

  /**
   * Gives masks their numbers, by first appearance, each kind from 1.
   * @returns what writes them into a text, and what counts them
   */
  numbering(): { write: (text: string) => string; counts: () => MaskCounts } {
    const numbers = new Map<number, string>();
    const counts = Object.fromEntries(maskKinds.map((kind) => [kind, 0])) as Record<MaskKind, number>;
    const write = (text: string) =>
      showMasks(text, (kind, id) => {
        if (id === undefined) return `[${kind}]`;
        let shown = numbers.get(id);
        if (shown === undefined) numbers.set(id, (shown = `[${kind} ${++counts[kind]}]`));
        return shown;
      });
    const counted = (): MaskCounts => {
      const { value: _value, ...numbered } = counts;
      return numbered;
    };
    return { write, counts: counted };
  }
}
