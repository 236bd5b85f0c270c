import type { ConnectionOptions } from 'node:tls';
import { connectTimeoutSeconds } from '../connect-timeout.js';
import { discard } from '../discard.js';
import { opened } from '../first-answers.js';
import { Login } from '../login.js';
import { startupOptions } from '../pinned-settings.js';
import { postgresSocket } from '../postgres-socket.js';
import { isNotAdmitted, refusalOf } from '../refusal.js';
import { placeOf, tlsTo } from './place.js';
import type { Session } from '../session.js';
import type { DirectTarget } from '../target.js';
import { directError } from '../tls-needed.js';

type Tls = ConnectionOptions | false;

/**
 * Opens a session on the one server of a target. Which of several it is, {@link settle} has decided before.
 * @throws {UpgradeError} YF204–YF206, YF211 or YF213–YF223
 */
export async function openDirect(target: DirectTarget, applicationName: string): Promise<Session> {
  const login = new Login(target);
  try {
    return await openOnce(target, applicationName, login);
  } catch (error) {
    throw await directError(error, target, login);
  }
}

/**
 * Opens a session with or without TLS, as sslmode says, and as libpq does it for the weak modes: `prefer` tries TLS and goes on in plain text, `allow`
 * the other way round, where the server speaks no TLS or does not let the user in this way (PQconnectPoll in fe-connect.c).
 * @throws what the attempt failed with, as it is
 */
export async function openOnce(target: DirectTarget, applicationName: string, login: Login): Promise<Session> {
  const open = (tls: Tls) => attempt(target, applicationName, login, tls);
  const tls = typeof target.ssl === 'string' ? (target.optionalTls ?? { rejectUnauthorized: false }) : target.ssl;
  if (target.ssl === 'disable') return open(false);
  if (target.ssl === 'allow')
    return either(
      target,
      () => open(false),
      () => open(tls),
    );
  if (target.ssl === 'prefer')
    return either(
      target,
      () => open(tls),
      () => open(false),
    );
  return open(tls);
}

async function either(
  target: DirectTarget,
  first: () => Promise<Session>,
  second: () => Promise<Session>,
): Promise<Session> {
  try {
    return await first();
  } catch (error) {
    if (!mayBeOtherwise(error, target)) throw error;
    return second().catch((other: unknown) => {
      // Of two refusals the one that says more counts; that it has no rule at all says least.
      throw isNotAdmitted(other) && !isWithoutTls(error) ? error : other;
    });
  }
}

const isWithoutTls = (error: unknown): boolean => /does not support SSL/.test(String(error));

/** Whether what one way failed at may be no hindrance to the other: a rule of pg_hba.conf, the login that it asks for, TLS itself. */
function mayBeOtherwise(error: unknown, target: DirectTarget): boolean {
  const refusal = refusalOf(error, { ...target, wasAsked: true });
  return (
    refusal === 'tls-refused' || refusal === 'tls-failed' || /^28/.test(String((error as { code?: unknown }).code))
  );
}

async function attempt(target: DirectTarget, applicationName: string, login: Login, tls: Tls): Promise<Session> {
  // Later options of the same name win, so ours stand behind the user's.
  const options = target.options ?? '';
  return connected(target, applicationName, login, tls, `${options} ${startupOptions}`.trim()).catch(
    (error: unknown) => {
      // PgBouncer's words. The session then sets by itself what it could not begin with.
      if (/unsupported startup parameter/i.test(String(error)))
        return connected(target, applicationName, login, tls, options);
      throw error;
    },
  );
}

async function connected(
  target: DirectTarget,
  applicationName: string,
  login: Login,
  tls: Tls,
  options: string,
): Promise<Session> {
  const [{ default: pg }, { PgSession }] = await Promise.all([import('pg'), import('../pg-session.js')]);
  const { socket, notPostgres } = postgresSocket(tls !== false);
  const client = new pg.Client({
    stream: () => socket,
    host: placeOf(target),
    port: target.port,
    user: target.user,
    database: target.database,
    ssl: tls === false ? false : tlsTo(target, tls),
    password: login.password,
    ...(options !== '' && { options }),
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutSeconds(target) * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  try {
    await client.connect();
    // A pooler accepts the connection itself: only an answered query shows that there is a server.
    return await opened(PgSession.open(client), () => discard(client));
  } catch (error) {
    discard(client);
    throw notPostgres() ?? error;
  }
}
