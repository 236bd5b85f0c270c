import { commandLineSource, isSocketFolder } from './direct.js';
import { chosenOption } from './choose.js';
import type { DirectTarget, DockerTarget, Target } from '../database/target.js';
import { isInert } from '../inert/characters.js';

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

/** The line that goes back to a backup of a target, to be typed where this command was typed. */
export function restoreLine(target: Target, file: string): string {
  return ['yokeflow-upgrade', 'restore', file, ...targetOptions(target)].map((word) => shellWord(word)).join(' ');
}

/** The options that lead to the same database again. What stands in the environment or in `.env` still does. */
function targetOptions(target: Target): string[] {
  const chosen = chosenOption(target);
  if (chosen !== undefined) return chosen;
  if (target.kind === 'docker') return ['--container', target.container];
  if (target.kind === 'direct' && target.source === commandLineSource) return ['--database-url', databaseUrlOf(target)];
  return [];
}

/** The URL of a direct connection. The password has to come from PGPASSWORD or ~/.pgpass: no secret is printed. */
export function databaseUrlOf({ host, port, user, database, ssl, options, passwordFile }: DirectTarget): string {
  const mode =
    typeof ssl === 'string'
      ? ssl
      : ssl.rejectUnauthorized === false
        ? 'require'
        : ssl.checkServerIdentity
          ? 'verify-ca'
          : 'verify-full';
  const query = queryOf({
    ...(isSocketFolder(host) && { host }),
    ...(isSocketFolder(host) && port !== 5432 && { port: String(port) }),
    ...(mode !== 'prefer' && !isSocketFolder(host) && { sslmode: mode }),
    ...(typeof ssl !== 'string' && ssl.ca !== undefined && { sslrootcert: 'FILE' }),
    ...(options !== undefined && { options }),
    ...(passwordFile?.isNamed && { passfile: passwordFile.path }),
  });
  const where = isSocketFolder(host)
    ? ''
    : `${host.includes(':') ? `[${encodeURIComponent(host).replaceAll('%3A', ':')}]` : encodeURIComponent(host)}:${port}`;
  return `postgresql://${encodeURIComponent(user)}@${where}/${encodeURIComponent(database)}${query && `?${query}`}`;
}

/** A name that begins with a hyphen would be read as options. */
const asName = (name: string): string[] => (name.startsWith('-') ? ['--', name] : [name]);
/** libpq reads a + as itself, so a blank is %20; a slash needs no escape. */
function queryOf(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2F', '/')}`)
    .join('&');
}

/** The line that drops a database which a restore has put aside. */
export function dropLine(target: DockerTarget | DirectTarget, database: string): string {
  // dropdb takes a name as it is, even one like a connection string, but not as an option.
  if (target.kind === 'docker') {
    return ['docker', 'exec', target.container, 'dropdb', '-U', target.user, ...asName(database)]
      .map((word) => shellWord(word))
      .join(' ');
  }
  return ['dropdb', '-h', target.host, '-p', String(target.port), '-U', target.user, ...asName(database)]
    .map((word) => shellWord(word))
    .join(' ');
}
