import { UpgradeError } from '../../errors/error.js';
import { messageOf } from '../connection-error.js';
import { hostAndPort } from '../host-and-port.js';
import { Login, NoPassword } from '../login.js';
import { refusalOf } from '../refusal.js';
import type { DirectTarget, SessionAttributes } from '../target.js';
import { openOnce } from './open.js';
import { fits, kindOf } from './session-attributes.js';
import { noneTaken, triedLines, type Tried } from './none-taken.js';
import { waysTo, type Way } from './ways.js';

/** How long, in s, all servers together, and each of them at the least, may take to let somebody in, where connect_timeout does not say. */
const ALL_S = 5;
const EACH_S = 1;

/**
 * Decides which server, and which of its addresses, a target is: from then on every session of a run and every program that it starts goes to that
 * one. Of several servers the first is taken that answers and is what target_session_attrs asks for, as libpq does it (PQconnectPoll
 * in fe-connect.c): one that cannot be reached, does not answer in time or is still starting is passed over, and one that refuses the
 * login is the one. Connects only where there is something to choose.
 * @returns the same with its `address`, and without `hosts`. Where nothing can be chosen without a password, they stay
 * @throws {UpgradeError} YF204, YF215 or YF232 where none of several servers is to be had
 */
export async function settle(target: DirectTarget): Promise<DirectTarget> {
  const ways = await waysTo(target);
  const [only, ...others] = ways;
  if (only === undefined) return target;
  if (others.length === 0 && target.sessionAttributes === undefined) {
    const address = only.addresses.find(({ why }) => why === undefined)?.address;
    return { ...target, ...(address !== undefined && { address }) };
  }
  const { sessionAttributes = 'any' } = target;
  // prefer-standby goes through all of them once more.
  const passes = sessionAttributes === 'prefer-standby' ? (['standby', 'any'] as const) : [sessionAttributes];
  const tried: Tried[] = [];
  for (const wanted of passes) {
    for (const way of ways) {
      const taken = await take(target, way, wanted, tried);
      if (taken !== undefined) return taken;
    }
  }
  throw noneTaken(target, tried);
}

/** The target with a password that counts for every server that is still to be chosen from. */
export function withPassword(
  target: DirectTarget,
  password: Required<Pick<DirectTarget, 'password' | 'passwordFrom'>>,
): DirectTarget {
  const { hosts } = target;
  return { ...target, ...password, ...(hosts && { hosts: hosts.map((host) => ({ ...host, ...password })) }) };
}

/** Tries the addresses of one server; undefined where the next one is to be tried. */
async function take(
  target: DirectTarget,
  { host, addresses, why }: Way,
  wanted: SessionAttributes,
  tried: Tried[],
): Promise<DirectTarget | undefined> {
  const where = hostAndPort(host);
  const note = (cause: Tried['cause'], reason: string) => void tried.push({ where, cause, reason });
  if (why !== undefined) note('silent', why);
  for (const one of addresses) {
    if (one.why !== undefined) {
      note('silent', one.why);
      continue;
    }
    const { hosts: _, sessionAttributes: __, ...rest } = target;
    const chosen: DirectTarget = {
      ...withoutLogin(rest),
      ...host,
      ...(one.address !== undefined && { address: one.address }),
    };
    const settled = { ...chosen, ...passed(target, where, tried) };
    const login = new Login(chosen);
    const share = Math.max(EACH_S, ALL_S / (target.hosts?.length ?? 1));
    const limited = { ...chosen, connectTimeoutSeconds: target.connectTimeoutSeconds ?? share };
    try {
      const session = await openOnce(limited, 'yokeflow-upgrade chooses a server', login);
      try {
        const kind = await kindOf(session);
        if (fits(kind, wanted)) return settled;
        note(
          'unfit',
          kind.inRecovery ? 'it is a standby' : kind.readOnly ? 'it is set to read-only' : 'it takes changes',
        );
        return undefined;
      } finally {
        await session.close();
      }
    } catch (error) {
      const isSilent = error instanceof UpgradeError && error.code === 'YF223';
      const cause = isSilent ? 'silent' : refusalOf(error, { ...chosen, wasAsked: login.wasAsked });
      if (cause === 'silent' || cause === 'not-ready') {
        note(cause, messageOf(error));
        if (cause === 'not-ready') return undefined;
        continue;
      }
      // What it is can only be asked once there is a password.
      return error instanceof NoPassword && target.sessionAttributes !== undefined ? { ...target, ...host } : settled;
    }
  }
  return undefined;
}

/** What a server has by itself is the taken one's, or nobody's. */
function withoutLogin(target: DirectTarget): DirectTarget {
  const { hostaddr: _, password: __, passwordFrom: ___, passwordFile: ____, optionalTls: _____, ...rest } = target;
  return rest;
}

/** The servers before the taken one, for whoever wonders why it is that one. */
function passed(
  target: DirectTarget,
  taken: string,
  tried: readonly Tried[],
): Pick<DirectTarget, 'passedOver' | 'reason'> {
  const passedOver = triedLines(tried.filter(({ where }) => where !== taken));
  if (target.hosts === undefined || passedOver.length === 0) return { reason: target.reason };
  return { passedOver, reason: `${target.reason}; passed over: ${passedOver.join(', ')}` };
}
