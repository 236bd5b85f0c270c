import { quoteLiteral } from '../database/quote.js';
import { DatabaseError, type Session } from '../database/session.js';
import type { Probe } from '../releases/release.js';
import { quoted } from './samples.js';

/** Where the probes leave what failed, as a JSON array. */
const FAILURES = 'yokeflow_upgrade.failures';

/** SQLSTATEs of a lock that was not to be had: lock_not_available, deadlock, serialization. */
export const lockConflicts: readonly string[] = ['55P03', '40P01', '40001'];

/** Goes ahead of the probes. */
export const noFailures = `SET LOCAL ${FAILURES} = '[]'`;

/**
 * Runs a probe, and then what waits for COMMIT: a deferred constraint shows the truth only there. All of it is undone at once, by an error of
 * its own, and what failed is left in a setting, for {@link readFailures}; so many probes share a message.
 *
 * Errors that say "not now" and nothing about the database end the statement, as a cancelled one does by itself ("Trapping Errors").
 * @param index tells the probes of one message apart
 */
export function probeStatement({ file }: Probe, index: number): string {
  return `DO $run$
DECLARE
  works boolean := false;
BEGIN
  EXECUTE ${quoted(file)};
  SET CONSTRAINTS ALL IMMEDIATE;
  works := true;
  RAISE 'undone';
EXCEPTION WHEN OTHERS OR assert_failure THEN
  IF works THEN RETURN; END IF;
  IF SQLSTATE IN (${lockConflicts.map(quoteLiteral).join(', ')}) THEN RAISE; END IF;
  PERFORM set_config('${FAILURES}', (current_setting('${FAILURES}')::jsonb || jsonb_build_object('index', ${index}, 'state', SQLSTATE, 'message', SQLERRM))::text, true);
END $run$`;
}

/** A probe that failed, by its index. */
export interface Failure {
  readonly index: number;
  readonly error: DatabaseError;
}

/**
 * Reads which of the probes before it failed, and how.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readFailures(session: Session): Promise<Failure[]> {
  const rows = await session.rows<{ index: number; state: string; message: string }>(
    `SELECT f.index, f.state, f.message FROM json_to_recordset(current_setting('${FAILURES}')::json) AS f (index integer, state text, message text)`,
  );
  return rows.map(({ index, state, message }) => ({ index, error: new DatabaseError(message, state) }));
}
