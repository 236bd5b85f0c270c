import { DatabaseError, type Session } from '../database/session.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { Probe, Step } from '../releases/release.js';
import { clientLossSettings, probeStatements, settings } from './script.js';
import { untrustedObstacles } from './untrusted.js';

export interface ProbeResult {
  readonly step: Step;
  readonly probe: Probe;
  readonly ok: boolean;
  /** What PostgreSQL said where the probe failed. */
  readonly found: string;
}

/** SQLSTATEs that say "not now" and nothing about the database: lock_not_available, deadlock, cancelled, serialization. */
const passing = new Set(['55P03', '40P01', '57014', '40001']);

export function isPassing({ sqlState }: DatabaseError): boolean {
  return passing.has(sqlState);
}

export function isLockConflict(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && ['55P03', '40P01', '40001'].includes(error.sqlState);
}

/**
 * Runs every probe of these steps, each in a savepoint that is rolled back: nothing remains of it, not even a
 * gap in a sequence. To be called inside a transaction.
 * @throws {DatabaseError} where a lock was not to be had; a probe that fails is a result
 * @throws {ConnectionLost}
 */
export async function runProbes(
  session: Session,
  snapshot: Snapshot,
  steps: readonly Step[],
  { withNewLabels = true, onProbe = (_probe: Probe) => {} } = {},
): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const step of steps) {
    for (const probe of step.probes) {
      if (probe.needsLabels && !withNewLabels) continue;
      onProbe(probe);
      const failure = await runProbe(session, snapshot, probe);
      results.push({ step, probe, ok: failure === undefined, found: failure ?? 'it works' });
    }
  }
  return results;
}

async function runProbe(session: Session, snapshot: Snapshot, probe: Probe): Promise<string | undefined> {
  await session.execute('SAVEPOINT yokeflow_upgrade_probe');
  let failure: string | undefined;
  try {
    for (const statement of probeStatements(probe, snapshot)) await session.execute(statement);
  } catch (error) {
    if (!(error instanceof DatabaseError) || isPassing(error)) throw error;
    failure = `${error.message} (SQLSTATE ${error.sqlState})`;
  }
  await session.execute('ROLLBACK TO SAVEPOINT yokeflow_upgrade_probe');
  await session.execute('RELEASE SAVEPOINT yokeflow_upgrade_probe');
  return failure;
}

/**
 * Runs the probes in a transaction of their own, which is rolled back. For `verify`, where nothing may change.
 * @throws {UpgradeError} YF316 where another role's code would run in them
 */
export async function probeInPassing(session: Session, snapshot: Snapshot, steps: readonly Step[], lockTimeoutMs: number): Promise<ProbeResult[]> {
  const shadowed = untrustedObstacles({ ...snapshot, hiddenRows: [] })[0];
  if (shadowed) throw shadowed;
  await session.begin();
  try {
    for (const statement of [...settings(snapshot, lockTimeoutMs), ...clientLossSettings(snapshot)]) await session.execute(statement);
    return await runProbes(session, snapshot, steps);
  } finally {
    await session.execute('ROLLBACK').catch(() => undefined);
  }
}
