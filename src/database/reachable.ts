import { connect, isIP, type NetConnectOpts } from 'node:net';
import { lookUp } from '../machine/look-up.js';
import { placeOf } from './direct/place.js';
import { hostAndPort, isSocketFolder } from './host-and-port.js';
import type { DirectTarget } from './target.js';

/** Milliseconds for the name and for the connection, each. */
const defaultTimeout = 2000;
/** The same, in ms, at the most. */
const longestTimeout = 10_000;

/**
 * Says why nothing can be reached at a target, or undefined when something accepts connections there; of several servers, at one of them. Sends
 * nothing, so whether it is PostgreSQL shows only when connecting.
 * @param timeout milliseconds for resolving the name and again for connecting
 */
export async function unreachable(target: DirectTarget, timeout = probeLimit(target)): Promise<string | undefined> {
  // At once: each of them may take its time to say nothing.
  const reasons = await Promise.all((target.hosts ?? [target]).map((host) => hostUnreachable(host, timeout)));
  return reasons.includes(undefined) ? undefined : reasons.join('; ');
}

type Host = Pick<DirectTarget, 'host' | 'hostaddr' | 'address' | 'port'>;

async function hostUnreachable(host: Host, timeout: number): Promise<string | undefined> {
  const place = placeOf(host);
  if (!isSocketFolder(place) && isIP(place) === 0) {
    try {
      await within(timeout, lookUp(place));
    } catch {
      return unresolved(place);
    }
  }
  return notAccepted({ host: place, port: host.port }, timeout);
}

/**
 * Says why nothing accepts connections at one address or socket; undefined when something does.
 * @param timeout milliseconds
 */
export async function notAccepted(
  { host, port }: { readonly host: string; readonly port: number },
  timeout: number,
): Promise<string | undefined> {
  if (isSocketFolder(host)) {
    const path = `${host}/.s.PGSQL.${port}`;
    const code = await connectionFailure({ path }, timeout);
    if (code === 'ENOENT') return `there is no socket ${path}`;
    return code && `${path}: ${words(code)}`;
  }
  const code = await connectionFailure({ host, port }, timeout);
  return code && `${hostAndPort({ host, port })}: ${words(code)}`;
}

/** How long, in ms, it is waited for a connection: a server that is known to be slow, longer, if not for ever. */
export function probeLimit({ connectTimeoutSeconds }: DirectTarget): number {
  return connectTimeoutSeconds === undefined ? defaultTimeout : Math.min(connectTimeoutSeconds * 1000, longestTimeout);
}

/** Why a host is out of reach whose name stands for no address. */
export function unresolved(host: string): string {
  const start = `the host ${host} does not resolve here`;
  // A compose file's services reach each other by names without a dot.
  return host.includes('.')
    ? start
    : `${start}; it is probably a service name inside Docker's network, which only containers see: start the container, or name it with --container NAME`;
}

function words(code: string): string {
  if (code === 'ECONNREFUSED') return 'nothing listens there (connection refused)';
  if (code === 'ETIMEDOUT') return 'no answer in time';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'no route to the host';
  return code;
}

/** Connects and hangs up; resolves to the error's code, or undefined when the connection came about. */
function connectionFailure(to: NetConnectOpts, timeout: number): Promise<string | undefined> {
  return new Promise((settle) => {
    const socket = connect(to);
    const finish = (code?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      settle(code);
    };
    const timer = setTimeout(() => finish('ETIMEDOUT'), timeout);
    socket.once('connect', () => finish());
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
  });
}

/**
 * @param late told when it does not come in time
 * @throws {Error} where it takes longer than so many ms
 */
export async function within<T>(milliseconds: number, work: Promise<T>, late?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late?.();
      reject(new Error('no answer in time'));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
