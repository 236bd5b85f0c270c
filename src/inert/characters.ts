/**
 * Characters that do something to a terminal, or to a reader, instead of being seen: control characters (C0, DEL, C1), bidirectional marks,
 * zero-width and other invisible ones, line and paragraph separators, and halves of surrogate pairs.
 * Sources: Unicode's General_Category Cc and Cs, its Default_Ignorable_Code_Point, and "Interlinear Annotation".
 * What chooses the look of an emoji stays behind one: it is no more hidden than the emoji is.
 */
const active = String.raw`(?<!(?![0-9#*])\p{Emoji})[\ufe0e\ufe0f]|(?![\ufe0e\ufe0f])[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]`;

/** Finds every character that is not inert, one at a time. */
export const notInert = new RegExp(active, 'gu');

/** The same without newline and tab, which are harmless where a text has lines. */
export const notInertInLines = new RegExp(String.raw`(?![\n\t])(?:${active})`, 'gu');

/** Whether a text is one line of which all is seen. */
export function isInert(text: string): boolean {
  return text.search(notInert) === -1;
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A character as PostgreSQL's E'…' strings spell it, so that what is shown can be typed there to find the row: `\n`, `\x1b`, `\u202e`,
 * `\U000e0041`. Only ASCII has the short form, because `\x9b` is a byte there and no character.
 * Source: "String Constants with C-Style Escapes" in PostgreSQL's documentation.
 */
export function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (short[character] !== undefined) return short[character];
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
