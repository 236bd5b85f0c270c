import { networkInterfaces } from 'node:os';
import { placeOf } from '../database/direct/place.js';
import { isSocketFolder } from '../database/host-and-port.js';
import { covers, type Place } from '../database/place.js';
import { within } from '../database/reachable.js';
import type { DirectTarget } from '../database/target.js';
import type { EngineAddress } from '../database/engine-address.js';
import { lookUp } from '../machine/look-up.js';

/** The host of an address, as this machine sees it. */
export interface SeenHost {
  readonly host: string;
  readonly port: number;
  /** Every address that its name stands for here; none where it does not resolve, and for a local socket. */
  readonly addresses: readonly string[];
}

/** Names by which containers reach their engine's machine; on that machine itself they need not resolve. */
const engineNames: ReadonlySet<string> = new Set([
  'host.docker.internal',
  'gateway.docker.internal',
  'docker.for.mac.localhost',
  'host.containers.internal',
  'host.lima.internal',
]);

/** Milliseconds for a name. */
const lookupTimeout = 2000;

/** Looks a host up. Never throws. */
export async function seeHost(target: Pick<DirectTarget, 'host' | 'hostaddr' | 'address' | 'port'>): Promise<SeenHost> {
  const { host, port } = target;
  // Of a name with several addresses one has been chosen.
  const place = placeOf(target);
  if (isSocketFolder(place)) return { host, port, addresses: [] };
  const found = await within(lookupTimeout, lookUp(place)).catch(() => []);
  return { host, port, addresses: found.map(({ address }) => plain(address)) };
}

export function ownAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => plain(address))));
}

/**
 * Whether an address leads into a container for certain, by what is published and what its networks call it. False
 * means that nothing can be said without connecting: a tunnel or a pooler may lead there, and the other way round
 * another server may listen at one of the two addresses of `localhost`. Pure.
 * @param own addresses of this machine
 */
export function leadsInto({ host, port, addresses }: SeenHost, place: Place, own: ReadonlySet<string>): boolean {
  if (addresses.length === 0 && place.port === port && place.names.includes(host)) return true;
  const published = place.bindings.filter((binding) => binding.port === port);
  if (engineNames.has(host))
    return (
      isHere(place.engine, own) &&
      published.some(({ address }) => addresses.length === 0 || !/^127\.|^::1$/.test(address))
    );
  if (addresses.length === 0) return false;
  if (port === place.port && addresses.every((address) => place.addresses.includes(address))) return true;
  if (isHere(place.engine, own))
    return addresses.every((address) => isLocal(address, own) && published.some((binding) => covers(binding, address)));
  return published.length > 0 && host === place.engine.host;
}

/** Whether an engine publishes its ports on this machine. */
function isHere({ kind, host }: EngineAddress, own: ReadonlySet<string>): boolean {
  return kind === 'unix' || kind === 'npipe' || host === undefined || host === 'localhost' || isLocal(plain(host), own);
}

/** All of 127.0.0.0/8 is this machine (RFC 1122); Debian gives its own name 127.0.1.1. */
function isLocal(address: string, own: ReadonlySet<string>): boolean {
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address) || own.has(address);
}

/** An IPv4 address in IPv6's clothes, and a zone, are the same address without. */
function plain(address: string): string {
  return address
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
}
