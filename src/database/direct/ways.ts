import { isIP } from 'node:net';
import { lookUp } from '../../machine/look-up.js';
import { isSocketFolder } from '../host-and-port.js';
import { notAccepted, probeLimit, unresolved, within } from '../reachable.js';
import type { DirectHost, DirectTarget } from '../target.js';
import { placeOf } from './place.js';

/** One server, with every address that its name stands for here. */
export interface Way {
  readonly host: DirectHost;
  /** `address` is absent where the host itself is one, or a folder; `why` comes to the reason why nothing accepts connections there. */
  readonly addresses: readonly { readonly address?: string; readonly why: Promise<string | undefined> }[];
  /** Why there is no address. */
  readonly why?: string;
}

/**
 * The servers of a target in the order in which they are to be tried, with what accepts connections of them. All are asked at once, since each
 * may take its time to say nothing, and nobody waits for one before its turn has come. Where there is one address alone, it is not asked: connecting to it gives the better error.
 */
export async function waysTo(target: DirectTarget): Promise<Way[]> {
  const limit = probeLimit(target);
  const hosts = target.hosts ?? [hostOf(target)];
  const found = await Promise.all(hosts.map((host) => addressesOf(host, limit)));
  const isOnly = found.length === 1 && (found[0]?.addresses.length ?? 0) <= 1 && target.sessionAttributes === undefined;
  const ways = found.map(({ addresses, ...way }): Way => {
    const reasonOf = (address: string | undefined) =>
      isOnly
        ? Promise.resolve(undefined)
        : notAccepted({ host: address ?? placeOf(way.host), port: way.host.port }, limit);
    return { ...way, addresses: addresses.map((one) => ({ ...one, why: reasonOf(one.address) })) };
  });
  return target.isBalanced ? shuffled(ways).map((way) => ({ ...way, addresses: shuffled(way.addresses) })) : ways;
}

function hostOf({
  host,
  hostaddr,
  port,
  password,
  passwordFrom,
  passwordFile,
  ssl,
  optionalTls,
  sendsName,
}: DirectTarget): DirectHost {
  return {
    host,
    port,
    ssl,
    ...(hostaddr !== undefined && { hostaddr }),
    ...(password !== undefined && { password }),
    ...(passwordFrom !== undefined && { passwordFrom }),
    ...(passwordFile !== undefined && { passwordFile }),
    ...(optionalTls !== undefined && { optionalTls }),
    ...(sendsName !== undefined && { sendsName }),
  };
}

/** A server before anything has been asked of its addresses. */
interface Found extends Omit<Way, 'addresses'> {
  readonly addresses: readonly { readonly address?: string }[];
}

async function addressesOf(host: DirectHost, limit: number): Promise<Found> {
  const place = placeOf(host);
  if (isSocketFolder(place) || isIP(place.replace(/%.*$/, '')) !== 0) return { host, addresses: [{}] };
  try {
    const found = await within(limit, lookUp(place));
    return { host, addresses: found.map(({ address }) => ({ address })) };
  } catch {
    return { host, addresses: [], why: unresolved(place) };
  }
}

function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
