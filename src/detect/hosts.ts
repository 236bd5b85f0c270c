import type { Surroundings } from '../machine/surroundings.js';
import type { ConnectionParts } from './connection.js';

/** One server that a connection names. */
export interface NamedHost {
  /** A name, an address, or the folder of a local socket. */
  readonly host: string;
  /** The address to connect to in the host's place, where `hostaddr` gives one. */
  readonly hostaddr?: string;
  readonly port: number;
  /** Whether a host was named, and not only an address or nothing. */
  readonly isNamed: boolean;
}

/**
 * The servers that a connection names, in order; always one at least. Lists are matched as libpq does it (connectOptions2 in fe-connect.c).
 * @throws {RangeError} in words for a message where they do not match, or a port is none
 */
export function namedHosts(parts: ConnectionParts, from: Surroundings): NamedHost[] {
  const [hosts, addresses, ports] = [listOf(parts.host), listOf(parts.hostaddr), listOf(parts.port)];
  const count = Math.max(1, addresses.length || hosts.length);
  if (hosts.length > 0 && addresses.length > 0 && hosts.length !== addresses.length)
    throw new RangeError(`it names ${hosts.length} hosts and ${addresses.length} addresses (hostaddr)`);
  if (ports.length > 1 && ports.length !== count)
    throw new RangeError(`it names ${ports.length} ports for ${count} ${count === 1 ? 'host' : 'hosts'}`);
  return Array.from({ length: count }, (_, i) => {
    const port = portOf((ports.length > 1 ? ports[i] : ports[0]) ?? '');
    const [host, hostaddr] = [hosts[i], addresses[i]];
    return {
      host: host || hostaddr || localHost(port, from),
      ...(hostaddr && { hostaddr }),
      port,
      isNamed: Boolean(host),
    };
  });
}

const listOf = (text: string | undefined): string[] => (text ? text.split(',') : []);

function portOf(written: string): number {
  const port = written === '' ? 5432 : Number(written);
  if (!/^\s*\+?\d*\s*$/.test(written) || !Number.isInteger(port) || port < 1 || port > 65535)
    throw new RangeError('the port is not a number from 1 to 65535');
  return port;
}

/** libpq's default host is a folder fixed when it was built: one for Debian and Red Hat, /tmp for the others. */
function localHost(port: number, from: Surroundings): string {
  const folders = from.platform === 'win32' ? [] : ['/var/run/postgresql', '/tmp'];
  return folders.find((folder) => from.exists(`${folder}/.s.PGSQL.${port}`)) ?? 'localhost';
}
