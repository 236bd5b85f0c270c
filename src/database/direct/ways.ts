import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isSocketFolder } from '../host-and-port.js';
import { notAccepted, probeLimit, unresolved, within } from '../reachable.js';
import type { DirectHost, DirectTarget } from '../target.js';
import { placeOf } from './place.js';

/** One server, with every address that its name stands for here. */
export interface Way {
  readonly host: DirectHost;
  /** `address` is absent where the host itself is one, or a folder; `why` says that nothing accepts connections there. */
  readonly addresses: readonly { readonly address?: string; readonly why?: string }[];
  /** Why there is no address. */
  readonly why?: string;
}

/**
 * The servers of a target in the order in which they are to be tried, with what accepts connections of them. All are asked at once, since each
 * may take its time to say nothing. Where there is one address alone, it is not asked: connecting to it gives the better error.
 */
export async function waysTo(target: DirectTarget): Promise<Way[]> {
  const limit = probeLimit(target);
  const hosts = target.hosts ?? [hostOf(target)];
  const found = await Promise.all(hosts.map((host) => addressesOf(host, limit)));
  const isOnly = found.length === 1 && (found[0]?.addresses.length ?? 0) <= 1 && target.sessionAttributes === undefined;
  const ways = isOnly
    ? found
    : await Promise.all(
        found.map(async (way) => ({
          ...way,
          addresses: await Promise.all(
            way.addresses.map(async ({ address }) => {
              const why = await notAccepted({ host: address ?? placeOf(way.host), port: way.host.port }, limit);
              return { ...(address !== undefined && { address }), ...(why !== undefined && { why }) };
            }),
          ),
        })),
      );
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

async function addressesOf(host: DirectHost, limit: number): Promise<Way> {
  const place = placeOf(host);
  if (isSocketFolder(place) || isIP(place.replace(/%.*$/, '')) !== 0) return { host, addresses: [{}] };
  try {
    const found = await within(limit, lookup(place, { all: true, verbatim: true }));
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
