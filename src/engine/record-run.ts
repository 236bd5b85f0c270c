import { DatabaseError, type Session } from '../database/session.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { lockIfTrusted, recordStatements, type Run } from './history.js';
import { isPassing } from './probes.js';
import type { Listener } from './progress.js';
import { pinnedPath, yokeflowPath } from '../planning/transaction-settings.js';

/**
 * Records a run inside its own transaction, so that the record is there exactly if the run is. A record that
 * cannot be made is no reason to give up the run: it is left out, and `on` is told why.
 * @param snapshot of the database, as it is now
 * @throws {DatabaseError} where a lock was not to be had, or somebody cancelled
 * @throws {ConnectionLost}
 */
export async function recordRun(session: Session, snapshot: Snapshot, run: Run, on: Listener): Promise<void> {
  if (!snapshot.mayKeepHistory) {
    on({
      phase: 'not recorded',
      reason: 'the owner of the tables may not write to yokeflow_upgrade.runs, or somebody else made it',
    });
    return;
  }
  const { make, insert } = recordStatements(run);
  try {
    await session.executeAll(['SAVEPOINT yokeflow_upgrade_record', yokeflowPath(snapshot), ...make, pinnedPath]);
    if (!(await lockIfTrusted(session, snapshot.owner, 'ROW EXCLUSIVE')))
      throw new DatabaseError("yokeflow_upgrade.runs is not a table of this program's", '42501');
    await session.execute(insert);
  } catch (error) {
    if (!(error instanceof DatabaseError) || isPassing(error)) throw error;
    session.ahead('ROLLBACK TO SAVEPOINT yokeflow_upgrade_record');
    on({ phase: 'not recorded', reason: error.message });
  }
  session.ahead('RELEASE SAVEPOINT yokeflow_upgrade_record');
}
