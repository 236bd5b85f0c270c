import { isInsidePublicWord } from './public-words.js';

/** A secret as short as this is only masked where it stands alone: `ab` is in half of all words. */
const SHORT = 6;

const named: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/**
 * The source of a regular expression that finds a secret in any spelling, also in a mixture of them: as it is,
 * percent-encoded (once or more often), escaped for JSON, SQL, a shell or HTML.
 */
export function spellingsOf(secret: string): string {
  const forms = new Set([secret, secret.normalize('NFC'), secret.normalize('NFD')]);
  const spelled = [...forms].map(anySpelling).join('|');
  return standsAlone(secret) ? `(?<![\\p{L}\\p{N}])(?:${spelled})(?![\\p{L}\\p{N}])` : `(?:${spelled})`;
}

function standsAlone(secret: string): boolean {
  return /^[\p{L}\p{N}_]*$/u.test(secret) && (secret.length < SHORT || isInsidePublicWord(secret));
}

function anySpelling(secret: string): string {
  // A run of backslashes is one: how many of them there are is a matter of escaping.
  return [...secret.replace(/\\+/g, '\\')].map(spellings).join('');
}

function spellings(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const options = [
    percentEncoded(character),
    `\\\\{1,8}u(?:${unicodeEscape(character)})`,
    `&#(?:x0{0,4}${anyCase(hex)}|0{0,4}${code});`,
    ...(named[character] ? [`&${named[character]};`] : []),
  ];
  if (character === '\\') options.unshift('\\\\{1,16}');
  else if (character === "'") options.unshift(`'\\\\{1,8}''`, `\\\\{0,8}'{1,2}`);
  else if (character === ' ') options.unshift('\\\\{0,8}\\s', '\\+');
  else if (character === '\n') options.unshift('\\s{1,9}', '\\\\{1,8}r?\\\\{0,8}n');
  else if (character === '\t') options.unshift('\\s', '\\\\{1,8}t');
  else if (character === '\r') return `(?:${['\\s?', '\\\\{1,8}r', ...options].join('|')})`;
  else options.unshift(/[\p{L}\p{N}]/u.test(character) ? escaped(character) : `\\\\{0,8}${escaped(character)}`);
  return `(?:${options.join('|')})`;
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character, 'utf8')]
    .map((byte) => `%(?:25){0,3}${anyCase(byte.toString(16).padStart(2, '0'))}`)
    .join('');
}

/** As JSON writes it: UTF-16 units, so a character beyond the first plane is two. */
function unicodeEscape(character: string): string {
  return Array.from({ length: character.length }, (_, index) =>
    anyCase(character.charCodeAt(index).toString(16).padStart(4, '0')),
  ).join('\\\\{1,8}u');
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
