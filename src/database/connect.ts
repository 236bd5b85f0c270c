import { randomBytes } from 'node:crypto';
import type { DirectTarget, DockerTarget } from '../detect/target.js';
import { connectionError, execError } from './connection-error.js';
import type { Session } from './session.js';

/** Opens one more session on the same database. Every session that it opened is the caller's to close. */
export type Connect = () => Promise<Session>;

/** How many ms a server may take to answer a connection attempt. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * What opens sessions on a target. Nothing is connected, and neither `pg` nor `dockerode` loaded, before it is called.
 * The function it returns throws {@link UpgradeError}: YF202, YF204–YF206, YF208, YF210 or YF211.
 */
export function connector(target: DockerTarget | DirectTarget): Connect {
  const applicationName = `yokeflow-upgrade-${randomBytes(4).toString('hex')}`;
  return target.kind === 'docker' ? () => openInContainer(target, applicationName) : () => openDirect(target, applicationName);
}

async function openInContainer(target: DockerTarget, applicationName: string): Promise<Session> {
  const [{ openEngine }, { startPsql }, { PsqlSession }] = await Promise.all([
    import('../detect/engine/client.js'),
    import('./psql/docker-exec.js'),
    import('./psql/session.js'),
  ]);
  const engine = await openEngine(target.engine);
  try {
    const container = engine.getContainer(target.containerId);
    const { user, database } = target;
    return await PsqlSession.open(await startPsql(container, { user, database, applicationName }));
  } catch (error) {
    throw execError(error, target);
  }
}

async function openDirect(target: DirectTarget, applicationName: string): Promise<Session> {
  const [{ default: pg }, { PgSession }] = await Promise.all([import('pg'), import('./pg-session.js')]);
  const { host, port, user, database, password } = target;
  const open = async (ssl: Exclude<DirectTarget['ssl'], string> | false) => {
    const client = new pg.Client({
      host, port, user, database, ssl,
      ...(password !== undefined && { password }),
      ...(target.options !== undefined && { options: target.options }),
      application_name: applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    try {
      await client.connect();
      return await PgSession.open(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  };
  try {
    if (target.ssl === 'disable') return await open(false);
    if (target.ssl !== 'prefer') return await open(target.ssl);
    return await open({ rejectUnauthorized: false }).catch((error: unknown) => {
      // libpq's `prefer`: without TLS on the other side, go on in plain text.
      if (/does not support SSL/.test(String(error))) return open(false);
      throw error;
    });
  } catch (error) {
    throw connectionError(error, target);
  }
}
