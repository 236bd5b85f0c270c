/** Names that are looked for as whole words, whatever their case. */
export class KnownNames {
  private readonly names = new Set<string>();
  private compiled: RegExp | undefined;

  add(name: string): void {
    if (name === '' || this.names.has(name)) return;
    this.names.add(name);
    this.compiled = undefined;
  }

  /** Replaces each of them in a text. The longest first: one may be part of another. */
  replaceIn(text: string, replacement: (name: string) => string): string {
    if (this.names.size === 0) return text;
    this.compiled ??= wholeWords([...this.names].sort((a, b) => b.length - a.length));
    return text.replace(this.compiled, replacement);
  }
}

function wholeWords(names: readonly string[]): RegExp {
  const any = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${any})(?![\\p{L}\\p{N}_])`, 'giu');
}
