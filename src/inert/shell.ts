import { isInert } from './characters.js';

/** A word as a shell reads it back: as it is, or in quotes. cmd.exe knows double quotes only. */
export function shellWord(word: string, platform: NodeJS.Platform = process.platform): string {
  // A tilde stands for a home folder, and `=` or `%` at the start for more in zsh and fish.
  if (/^[\w@+:,./-][\w@%+=:,./-]*$/.test(word) || (platform === 'win32' && /^[\w@%+=:,./\\~-]+$/.test(word)))
    return word;
  if (platform === 'win32') return `"${word}"`;
  return isInert(word) ? `'${word.replaceAll("'", `'\\''`)}'` : byBytes(word);
}

/**
 * A word with characters that act on a terminal, in the one form of quotes that spells them. Octal, because `\x1b` takes in the digits after it
 * in some shells. Source: "Dollar-Single-Quotes" in POSIX.1-2024.
 */
function byBytes(word: string): string {
  const inert = (character: string) =>
    character === '\\' || character === "'" ? `\\${character}` : isInert(character) ? character : octal(character);
  return `$'${[...word].map(inert).join('')}'`;
}

const octal = (character: string) =>
  [...Buffer.from(character, 'utf8')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
