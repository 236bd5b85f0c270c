import { UpgradeError } from '../errors/error.js';
import { present, type ConnectionParts } from './connection.js';
import { redactUrl } from '../redaction/redact.js';

/** `postgres://`, `postgresql://`, and what Python users write for SQLAlchemy: `postgresql+asyncpg://`. */
const schemes = /^postgres(?:ql)?(?:\+[a-z0-9_]+)?:\/\//i;

/** The parameters behind the question mark of a connection URL, by libpq's keyword. */
export interface UrlParameters {
  readonly values: Readonly<Record<string, string>>;
  /** Whether what looks like a parameter's name may be a piece of a password that was not percent-encoded. */
  readonly mayBeSecret: boolean;
}

/**
 * Reads a PostgreSQL connection URL (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING).
 * Reads no file and looks nothing up, and decodes each part once, as libpq does. Parameters that have no place in the result are {@link refuseUnhonoured}'s.
 * @param source what held the URL, for messages
 * @throws {UpgradeError} YF209 (exit 2) when it cannot be read; the message never holds the password
 */
export function parseUrl(url: string, source: string): ConnectionParts {
  const text = url.trim();
  const { values } = urlParameters(text, source);
  const address = readAddress(text);
  try {
    const parsed = decoded(address);
    // A parameter counts more than the same thing before the question mark, as in libpq.
    return present({
      host: values['host'] || parsed.host,
      port: values['port'] || parsed.port,
      user: values['user'] || parsed.user,
      password: values['password'] || parsed.password,
      database: values['dbname'] || parsed.database,
      options: values['options'],
      connectTimeout: values['connect_timeout'],
      sslmode: values['sslmode'],
      sslrootcert: values['sslrootcert'],
      sslcert: values['sslcert'],
      sslkey: values['sslkey'],
      sslpassword: values['sslpassword'],
      passfile: values['passfile'],
    });
  } catch {
    // The error of decodeURIComponent is of no use to anybody, so it is not kept as the cause.
    throw unreadable(text, source, noForm);
  }
}

/**
 * Every parameter of a connection URL, known or not. libpq decodes names as well as values, reads a + as itself, unlike a
 * form, and takes the last of two.
 * @throws {UpgradeError} YF209
 */
export function urlParameters(url: string, source: string): UrlParameters {
  const text = url.trim();
  const fault = urlFault(text);
  if (fault !== undefined) throw unreadable(text, source, fault);
  const query = text.slice(text.replace(schemes, '').includes('?') ? text.indexOf('?') + 1 : text.length);
  try {
    const pairs = query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [decodeURIComponent(name), decodeURIComponent(value.join('='))] as const;
      });
    const { ssl, uselibpqcompat: _, database, ...values } = Object.fromEntries(pairs);
    if (database !== undefined) values['dbname'] ??= database;
    const alias = sslAlias(ssl);
    if (alias !== undefined) values['sslmode'] ??= alias;
    return { values, mayBeSecret: query.includes('@') || pairs.some(([name]) => /password|secret|_key$/.test(name)) };
  } catch {
    throw unreadable(text, source, noForm);
  }
}

const noForm = 'it is not of the form postgresql://user:password@host:port/database';

type Address = { readonly [K in 'user' | 'password' | 'host' | 'port' | 'database']: string | undefined };

/** Its parts as they are written, percent-encoded; undefined where it has another form. An @ in the password is taken for a part of it. */
function readAddress(text: string): Address | undefined {
  const [address = ''] = text.replace(schemes, '').split('?');
  const parts = /^(?:([^:@/]*)(?::([^/]*))?@)?(\[[^\]]*\]|[^:/[\]]*)(?::(\d*))?(?:\/(.*))?$/s.exec(address);
  if (parts === null) return undefined;
  const [, user, password, host = '', port, database] = parts;
  return { user, password, host: host.replace(/^\[(.*)\]$/, '$1'), port, database };
}

/** @throws {Error} where there is nothing to decode, or what is there is not encoded */
function decoded(address: Address | undefined): Address {
  if (address === undefined) throw new Error('no address');
  const decode = (part: string | undefined) => part && decodeURIComponent(part);
  const { user, password, host, port, database } = address;
  const parts = {
    user: decode(user),
    password: decode(password),
    host: decode(host),
    port,
    database: decode(database),
  };
  // PostgreSQL's names end at a zero byte.
  if (Object.values(parts).some((part) => part?.includes('\0'))) throw new Error('a zero byte');
  return parts;
}

/** What is wrong with a URL that the parser would accept and misread. */
function urlFault(text: string): string | undefined {
  if (!schemes.test(text)) return 'it does not begin with postgresql:// or postgres://';
  if (text.includes('#')) return 'a # in it must be written %23';
  const [address = ''] = text.replace(schemes, '').split('?');
  const slash = address.indexOf('/');
  if (slash !== -1 && address.indexOf('@', slash) !== -1) {
    return 'an @ or / in the password must be percent-encoded (%40, %2F)';
  }
  const hosts = address.slice(address.lastIndexOf('@') + 1);
  if (hosts.split('/')[0]?.includes(',') === true) return 'it names several hosts; give the one to upgrade';
  return undefined;
}

/** `ssl=true` is libpq's alias for require; asyncpg writes the mode itself there. */
function sslAlias(ssl: string | undefined): string | undefined {
  if (ssl === 'true' || ssl === '1') return 'require';
  if (ssl === 'false' || ssl === '0') return 'disable';
  return ssl;
}

function unreadable(text: string, source: string, fault: string): UpgradeError {
  const shown = redactUrl(text);
  return new UpgradeError({
    code: 'YF209',
    message: `The connection string in ${source} cannot be read: ${fault}.`,
    // Of what may be a bare password nothing is left.
    found: /^\**$/.test(shown) ? [] : [shown],
    remedy:
      'Write it as postgresql://user:password@host:5432/database, special characters of the password percent-encoded.',
  });
}
