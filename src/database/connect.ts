import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { EngineSilent } from './container/engine-silent.js';
import { engineError } from './docker/error.js';
import type { DirectTarget, DockerTarget } from './target.js';
import { UpgradeError } from '../errors/error.js';
import { preferringOwner } from './as-owner.js';
import { connectTimeoutSeconds } from './connect-timeout.js';
import { openDirect } from './direct/open.js';
import { opened } from './first-answers.js';
import { lookWait } from './look-wait.js';
import { psqlError } from './container-facts.js';
import type { Part, Session } from './session.js';

/** Opens one more session on the same database (default: to look). Every session that it opened is the caller's to close. */
export type Connect = (part?: Part) => Promise<Session>;

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
  const [{ openHost }, { startPsql }, { PsqlSession }] = await Promise.all([
    import('./container/open.js'),
    import('./psql/in-container.js'),
    import('./psql/session.js'),
  ]);
  const host = await openHost(target.engine);
  try {
    const seconds = connectTimeoutSeconds(target);
    const transport = await startPsql(host, target.containerId, {
      ...target,
      part,
      run,
      connectTimeoutSeconds: seconds,
    });
    return await opened(PsqlSession.open(transport), () => transport.abandon(), seconds * 1000);
  } catch (error) {
    throw error instanceof EngineSilent ? engineError(error, target.engine) : await psqlError(error, target, host);
  }
}
