import { lastBackup, type LastBackup } from '../backup/last.js';
import { readSizes, type TableSize } from '../catalog/sizes.js';
import type { Identity } from '../detect/identity.js';
import { DatabaseError, type Session } from '../database/session.js';
import { readHistory, type RecordedRun } from '../engine/history.js';
import type { Inspection } from '../inspection/inspection.js';
import { withLockTimeout } from '../inspection/lock-timeout.js';

/** What there is to lose, and what there would be to go back to. */
export interface Contents {
  /** The tables whose rows people know their YokeFlow by. Empty where they cannot be read. */
  readonly tables: readonly TableSize[];
  /** The runs that are recorded in the database, the latest first. */
  readonly history: readonly RecordedRun[];
  readonly lastBackup: LastBackup | null;
}

const telling = ['projects', 'sessions', 'tasks'];

/**
 * Looks at what a database holds. Somebody who has a table locked is waited for as briefly as by everything else.
 * @throws {ConnectionLost}
 */
export async function readContents(
  session: Session,
  { snapshot, identity }: Pick<Inspection, 'snapshot' | 'identity'>,
  { lockTimeout, backupDir }: { readonly lockTimeout: number; readonly backupDir?: string | undefined },
): Promise<Contents> {
  const history = (await readHistory(session, snapshot.owner)).map((run) => ({
    ...run,
    ...(isElsewhere(run, identity) && { elsewhere: true as const }),
  }));
  const tables = await withLockTimeout(session, lockTimeout, () => readSizes(session, snapshot, telling)).catch(
    (error: unknown) => {
      if (error instanceof DatabaseError) return [];
      throw error;
    },
  );
  return {
    tables: telling.flatMap((name) => tables.filter(({ table }) => table === name)),
    history,
    lastBackup: await lastBackup(snapshot.database, backupDir, history, identity),
  };
}

/** A dump brings the record along to another server. */
function isElsewhere({ server }: RecordedRun, identity: Identity): boolean {
  return Boolean(server && identity.systemIdentifier && server !== identity.systemIdentifier);
}
