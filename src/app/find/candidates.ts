import { quoteIdentifier } from '../../database/quote.js';
import { connector, type Connect } from '../../database/connect.js';
import { ConnectionLost, DatabaseError, type Session } from '../../database/session.js';
import { readOwn } from '../../inspection/read-own.js';
import { key } from '../../catalog/keys.js';
import type { Snapshot } from '../../catalog/snapshot.js';
import type { Candidate } from '../../detect/candidates.js';
import type { Described } from '../../detect/choose.js';
import { readIdentity, type Identity } from '../../detect/identity.js';
import { within } from '../../database/reachable.js';
import type { DirectTarget, DockerTarget } from '../../database/target.js';
import { UpgradeError } from '../../errors/error.js';
import { formatCount, formatMoment } from '../../inert/words.js';
import { LOCK_TIMEOUT_MS, withLockTimeout } from '../../inspection/lock-timeout.js';
import { conditionText } from '../../planning/condition.js';
import { inferVersion } from '../../planning/version.js';
import { readContents } from '../contents.js';
import type { BackupOptions, FindOptions } from '../options.js';

type Held = Pick<FindOptions, 'schema'> & Pick<BackupOptions, 'backupDir'>;

/** Milliseconds for one question to a server that may never answer. */
const LONGEST_LOOK_MS = 5000;

/** Asks a database for its identity, within a few seconds; a text says why it cannot be had. */
export async function identityOf(target: DockerTarget | DirectTarget): Promise<Identity | string> {
  return briefly(connector(soon(target)), readIdentity);
}

/** Looks at what each candidate holds, all of them at once. */
export function describe(candidates: readonly Candidate[], settings: Held): Promise<Described[]> {
  return Promise.all(
    candidates.map(async (candidate) => {
      const { target, schema = settings.schema } = candidate;
      const within = { ...settings, schema };
      return {
        candidate,
        holds: target ? await briefly(connector(soon(target)), (session) => holdsText(session, within)) : null,
      };
    }),
  );
}

/** The same address, given up sooner: an attempt that is still being made would keep the program from ending. */
function soon(target: DockerTarget | DirectTarget): DockerTarget | DirectTarget {
  if (target.kind === 'docker') return target;
  return {
    ...target,
    connectTimeoutSeconds: Math.min(target.connectTimeoutSeconds ?? Infinity, LONGEST_LOOK_MS / 1000),
  };
}

/** Runs a look, and closes its session however late the server lets it in; a text says why it came to nothing. */
export async function briefly<T>(connect: Connect, look: (session: Session) => Promise<T>): Promise<T | string> {
  const work = connect().then(async (session) => {
    // Closing also ends a query that nobody waits for any more.
    const late = setTimeout(() => void session.close(), LONGEST_LOOK_MS);
    return look(session).finally(() => {
      clearTimeout(late);
      return session.close();
    });
  });
  work.catch(() => undefined);
  try {
    return await within(LONGEST_LOOK_MS, work);
  } catch (error) {
    if (error instanceof UpgradeError) return [error.message, ...error.found].join(' ');
    if (error instanceof DatabaseError || error instanceof ConnectionLost) return error.message;
    return 'no answer in time';
  }
}

async function holdsText(session: Session, { schema, backupDir }: Held): Promise<string> {
  const [snapshot, identity] = await withLockTimeout(session, LOCK_TIMEOUT_MS, () =>
    Promise.all([readOwn(session, schema), readIdentity(session)]),
  );
  const version = inferVersion(snapshot);
  const { release, state } = version;
  if (release === null) return { empty: 'empty', newer: 'YokeFlow 2.x' }[state as string] ?? "another program's";
  const { tables, lastBackup } = await readContents(
    session,
    { snapshot, identity },
    {
      lockTimeout: LOCK_TIMEOUT_MS,
      backupDir,
    },
  );
  const counts = tables
    .filter(({ table, rows }) => table !== 'tasks' && rows !== null)
    .map(
      ({ table, rows, exact }) =>
        `${exact ? '' : 'about '}${formatCount(rows ?? 0)} ${rows === 1 ? table.replace(/s$/, '') : table}`,
    );
  const used = await lastActivity(session, snapshot);
  return [
    `${release.version}${conditionText(version)}`,
    ...counts,
    ...(used === null ? [] : [`last used ${formatMoment(used)}`]),
    ...(lastBackup ? [`backed up ${formatMoment(lastBackup.at)}`] : []),
  ].join(', ');
}

/** When an agent was last at work; null where none ever was, or where the rows cannot be read. */
async function lastActivity(session: Session, { schema, objects }: Snapshot): Promise<string | null> {
  const columns = ['created_at', 'started_at', 'ended_at', 'last_heartbeat'].filter((column) =>
    objects.has(key.column('sessions', column)),
  );
  if (columns.length === 0) return null;
  const select = `SELECT max(GREATEST(${columns.join(', ')})) AS used FROM ${quoteIdentifier(schema)}.sessions`;
  const [row] = await withLockTimeout(session, LOCK_TIMEOUT_MS, () =>
    session.rows<{ used: string | null }>(select),
  ).catch((error: unknown) => {
    if (error instanceof DatabaseError) return [];
    throw error;
  });
  return row?.used ?? null;
}
