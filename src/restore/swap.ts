import { setTimeout as sleep } from 'node:timers/promises';
import type { Connect } from '../database/connect.js';
import { askOverFreshConnection } from '../database/liveness.js';
import { quoteIdentifier } from '../database/quote.js';
import { ConnectionLost, DatabaseError, type Session } from '../database/session.js';
import { settleCommit, type OpenTransaction } from '../engine/commit.js';
import type { Listener } from '../engine/progress.js';
import type { RunWait } from '../database/run-wait.js';
import { workerWait } from '../engine/worker-wait.js';
import { connectedSessions, endConnectedSessions, stillConnected } from '../scratch/connected.js';

export interface Swap {
  readonly database: string;
  readonly scratch: string;
  /** What the database that is there becomes; undefined where there is none. */
  readonly kept: string | undefined;
  /** What makes the scratch database one like any other, sent in the same transaction. */
  readonly unmark: readonly string[];
  /** Whether to end the sessions that are connected to it. */
  readonly endSessions: boolean;
}

/** object_in_use. */
const IN_USE = '55006';

/**
 * Puts the scratch database in the place of the other one: two renames in one transaction, so that there is always
 * a database of that name.
 * @throws {UpgradeError} YF343 when somebody is connected; YF503 (rolled back), YF504 (outcome unknown)
 * @throws {DatabaseError}
 */
export async function swapDatabases(
  admin: Session,
  connect: Connect,
  { database, scratch, kept, unmark, endSessions }: Swap,
  wait: RunWait & { readonly on: Listener },
): Promise<void> {
  let transaction: OpenTransaction | undefined;
  const { ownPid } = admin;
  const leaveIt = () => Promise.resolve();
  admin.attend(
    workerWait({ liveness: () => askOverFreshConnection(connect, ownPid), cancel: leaveIt, terminate: leaveIt }, wait),
  );
  await admin.begin();
  try {
    if (kept !== undefined) await renameAway(admin, connect, database, kept, endSessions);
    await admin.execute(`ALTER DATABASE ${quoteIdentifier(scratch)} RENAME TO ${quoteIdentifier(database)}`);
    for (const statement of unmark) await admin.execute(statement);
    [transaction] = await admin.rows<OpenTransaction>('SELECT txid_current()::text AS id, pg_backend_pid() AS backend');
    if (transaction === undefined) throw new ConnectionLost('no transaction id was returned');
  } catch (error) {
    await admin.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
  await settleCommit({ session: admin, connect, wait }, transaction, wait.on);
}

/**
 * The rename takes a lock that keeps newcomers out, and then gives those who are connected five seconds to leave
 * (CountOtherDBBackends in PostgreSQL's procarray.c). Ending sessions before it would be a race with a pool that
 * opens new ones; ending them in these seconds is none.
 */
async function renameAway(
  admin: Session,
  connect: Connect,
  database: string,
  kept: string,
  endSessions: boolean,
): Promise<void> {
  const second = await connect();
  try {
    const renaming = admin
      .execute(`ALTER DATABASE ${quoteIdentifier(database)} RENAME TO ${quoteIdentifier(kept)}`)
      .then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
    let cause: unknown;
    if (endSessions) {
      await sleep(200);
      await endConnectedSessions(second, database).catch((error: unknown) => {
        cause = error;
      });
    }
    const refused = await renaming;
    if (refused === undefined) return;
    if (!(refused.error instanceof DatabaseError) || refused.error.sqlState !== IN_USE) throw refused.error;
    const found = [
      refused.error.detail ?? refused.error.message,
      ...(cause instanceof Error ? [cause.message] : []),
      ...(await connectedSessions(second, database)),
    ];
    throw stillConnected(database, found, refused.error);
  } finally {
    await second.close();
  }
}
