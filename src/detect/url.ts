import { UpgradeError } from '../errors/error.js';
import { redactUrl } from '../redaction/redact.js';

/** `postgres://`, `postgresql://`, and what Python users write for SQLAlchemy: `postgresql+asyncpg://`. */
const schemes = /^postgres(?:ql)?(?:\+[a-z0-9_]+)?:\/\//i;

/** What a connection string says, by libpq's keyword, known or not. */
export interface ConnectionString {
  readonly values: Readonly<Record<string, string>>;
  /** Whether what looks like a parameter's name may be a piece of a password that was not quoted or percent-encoded. */
  readonly mayBeSecret: boolean;
}

/**
 * Reads a PostgreSQL connection URL (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING).
 * Reads no file and looks nothing up, and decodes each part once, as libpq does: names as well as values, a + as itself, unlike a form,
 * and takes the last of two. Parameters that are not known are {@link refuseUnhonoured}'s.
 * @param source what held the URL, for messages
 * @returns the values by libpq's keyword. Several hosts stand with commas between, as do their ports
 * @throws {UpgradeError} YF209 (exit 2) when it cannot be read; the message never holds the password
 */
export function parseUrl(url: string, source: string): ConnectionString {
  const text = url.trim();
  const fault = urlFault(text);
  if (fault !== undefined) throw unreadable(text, source, fault);
  const address = readAddress(text);
  if (address === undefined) throw unreadable(text, source, noForm);
  const query = text.slice(text.replace(schemes, '').includes('?') ? text.indexOf('?') + 1 : text.length);
  try {
    const pairs = query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [decode(name), decode(value.join('='))] as const;
      });
    const { ssl, uselibpqcompat: _, database, ...values } = Object.fromEntries(pairs);
    if (database !== undefined) values['dbname'] ??= database;
    const alias = sslAlias(ssl);
    if (alias !== undefined) values['sslmode'] ??= alias;
    return {
      // A parameter counts more than the same thing before the question mark.
      values: { ...decoded(address), ...values },
      mayBeSecret: query.includes('@') || pairs.some(([name]) => /password|secret|_key$/.test(name)),
    };
  } catch {
    // The error of decodeURIComponent is of no use to anybody, so it is not kept as the cause.
    throw unreadable(text, source, noForm);
  }
}

const noForm = 'it is not of the form postgresql://user:password@host:port/database';

type Address = Readonly<Record<'user' | 'password' | 'host' | 'port' | 'dbname', string | undefined>>;

/** Its parts as they are written, percent-encoded; undefined where it has another form. An @ in the password is taken for a part of it. */
function readAddress(text: string): Address | undefined {
  const [address = ''] = text.replace(schemes, '').split('?');
  const [, user, password, places = '', dbname] =
    /^(?:([^:@/]*)(?::([^/]*))?@)?([^/]*)(?:\/(.*))?$/s.exec(address) ?? [];
  const hosts = places.split(',').map((place) => /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(place));
  if (hosts.includes(null)) return undefined;
  const host = hosts.map((one) => one?.[1]?.replace(/^\[(.*)\]$/, '$1') ?? '').join(',');
  const port = hosts.map((one) => one?.[2] ?? '').join(',');
  return { user, password, host, port, dbname };
}

/** What is there of it, decoded. An empty part is none, unlike an empty parameter. */
function decoded(address: Address): Record<string, string> {
  return Object.fromEntries(
    Object.entries(address).flatMap(([name, value]) => (value ? [[name, decode(value)] as const] : [])),
  );
}

/** @throws {Error} where a text is not percent-encoded */
function decode(text: string): string {
  const result = decodeURIComponent(text);
  // PostgreSQL's names end at a zero byte.
  if (result.includes('\0')) throw new Error('a zero byte');
  return result;
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
  return undefined;
}

/** `ssl=true` is libpq's alias for require; asyncpg writes the mode itself there. */
function sslAlias(ssl: string | undefined): string | undefined {
  if (ssl === 'true' || ssl === '1') return 'require';
  if (ssl === 'false' || ssl === '0') return 'disable';
  return ssl;
}

/**
 * A connection string that cannot be read: YF209.
 * @param text as far as it may be shown without what is known to be a password
 */
export function unreadable(text: string, source: string, fault: string): UpgradeError {
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
