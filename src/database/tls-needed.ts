import { placeOf, tlsTo } from './direct/place.js';
import type { DirectTarget } from './target.js';
import type { UpgradeError } from '../errors/error.js';
import { discard } from './discard.js';
import { connectionError } from './connection-error.js';
import { Login, NoPassword } from './login.js';
import { isNotAdmitted, refusalOf } from './refusal.js';

/** How many ms one more attempt may take that only tells causes apart. */
const PROBE_MS = 3000;

/** Says in the user's words why a direct connection did not come about, and finds out whether it was for want of TLS. */
export async function directError(cause: unknown, target: DirectTarget, { wasAsked }: Login): Promise<UpgradeError> {
  const refusal = refusalOf(cause, { ...target, wasAsked });
  const lacksTls =
    refusal === 'not-admitted' &&
    target.ssl === 'disable' &&
    !placeOf(target).startsWith('/') &&
    (await isAdmittedOverTls(target));
  return connectionError(cause, target, wasAsked, lacksTls ? 'tls-required' : refusal);
}

/**
 * Whether the server would go on over TLS. The message of the refusal says "no encryption" in any case, in the server's language, and so is no
 * evidence. No password is sent: nobody has checked who answers.
 */
async function isAdmittedOverTls(target: DirectTarget): Promise<boolean> {
  const { default: pg } = await import('pg');
  const { port, user, database } = target;
  const { password } = new Login({});
  const client = new pg.Client({
    host: placeOf(target),
    port,
    user,
    database,
    password,
    ssl: tlsTo(target, { rejectUnauthorized: false }),
    connectionTimeoutMillis: PROBE_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    return error instanceof NoPassword || ('routine' in (error as object) && !isNotAdmitted(error));
  } finally {
    discard(client);
  }
}
