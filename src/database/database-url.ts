import { isSocketFolder } from './host-and-port.js';
import type { DirectTarget } from './target.js';

/** The URL of a direct connection. The password has to come from PGPASSWORD or ~/.pgpass: no secret is printed. */
export function databaseUrlOf({
  host,
  port,
  user,
  database,
  ssl,
  options,
  passwordFile,
  ...more
}: DirectTarget): string {
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
    ...(more.hostaddr !== undefined && more.hostaddr !== host && { hostaddr: more.hostaddr }),
    ...(options !== undefined && { options }),
    ...(more.service !== undefined && { service: more.service }),
    ...(passwordFile?.isNamed && { passfile: passwordFile.path }),
  });
  const where = isSocketFolder(host)
    ? ''
    : `${host.includes(':') ? `[${encodeURIComponent(host).replaceAll('%3A', ':')}]` : encodeURIComponent(host)}:${port}`;
  return `postgresql://${encodeURIComponent(user)}@${where}/${encodeURIComponent(database)}${query && `?${query}`}`;
}

/** libpq reads a + as itself, so a blank is %20; a slash needs no escape. */
function queryOf(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2F', '/')}`)
    .join('&');
}
