import { ExitCode, UpgradeError } from '../errors/error.js';
import { present, type ConnectionParts } from './connection.js';
import { redactUrl } from '../redaction/redact.js';

/** `postgres://`, `postgresql://`, and what Python users write for SQLAlchemy: `postgresql+asyncpg://`. */
const schemes = /^postgres(?:ql)?(?:\+[a-z0-9_]+)?:\/\//i;
const sslParameters = ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslpassword', 'uselibpqcompat', 'sslnegotiation'];

/**
 * Reads a PostgreSQL connection URL (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING).
 * Reads no file and looks nothing up.
 * @param source what held the URL, for messages
 * @throws {UpgradeError} YF209 (exit 2) when it cannot be read; the message never holds the password
 */
export async function parseUrl(url: string, source: string): Promise<ConnectionParts> {
  const text = url.trim();
  const fault = urlFault(text);
  if (fault !== undefined) throw unreadable(text, source, fault);
  const [address = '', ...rest] = text.replace(schemes, 'postgresql://').split('?');
  // Unlike a form, libpq reads a + in a parameter as itself.
  const query = rest.join('?').replaceAll('+', '%2B').split('&').filter((pair) => pair !== '');
  // The library would read certificate files itself and give sslmode its own meaning; ssl.ts does both.
  const isSsl = (pair: string): boolean => sslParameters.includes(pair.split('=')[0] ?? '');
  const ssl = Object.fromEntries(new URLSearchParams(query.filter(isSsl).join('&')));
  const others = query.filter((pair) => !isSsl(pair)).join('&');

  const { parse } = (await import('pg-connection-string')).default;
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(others === '' ? address : `${address}?${others}`, { useLibpqCompat: true });
  } catch {
    // The error of URL carries the input, password included, so it is not kept as the cause.
    throw unreadable(text, source, 'it is not of the form postgresql://user:password@host:port/database');
  }
  return present({
    host: parsed.host,
    port: parsed.port,
    user: parsed.user,
    password: parsed.password,
    database: parsed.database ?? (parsed['dbname'] as string | undefined),
    options: parsed.options,
    sslmode: ssl['sslmode'] ?? sslAlias(ssl['ssl']),
    sslrootcert: ssl['sslrootcert'],
    sslcert: ssl['sslcert'],
    sslkey: ssl['sslkey'],
    sslpassword: ssl['sslpassword'],
  });
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
    exitCode: ExitCode.usage,
    message: `The connection string in ${source} cannot be read: ${fault}.`,
    // Of what may be a bare password nothing is left.
    found: /^\**$/.test(shown) ? [] : [shown],
    remedy: 'Write it as postgresql://user:password@host:5432/database, special characters of the password percent-encoded.',
  });
}
