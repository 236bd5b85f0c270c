import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { DirectTarget, DockerTarget } from '../detect/target.js';
import { UpgradeError } from '../errors/error.js';
import { preferringOwner } from './as-owner.js';
import { psqlError } from './container-facts.js';
import { directError } from './tls-needed.js';
import { Login } from './login.js';
import { isNotAdmitted } from './refusal.js';
import { startupOptions } from './pinned-settings.js';
import type { Session } from './session.js';

/**
 * What a session is for. The `worker` changes the database; the `watch` beside it sees to it that the worker's
 * backend goes when this program is killed: psql in a container does not notice that by itself.
 */
export type Part = 'worker' | 'watch' | 'look';

/** Opens one more session on the same database (default: to look). Every session that it opened is the caller's to close. */
export type Connect = (part?: Part) => Promise<Session>;

/** How many ms a server may take to answer a connection attempt. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * What opens sessions on a target. Nothing is connected, and neither `pg` nor `dockerode` loaded, before it is called.
 * The function it returns throws {@link UpgradeError}: YF202–YF206, YF208, YF210, YF211 or YF213–YF222.
 */
export function connector(target: DockerTarget | DirectTarget): Connect {
  const run = applicationName();
  if (target.kind === 'docker') {
    const open = preferringOwner(target.user, (user, part: Part) => openInContainer({ ...target, user }, part, run));
    return (part = 'look') => open(part);
  }
  return (part = 'look') => openDirect(target, part === 'worker' ? run : `${run} ${part}`);
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
      if (!(error instanceof UpgradeError) || !['YF205', 'YF206', 'YF213', 'YF214', 'YF216', 'YF218'].includes(error.code)) throw error;
    }
  }
  throw refusal;
}

/** `yokeflow-upgrade-1a2b3c4d@host:pid`: who else runs this, as the others' error messages and pg_stat_activity show it. */
function applicationName(): string {
  // PostgreSQL keeps 63 bytes (NAMEDATALEN), and a name in a shell line must be plain.
  const host = hostname().replace(/[^\w.-]/g, '-').slice(0, 22);
  return `yokeflow-upgrade-${randomBytes(4).toString('hex')}@${host}:${process.pid}`;
}

async function openInContainer(target: DockerTarget, part: Part, run: string): Promise<Session> {
  const [{ openEngine }, { startPsql }, { PsqlSession }] = await Promise.all([
    import('../detect/engine/client.js'),
    import('./psql/docker-exec.js'),
    import('./psql/session.js'),
  ]);
  const engine = await openEngine(target.engine);
  try {
    const container = engine.getContainer(target.containerId);
    const { user, database } = target;
    return await PsqlSession.open(await startPsql(container, { user, database, part, run }));
  } catch (error) {
    throw await psqlError(error, target, engine.getContainer(target.containerId));
  }
}

async function openDirect(target: DirectTarget, applicationName: string): Promise<Session> {
  const [{ default: pg }, { PgSession }] = await Promise.all([import('pg'), import('./pg-session.js')]);
  const { host, port, user, database } = target;
  const login = new Login(target);
  const openWith = async (ssl: Exclude<DirectTarget['ssl'], string> | false, options: string) => {
    const client = new pg.Client({
      host, port, user, database, ssl,
      password: login.password,
      ...(options !== '' && { options }),
      application_name: applicationName,
      connectionTimeoutMillis: target.connectTimeoutSeconds === undefined ? CONNECT_TIMEOUT_MS : target.connectTimeoutSeconds * 1000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    try {
      await client.connect();
      // A pooler accepts the connection itself: only an answered query shows that there is a server.
      return await PgSession.open(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
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
