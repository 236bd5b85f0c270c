import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { DirectTarget } from '../target.js';

/** Where a connection really goes: the address that was given or chosen for the host, else the host. */
export function placeOf({ host, hostaddr, address }: Pick<DirectTarget, 'host' | 'hostaddr' | 'address'>): string {
  return hostaddr ?? address ?? host;
}

/**
 * How TLS is spoken to a target. The certificate is the host's, whatever address the connection goes to, and so is the name in the handshake,
 * which is never an address (RFC 6066, section 3).
 */
export function tlsTo({ host, sendsName }: DirectTarget, tls: ConnectionOptions): ConnectionOptions {
  const isName = isIP(host) === 0;
  // `pg` sets the name by itself where it connects to one.
  return { ...tls, host, ...(isName && { servername: sendsName === false ? '' : host }) };
}
