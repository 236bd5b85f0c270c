import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { EngineSilent } from './container/engine-silent.js';
import type { DirectTarget, DockerTarget } from './target.js';
import { UpgradeError } from '../errors/error.js';
import { awaitAnswer } from './await-answer.js';
import { preferringOwner } from './as-owner.js';
import { discard } from './discard.js';
import { briefWait, lookWait } from './look-wait.js';
import { postgresSocket } from './postgres-socket.js';
import { psqlError } from './container-facts.js';
import { directError } from './tls-needed.js';
import { Login } from './login.js';
import { isNotAdmitted } from './refusal.js';
import { startupOptions } from './pinned-settings.js';
import { stoppedAnswering } from './silent-error.js';
import { SilentWhileLooking, type Part, type Session } from './session.js';

/** Opens one more session on the same database (default: to look). Every session that it opened is the caller's to close. */
export type Connect = (part?: Part) => Promise<Session>;

/** How long, in s, a connection and its login may take, where connect_timeout or PGCONNECT_TIMEOUT does not say. */
const CONNECT_TIMEOUT_S = 5;
/** How long, in ms, a new session's first questions may take, which are answered from memory. */
const FIRST_ANSWER_MS = 4000;

/**
 * What opens sessions on a target. Nothing is connected, and neither `pg` nor `dockerode` loaded, before it is called.
 * The function it returns throws {@link UpgradeError}: YF202–YF206, YF208, YF210, YF211 or YF213–YF222.
 */
export function connector(target: DockerTarget | DirectTarget): Connect {
  const run = applicationName();
  const open =
    target.kind === 'docker'
      ? preferringOwner(target.user, (user, part: Part) => openInContainer({ ...target, user }, part, run))
      : (part: Part) => openDirect(target, part === 'worker' ? run : `${run} ${part}`);
  return async (part = 'look') => {
    const session = await open(part);
    // The watch sets limits of its own, and outlives an answer that is late.
    if (part !== 'watch') session.attend(lookWait(session, () => open('look')));
    return session;
  };
}

/** How long, in s, a connection and its login may take. In a container the environment of this program says it too. */
export function connectTimeoutSeconds(target: DockerTarget | DirectTarget): number {
  if (target.kind === 'direct') return target.connectTimeoutSeconds ?? CONNECT_TIMEOUT_S;
  const written = process.env['PGCONNECT_TIMEOUT'] ?? '';
  return /^\s*\+?\d{1,6}\s*$/.test(written) && Number(written) > 0 ? Number(written) : CONNECT_TIMEOUT_S;
}

/** What opens sessions on another database of the same server. Throws as {@link connector} does. */
export function connectorTo(target: DockerTarget | DirectTarget, database: string): Connect {
  return connector({ ...target, database });
}

/** Databases that initdb makes on every server ("Template Databases"); a managed one may have closed the first. */
const alwaysThere = ['postgres', 'template1'];

/**
 * What opens sessions beside the target's database, from where that one can be renamed and others made and dropped.
 * @throws {UpgradeError} when the server lets this user into none of the databases that are always there
 */
export async function connectorBeside(target: DockerTarget | DirectTarget): Promise<Connect> {
  let refusal: unknown;
  for (const database of alwaysThere.filter((name) => name !== target.database)) {
    const connect = connectorTo(target, database);
    try {
      await (await connect()).close();
      return connect;
    } catch (error) {
      refusal = error;
      // What one database refuses, the other may allow.
      if (
        !(error instanceof UpgradeError) ||
        !['YF205', 'YF206', 'YF213', 'YF214', 'YF216', 'YF218'].includes(error.code)
      )
        throw error;
    }
  }
  throw refusal;
}

/** `yokeflow-upgrade-1a2b3c4d@host:pid`: who else runs this, as the others' error messages and pg_stat_activity show it. */
function applicationName(): string {
  // PostgreSQL keeps 63 bytes (NAMEDATALEN), and a name in a shell line must be plain.
  const host = hostname()
    .replace(/[^\w.-]/g, '-')
    .slice(0, 22);
  return `yokeflow-upgrade-${randomBytes(4).toString('hex')}@${host}:${process.pid}`;
}

async function openInContainer(target: DockerTarget, part: Part, run: string): Promise<Session> {
  const [{ openHost }, { engineError }, { startPsql }, { PsqlSession }] = await Promise.all([
    import('./container/open.js'),
    import('./docker/client.js'),
    import('./psql/in-container.js'),
    import('./psql/session.js'),
  ]);
  const host = await openHost(target.engine);
  try {
    const { containerId, user, database } = target;
    const seconds = connectTimeoutSeconds(target);
    const transport = await startPsql(host, containerId, { user, database, part, run, connectTimeoutSeconds: seconds });
    return await opened(PsqlSession.open(transport), () => transport.abandon(), seconds * 1000);
  } catch (error) {
    throw error instanceof EngineSilent ? engineError(error, target.engine) : await psqlError(error, target, host);
  }
}

/**
 * Waits for the first answers of a session.
 * @param loginMs how long the login may take before them, where it is not over yet
 */
async function opened<T>(opening: Promise<T>, discardIt: () => void, loginMs = 0): Promise<T> {
  return awaitAnswer(opening, briefWait(loginMs + FIRST_ANSWER_MS)()).catch((error: unknown) => {
    discardIt();
    throw error instanceof SilentWhileLooking ? stoppedAnswering(error) : error;
  });
}

async function openDirect(target: DirectTarget, applicationName: string): Promise<Session> {
  const [{ default: pg }, { PgSession }] = await Promise.all([import('pg'), import('./pg-session.js')]);
  const { host, port, user, database } = target;
  const login = new Login(target);
  const openWith = async (ssl: Exclude<DirectTarget['ssl'], string> | false, options: string) => {
    const { socket, notPostgres } = postgresSocket(ssl !== false);
    const client = new pg.Client({
      stream: () => socket,
      host,
      port,
      user,
      database,
      ssl,
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
  };
  // Later options of the same name win, so ours stand behind the user's.
  const open = (ssl: Exclude<DirectTarget['ssl'], string> | false) =>
    openWith(ssl, `${target.options ?? ''} ${startupOptions}`.trim()).catch((error: unknown) => {
      // PgBouncer's words. The session then sets by itself what it could not begin with.
      if (/unsupported startup parameter/i.test(String(error))) return openWith(ssl, target.options ?? '');
      throw error;
    });
  try {
    if (target.ssl === 'disable') return await open(false);
    if (target.ssl !== 'prefer') return await open(target.ssl);
    return await open({ rejectUnauthorized: false }).catch((error: unknown) => {
      // libpq's `prefer`: without TLS on the other side, or where it admits nobody over TLS, go on in plain text.
      if (/does not support SSL/.test(String(error)) || isNotAdmitted(error)) return open(false);
      throw error;
    });
  } catch (error) {
    throw await directError(error, target, login);
  }
}
