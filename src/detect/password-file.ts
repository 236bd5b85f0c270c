import { isAbsolute, join, resolve } from 'node:path';
import { UnreadableFile } from '../machine/read-text.js';
import { fileFailure, type Surroundings } from '../machine/surroundings.js';
import type { DirectTarget, PasswordFile } from '../database/target.js';

type Address = Pick<DirectTarget, 'host' | 'port' | 'database' | 'user'>;

/** The folders that libpq is built to look for a local server in: that of Debian and Red Hat, and everybody else's. */
const socketFolders: ReadonlySet<string> = new Set(['/var/run/postgresql', '/tmp']);

/** Any right of the group or of others (S_IRWXG and S_IRWXO). */
const OPEN_TO_OTHERS = 0o077;

export interface FiledPassword {
  readonly file: PasswordFile;
  readonly password?: string;
}

/**
 * Looks an address up in the password file, by PostgreSQL's own rules
 * (https://www.postgresql.org/docs/current/libpq-pgpass.html). Never throws: a file that cannot be used is none, with a reason.
 * @param named the file, where the connection or PGPASSFILE names one
 * @param folder what a relative path starts from
 */
export function filedPassword(
  address: Address,
  named: string | undefined,
  folder: string,
  from: Surroundings,
): FiledPassword {
  const path = named === undefined ? usualFile(from) : isAbsolute(named) ? named : resolve(folder, named);
  // libpq says nothing of a file that is not there; here it is said where a password is missing.
  if (!from.exists(path)) return { file: { path, fault: named === undefined ? 'missing' : 'there is no such file' } };
  const mode = from.platform === 'win32' ? undefined : from.modeOf(path);
  try {
    const text = from.readText(path);
    if (mode !== undefined && (mode & OPEN_TO_OTHERS) !== 0) {
      return {
        file: {
          path,
          fault: `it is open to others than its owner (mode ${mode.toString(8).padStart(4, '0')}), so it is ignored, as psql does`,
          isOpenToOthers: true,
        },
      };
    }
    const password = passwordIn(text, address);
    return { file: { path }, ...(password !== undefined && { password }) };
  } catch (error) {
    return { file: { path, fault: error instanceof UnreadableFile ? error.message : fileFailure(error) } };
  }
}

/** `~/.pgpass`; on Windows `%APPDATA%\postgresql\pgpass.conf`. */
export function usualFile({ env, home, platform }: Surroundings): string {
  const appData = env['APPDATA'];
  return platform === 'win32' && appData ? join(appData, 'postgresql', 'pgpass.conf') : join(home, '.pgpass');
}

/**
 * The password of the first line that matches. An empty one is none, as for libpq. Pure.
 * Source: passwordFromFile in fe-connect.c.
 */
export function passwordIn(text: string, { host, port, database, user }: Address): string | undefined {
  const isUsual = socketFolders.has(host);
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    const [fields, password] = fieldsOf(line.replace(/[\r\n]+$/, ''));
    if (password === undefined) continue;
    const [ofHost, ...others] = fields;
    const matches = (field: string | undefined, value: string) => field === '*' || unescaped(field ?? '') === value;
    if (!matches(ofHost, host) && !(isUsual && matches(ofHost, 'localhost'))) continue;
    if ([String(port), database, user].every((value, i) => matches(others[i], value)))
      return unescaped(password) || undefined;
  }
  return undefined;
}

/** The four fields of a line, still escaped, and what stands behind them up to a further colon. */
function fieldsOf(line: string): [string[], string | undefined] {
  const parts = /^((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*\\?)/.exec(
    line,
  );
  return parts === null ? [[], undefined] : [parts.slice(1, 5), parts[5]];
}

const unescaped = (field: string): string => field.replace(/\\(.)/gs, '$1');
