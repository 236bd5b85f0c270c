import { mapConstant, tokensOf, type Token } from './sql-tokens.js';
import { escapeOf, isInert, notInert, notInertInLines } from './characters.js';

/**
 * A script of SQL that means what it meant and is inert: a constant with a character that acts on a terminal is spelled E'…', a name U&"…",
 * and in a comment the character is made visible. A quoted body (`$$…$$`) becomes E'…' where it must.
 */
export function inertSql(script: string): string {
  const tokens = [...tokensOf(script)];
  return tokens
    .map((token, index) => {
      const written = inertToken(token, escapeCharacter(tokens, index));
      // What was a quote begins with a letter now, and must not join the word before it.
      const joins =
        written !== token.text && /^\w/.test(written) && /[\w$\u0080-\uffff]$/.test(tokens[index - 1]?.text ?? '');
      return joins ? ` ${written}` : written;
    })
    .join('');
}

function inertToken({ kind, text }: Token, escape: string): string {
  switch (kind) {
    case 'space':
      return text.replace(/\r\n?/g, '\n').replace(/[\t\f\v]/g, ' ');
    case 'comment':
      return text.replaceAll('\r\n', '\n').replaceAll('\t', ' ').replace(notInertInLines, escapeOf);
    case 'string':
      return inertConstant(text, escape);
    case 'identifier':
      return isInert(text) ? text : inertName(text, escape);
    // PostgreSQL makes small letters of ASCII alone.
    case 'word':
      return isInert(text) ? text : inertName(`"${text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())}"`, escape);
    case 'other':
      return text.replace(notInertInLines, escapeOf);
  }
}

function inertConstant(text: string, escape: string): string {
  const isQuotedBody = text.startsWith('$');
  if (text.search(isQuotedBody ? notInertInLines : notInertButNewline) === -1) return text;
  if (isQuotedBody) {
    const tag = text.indexOf('$', 1) + 1;
    return `E'${escapedPlain(text.slice(tag, -tag)).replaceAll("'", "''")}'`;
  }
  const [before = ''] = /^[^']*/.exec(text) ?? [];
  const prefix = before.toLowerCase();
  const change = (quoted: (text: string) => string) =>
    mapConstant(text.slice(before.length), prefix === 'e', quoted, inertSql);
  if (prefix === 'u&')
    return before + change((quoted) => quoted.replace(notInertButNewline, (character) => byNumber(character, escape)));
  // A backslash before what needs none is left out, or it would take away that of the escape.
  if (prefix === 'e')
    return (
      before +
      change((quoted) =>
        quoted
          .replace(/\\([^])/gu, (whole, next: string) => (isInert(next) ? whole : next))
          .replace(notInertButNewline, escapeOf),
      )
    );
  // The national type is a word before the constant, which cannot have both.
  return `${prefix === 'n' ? 'nchar ' : ''}E${change(escapedPlain)}`;
}

/** A line break in a constant is one: PostgreSQL and psql keep it. */
const notInertButNewline = new RegExp(`(?!\\n)(?:${notInert.source})`, 'gu');

function escapedPlain(text: string): string {
  return text.replaceAll('\\', '\\\\').replace(notInertButNewline, escapeOf);
}

function inertName(text: string, escape: string): string {
  const named = /^[uU]&/.test(text) ? text : `U&${text.replaceAll('\\', '\\\\')}`;
  return named.replace(notInert, (character) => byNumber(character, escape));
}

/** As U&'…' and U&"…" spell a character. */
function byNumber(character: string, escape: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `${escape}+${hex.padStart(6, '0')}` : `${escape}${hex.padStart(4, '0')}`;
}

/** What U&'…' is escaped with: a backslash, unless UESCAPE follows with something else. */
function escapeCharacter(tokens: readonly Token[], index: number): string {
  if (!/^[uU]&/.test(tokens[index]?.text ?? '')) return '\\';
  const [word, constant] = tokens
    .slice(index + 1, index + 8)
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment');
  return word?.text.toLowerCase() === 'uescape' ? (constant?.text[1] ?? '\\') : '\\';
}
