import { UpgradeError } from '../errors/error.js';
import { rememberPassword } from '../redaction/redact.js';
import { variableParts, type ConnectionParts } from './connection.js';
import { filedPassword } from './password-file.js';
import { slipIn } from './slip.js';
import { sslFor } from './ssl.js';
import type { Surroundings } from '../machine/surroundings.js';
import { isSocketFolder } from '../database/host-and-port.js';
import type { DirectTarget } from '../database/target.js';

/** The longest that a timer of Node's can be, in seconds, and somewhat less. */
const LONGEST_TIMEOUT_S = 2_000_000;

/**
 * Fills in what a source leaves open, as libpq does: first from the PG* variables, then port 5432, the login name
 * for the user, the user for the database, and a local socket for the host.
 * @param folder what relative paths of certificates and of the password file start from
 * @throws {UpgradeError} YF209 for what cannot be used, YF207 for a certificate that cannot be read
 */
export function complete(
  given: ConnectionParts,
  source: string,
  reason: string,
  folder: string,
  from: Surroundings,
): DirectTarget {
  const parts = { ...variableParts(from.env), ...given };
  const port = Number(parts.port ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw unusable(source, 'the port is not a number from 1 to 65535');
  const host = parts.host ?? localHost(port, from);
  const user = parts.user ?? from.userName;
  const slip = slipIn(host, user, parts.database);
  if (slip !== undefined) throw unusable(source, `what stands in the place of ${slip}`);
  if (host.includes(',')) throw unusable(source, 'it names several hosts; give the one to upgrade');
  if (user === undefined) throw unusable(source, 'it names no user');
  const database = parts.database ?? user;
  // libpq looks into the file last of all.
  const filed =
    parts.password === undefined
      ? filedPassword({ host, port, database, user }, parts.passfile, folder, from)
      : undefined;
  const password = parts.password ?? filed?.password;
  // Who takes a name for a password would find that name hidden everywhere.
  if (password !== user && password !== database) rememberPassword(password);
  return {
    kind: 'direct',
    source,
    host,
    port,
    database,
    ...(parts.database === undefined && { isDatabaseDefault: true }),
    user,
    ...(password === undefined
      ? {}
      : { password, passwordFrom: given.password !== undefined ? source : filed ? filed.file.path : 'PGPASSWORD' }),
    ...(filed === undefined
      ? {}
      : {
          passwordFile: {
            ...filed.file,
            ...(given.passfile !== undefined && given.passfile !== from.env['PGPASSFILE'] && { isNamed: true }),
          },
        }),
    ...(parts.options === undefined ? {} : { options: parts.options }),
    ...connectTimeout(parts, source),
    // libpq ignores sslmode on a local socket.
    ssl: isSocketFolder(host) ? 'disable' : sslFor(parts, source, folder, from),
    reason,
  };
}

/** libpq waits for ever after 0 or less; here the usual limit then holds. */
function connectTimeout(
  { connectTimeout: written }: ConnectionParts,
  source: string,
): Pick<DirectTarget, 'connectTimeoutSeconds'> {
  if (written === undefined) return {};
  const seconds = Number(written);
  if (!/^\s*[+-]?\d+\s*$/.test(written) || !Number.isSafeInteger(seconds))
    throw unusable(source, 'connect_timeout is no whole number of seconds');
  return seconds > 0 ? { connectTimeoutSeconds: Math.min(seconds, LONGEST_TIMEOUT_S) } : {};
}

/** libpq's default host is a folder fixed when it was built: one for Debian and Red Hat, /tmp for the others. */
function localHost(port: number, from: Surroundings): string {
  const folders = from.platform === 'win32' ? [] : ['/var/run/postgresql', '/tmp'];
  return folders.find((folder) => from.exists(`${folder}/.s.PGSQL.${port}`)) ?? 'localhost';
}

function unusable(source: string, fault: string): UpgradeError {
  return new UpgradeError({
    code: 'YF209',
    message: `The connection in ${source} cannot be used: ${fault}.`,
    remedy: 'Name the whole connection: --database-url postgresql://user@host:5432/database',
  });
}
