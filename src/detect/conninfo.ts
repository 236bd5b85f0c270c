/** What is wrong with a keyword string, in words that repeat nothing of it: any part of it may be a password. */
export class ConninfoFault extends Error {
  override readonly name = 'ConninfoFault';
}

/** Whether a text is meant as libpq's keyword form rather than as a URL: it begins with a word and an equals sign. */
export function isConninfo(text: string): boolean {
  return /^\s*\w+\s*=/.test(text);
}

/**
 * Reads libpq's keyword form: `host=db dbname='a b'`. Pure.
 * Source: "Keyword/Value Connection Strings" of PostgreSQL's documentation, and conninfo_parse in fe-connect.c.
 * @returns the values by keyword, known or not; of two the last counts
 * @throws {ConninfoFault}
 */
export function readConninfo(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  let rest = text.trimStart();
  while (rest !== '') {
    const [whole, name] = /^([^=\s]+)\s*=\s*/.exec(rest) ?? [];
    if (whole === undefined || name === undefined) throw new ConninfoFault('a word in it has no = and value');
    const { value, length } = valueAt(rest.slice(whole.length));
    values[name] = value;
    rest = rest.slice(whole.length + length).trimStart();
  }
  return values;
}

/** A value without its quotes and backslashes, and how many characters it takes. */
function valueAt(text: string): { value: string; length: number } {
  // A single quote ends a quoted value wherever it stands; a backslash makes the next character plain.
  const [whole = '', quoted, bare = ''] = /^'((?:\\[^]|[^'\\])*)'|^((?:\\[^]?|[^\s\\])*)/.exec(text) ?? [];
  if (quoted === undefined && text.startsWith("'")) throw new ConninfoFault('a quote in it does not end');
  return { value: (quoted ?? bare).replace(/\\([^]?)/g, '$1'), length: whole.length };
}
