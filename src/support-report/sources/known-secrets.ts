import { readDotenv } from '../../detect/dotenv.js';
import { usualFile } from '../../detect/password-file.js';
import type { Surroundings } from '../../machine/surroundings.js';
import type { Redactor } from '../redaction/redactor.js';

/** Variables whose value is a secret, whatever it looks like, and those whose value is one if it looks like one. */
const secretName = /passw|passphrase|pwd|secret|token|credential|private_?key|api_?key|access_?key|webhook|dsn$/i;
const perhapsName = /key|auth|cookie|session|salt|hash|signature|cert/i;
const looksSecret = /^(?![./~]|[A-Z]:\\)(?=.*\d)(?=.*[a-z]).{8,}$/is;
/** Variables that lead to a secret or say how it is used, and values that are none. */
const noSecret =
  /^(?:OLD)?PWD$|_(?:FILE|PATH|DIR|SOCK|METHOD|TYPE|NAME|ID|ENABLED)$|_EXPIRE|_TIMEOUT|MAX_|LIMIT|COUNT|BUDGET|LENGTH|SIZE|KEYBOARD|^XAUTHORITY$/i;
const plainWord = /^(?:true|false|yes|no|on|off|none|null|auto|default|trust|md5|scram-sha-256|\d{1,3}|.*:\/\/.*)$/is;

/** Variables that hold a password of the database's, alone or in an address. */
const ofDatabase = /^(?:PGPASSWORD|POSTGRES_PASSWORD|DB_PASSWORD|(?:DATABASE|POSTGRES|POSTGRESQL|DB)_UR[LI])$/;

/**
 * What a set of variables tells.
 * @param where whose they are, in words: `in the environment`
 */
export function learnVariables(
  redactor: Redactor,
  variables: Readonly<Record<string, string | undefined>>,
  where: string,
  isPath: (value: string) => boolean = () => false,
): void {
  for (const [name, value = ''] of Object.entries(variables)) {
    const password = learnAddress(redactor, value) ?? (value.includes('://') ? '' : value);
    if (ofDatabase.test(name)) redactor.notePassword(`${name} ${where}`, password);
    if (noSecret.test(name) || plainWord.test(value) || isPath(value)) continue;
    if (secretName.test(name) || (perhapsName.test(name) && looksSecret.test(value))) redactor.knowSecret(value);
    if (/^(?:PGHOST|PGHOSTADDR|POSTGRES_HOST|DB_HOST|HOSTNAME|COMPUTERNAME)$/i.test(name))
      for (const host of value.split(',')) redactor.knowHost(host);
    if (/^(?:PGUSER|POSTGRES_USER|DB_USER|USER|USERNAME|LOGNAME|SUDO_USER)$/i.test(name)) redactor.knowUser(value);
  }
}

/**
 * Password, host and login of a connection string, wherever it came from and however broken it is.
 * @returns the password, if it has one
 */
export function learnAddress(redactor: Redactor, text: string): string | undefined {
  const [, login = '', rest = ''] = /^\s*[a-z][a-z0-9+.-]*:\/\/(?:(.*)@)?([^@]*)$/is.exec(text) ?? [];
  const [, user = '', ofLogin = ''] = /^([^:]*):?([^]*)$/.exec(login) ?? [];
  redactor.knowUser(decoded(user));
  for (const one of (/^[^/?#]*/.exec(rest)?.[0] ?? '').split(','))
    redactor.knowHost(one.replace(/:\d*$/, '').replace(/^\[|\]$/g, ''));
  // libpq's keyword form, and the same words as parameters of a URL.
  const named = [...text.matchAll(/\b((?:ssl)?password|host(?:addr)?)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s&]+))/gi)].map(
    ([, name = '', quoted, bare]) => ({ name, value: quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '' }),
  );
  for (const { name, value } of named)
    if (/host/i.test(name)) for (const host of value.split(',')) redactor.knowHost(host);
  const ofNames = named.flatMap(({ name, value }) => (/password/i.test(name) ? [value] : []));
  // What begins with a $ is a reference to another variable.
  const passwords = [ofLogin, ...ofNames].filter((spelled) => spelled !== '' && !spelled.startsWith('$'));
  for (const spelled of passwords) redactor.knowSecret(decoded(spelled), spelled);
  return passwords[0] === undefined ? undefined : decoded(passwords[0]);
}

/** What this machine and the user's own files tell: its name, who is logged in, and the passwords in `.env` and ~/.pgpass. */
export function learnSurroundings(redactor: Redactor, from: Surroundings, machine: string, dotenv: string): void {
  redactor.knowHost(machine);
  redactor.knowHost(machine.split('.')[0] ?? '');
  if (from.userName !== undefined) redactor.knowUser(from.userName);
  redactor.knowUser(/[/\\](?:home|Users)[/\\]([^/\\]+)/i.exec(from.home)?.[1] ?? '');
  const isPath = (value: string) => /^[/~]|^[A-Za-z]:\\/.test(value) && from.exists(value);
  learnVariables(redactor, from.env, 'in the environment', isPath);
  learnVariables(redactor, readable(from, dotenv, (text) => readDotenv(text, from.env)) ?? {}, 'in .env', isPath);
  const pgpass = from.env['PGPASSFILE'] || usualFile(from);
  for (const line of readable(from, pgpass, (text) => text.split(/\r?\n/)) ?? []) learnPgpass(redactor, line);
}

/** host:port:database:user:password, with : and \ escaped ("The Password File" in PostgreSQL's documentation). */
function learnPgpass(redactor: Redactor, line: string): void {
  if (line.startsWith('#')) return;
  const [host = '', , , user = '', password] =
    line.match(/(?:\\.|[^:\\])+/g)?.map((field) => field.replace(/\\(.)/g, '$1')) ?? [];
  if (password === undefined) return;
  redactor.knowSecret(password);
  if (host !== '*') redactor.knowHost(host);
  if (user !== '*') redactor.knowUser(user);
}

function readable<T>(from: Surroundings, path: string, read: (text: string) => T): T | undefined {
  try {
    return from.exists(path) ? read(from.readText(path)) : undefined;
  } catch {
    // A file that cannot be read can give nothing away.
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
