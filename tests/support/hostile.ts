import { expect } from 'vitest';

/** Colours, a title (OSC), a C1 control, a bidirectional and an invisible mark, a tag, lines and quotes. 25 bytes: a name has 63. */
const marks = '\u001b[31m\u001b]0\u0007\u009b\u202e\u200b\u{e0041}\r\n\t\'"\\';

/** A name that an agent, a fork or an attacker could give. */
export const hostileName = (word: string) => `${word}${marks}z`;

/** One for a database. It ends with digits: a letter more, and it could end with the word that a test looks for before a colour. */
export const hostileDatabaseName = () => `${hostileName('db')}${Math.random().toString().slice(2, 8)}`;

/** What must not be in any output, but newline and the tab between two words of a document. */
const acts =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u;

/** Asserts that nothing in an output does more than be seen. */
export function expectInert(output: string, of: string): void {
  const at = output.search(acts);
  expect(at < 0 ? '' : JSON.stringify(output.slice(Math.max(0, at - 80), at + 20)), of).toBe('');
}
