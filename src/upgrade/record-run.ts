import { DatabaseError, type Session } from '../database/session.js';
import { recordStatements, type Run } from './history.js';
import { isPassing } from './probes.js';
import type { Listener } from './progress.js';

/**
 * Records a run inside its own transaction, so that the record is there exactly if the run is. A record that
 * cannot be made is no reason to give up the run: it is left out, and `on` is told why.
 * @throws {DatabaseError} where a lock was not to be had, or somebody cancelled
 * @throws {ConnectionLost}
 */
export async function recordRun(session: Session, run: Run, on: Listener): Promise<void> {
  await session.execute('SAVEPOINT yokeflow_upgrade_record');
  try {
    for (const statement of recordStatements(run)) await session.execute(statement);
  } catch (error) {
    if (!(error instanceof DatabaseError) || isPassing(error)) throw error;
    await session.execute('ROLLBACK TO SAVEPOINT yokeflow_upgrade_record');
    on({ phase: 'not recorded', reason: error.message });
  }
  await session.execute('RELEASE SAVEPOINT yokeflow_upgrade_record');
}
