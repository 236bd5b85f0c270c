import { isIP } from 'node:net';
import { UpgradeError } from '../errors/error.js';
import { rememberPassword } from '../redaction/redact.js';
import { partsOf, type ConnectionParts } from './connection.js';
import { namedHosts, type NamedHost } from './hosts.js';
import { filedPassword } from './password-file.js';
import type { Settings } from './settings.js';
import { slipIn } from './slip.js';
import { tlsFor } from './ssl.js';
import type { Surroundings } from '../machine/surroundings.js';
import { isSocketFolder } from '../database/host-and-port.js';
import { sessionAttributes, type DirectHost, type DirectTarget } from '../database/target.js';

/** The longest that a timer of Node's can be, in seconds, and somewhat less. */
const LONGEST_TIMEOUT_S = 2_000_000;

/**
 * Makes a target of a connection's settings, and fills in what they leave open, as libpq does: port 5432, the login name for the user, the
 * user for the database, and a local socket for the host.
 * @param folder what relative paths of certificates and of the password file start from
 * @throws {UpgradeError} YF209 for what cannot be used, YF207 for a certificate that cannot be read
 */
export function complete(
  settings: Settings,
  source: string,
  reason: string,
  folder: string,
  from: Surroundings,
): DirectTarget {
  const parts = partsOf(settings);
  const hosts = hostsOf(parts, source, from);
  const user = parts.user ?? from.userName;
  for (const { host } of hosts) {
    const slip = slipIn(host, user, parts.dbname);
    if (slip !== undefined) throw unusable(source, `what stands in the place of ${slip}`);
  }
  if (user === undefined) throw unusable(source, 'it names no user');
  const database = parts.dbname ?? user;
  const tls = tlsFor(parts, source, folder, from);
  if (typeof tls.ssl !== 'string' && tls.ssl.rejectUnauthorized && !tls.ssl.checkServerIdentity) {
    if (hosts.some(({ isNamed, hostaddr }) => hostaddr !== undefined && !isNamed))
      throw unusable(source, 'sslmode=verify-full needs the name of the host beside its address (hostaddr)');
  }
  const servers = hosts.map(
    ({ host, hostaddr, port }): DirectHost => ({
      host,
      port,
      ...(hostaddr !== undefined && { hostaddr }),
      ...passwordFor({ host, port, database, user }, settings, folder, from),
      // libpq ignores sslmode on a local socket.
      ...(isSocketFolder(host) && hostaddr === undefined ? { ssl: 'disable' as const } : tls),
    }),
  );
  // Who takes a name for a password would find that name hidden everywhere.
  for (const { password } of servers) if (password !== user && password !== database) rememberPassword(password);
  const [first] = servers;
  if (first === undefined) throw new Error('a connection without a host');
  return {
    kind: 'direct',
    source,
    ...first,
    database,
    ...(parts.dbname === undefined && { isDatabaseDefault: true }),
    user,
    ...(parts.options === undefined ? {} : { options: parts.options }),
    ...connectTimeout(parts, source),
    ...choiceOf(parts, servers, source),
    ...(settings['service']?.value && { service: settings['service'].value }),
    reason,
  };
}

function hostsOf(parts: ConnectionParts, source: string, from: Surroundings): NamedHost[] {
  try {
    const hosts = namedHosts(parts, from);
    if (hosts.some(({ hostaddr }) => hostaddr !== undefined && isIP(hostaddr.replace(/%.*$/, '')) === 0))
      throw new RangeError('hostaddr is no network address');
    return hosts;
  } catch (error) {
    if (error instanceof RangeError) throw unusable(source, error.message);
    throw error;
  }
}

/** The password of one server. libpq looks into the file last of all, for each host by itself. */
function passwordFor(
  address: Parameters<typeof filedPassword>[0],
  { password, passfile }: Settings,
  folder: string,
  from: Surroundings,
): Pick<DirectTarget, 'password' | 'passwordFrom' | 'passwordFile'> {
  if (password?.value)
    return {
      password: password.value,
      passwordFrom:
        password.name === 'PGPASSWORD' && password.where === 'the environment' ? 'PGPASSWORD' : password.where,
    };
  const { file, password: filed } = filedPassword(address, passfile?.value || undefined, folder, from);
  const isNamed = passfile?.value && passfile.name !== 'PGPASSFILE';
  return {
    ...(filed !== undefined && { password: filed, passwordFrom: file.path }),
    passwordFile: { ...file, ...(isNamed && { isNamed }) },
  };
}

/** What decides between several servers, or whether the only one will do. */
function choiceOf(
  { target_session_attrs: wanted = 'any', load_balance_hosts: order = 'disable' }: ConnectionParts,
  servers: readonly DirectHost[],
  source: string,
): Pick<DirectTarget, 'hosts' | 'sessionAttributes' | 'isBalanced'> {
  const attributes = sessionAttributes.find((one) => one === wanted);
  if (attributes === undefined)
    throw unusable(source, `target_session_attrs is none of ${sessionAttributes.join(', ')}`);
  if (order !== 'disable' && order !== 'random')
    throw unusable(source, 'load_balance_hosts is neither disable nor random');
  return {
    ...(servers.length > 1 && { hosts: servers }),
    ...(attributes !== 'any' && { sessionAttributes: attributes }),
    ...(order === 'random' && { isBalanced: true }),
  };
}

/** libpq waits for ever after 0 or less; here the usual limit then holds. Up to PostgreSQL 16 it took 1 for 2; since 17 it does not. */
function connectTimeout(
  { connect_timeout: written }: ConnectionParts,
  source: string,
): Pick<DirectTarget, 'connectTimeoutSeconds'> {
  if (written === undefined) return {};
  const seconds = Number(written);
  if (!/^\s*[+-]?\d+\s*$/.test(written) || !Number.isSafeInteger(seconds))
    throw unusable(source, 'connect_timeout is no whole number of seconds');
  return seconds > 0 ? { connectTimeoutSeconds: Math.min(seconds, LONGEST_TIMEOUT_S) } : {};
}

function unusable(source: string, fault: string): UpgradeError {
  return new UpgradeError({
    code: 'YF209',
    message: `The connection in ${source} cannot be used: ${fault}.`,
    remedy: 'Name the whole connection: --database-url postgresql://user@host:5432/database',
  });
}
