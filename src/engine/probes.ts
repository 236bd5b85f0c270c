import { DatabaseError, type Session } from '../database/session.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { Probe, Step } from '../releases/release.js';
import { hindranceOf, probeStatement, readHindrances, sampleStatements, type Hindrances } from './samples.js';
import { clientLossSettings, settings, yokeflowPath } from '../planning/transaction-settings.js';
import { untrustedObstacles } from '../inspection/untrusted.js';
import type { Hindrance } from '../inspection/check.js';

export interface ProbeResult {
  readonly step: Step;
  readonly probe: Probe;
  /** `not probed`: this database does not allow what the probe needs, which says nothing about the release. */
  readonly outcome: 'works' | 'fails' | 'not probed';
  /** What PostgreSQL said where the probe failed, or could not be run. */
  readonly found: string;
  readonly hindrance?: Hindrance;
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
 * Runs every probe of these steps on sample rows, each in a savepoint that is rolled back: nothing remains of it, not even a
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
  const wanted = steps
    .flatMap((step) => step.probes.map((probe) => ({ step, probe })))
    .filter(({ probe }) => withNewLabels || !probe.needsLabels);
  if (wanted.length === 0) return [];
  const results: ProbeResult[] = [];
  let hindrances: Hindrances = new Map();
  await inSavepoint(session, 'yokeflow_upgrade_samples', async () => {
    const broken = await failureOf(async () => {
      for (const statement of [yokeflowPath(snapshot), ...sampleStatements()]) await session.execute(statement);
    });
    if (broken === undefined) hindrances = await readHindrances(session);
    for (const { step, probe } of wanted) {
      onProbe(probe);
      const hindrance = hindranceOf(probe, hindrances);
      if (hindrance !== undefined) {
        results.push({
          step,
          probe,
          outcome: 'not probed',
          found: `not probed, because ${hindrance.reason}`,
          hindrance,
        });
        continue;
      }
      const failure = broken ?? (await runProbe(session, probe));
      results.push({ step, probe, outcome: failure === undefined ? 'works' : 'fails', found: failure ?? 'it works' });
    }
  });
  return results;
}

async function runProbe(session: Session, probe: Probe): Promise<string | undefined> {
  let failure: string | undefined;
  await inSavepoint(session, 'yokeflow_upgrade_probe', async () => {
    failure = await failureOf(() => session.execute(probeStatement(probe)));
  });
  return failure;
}

async function inSavepoint(session: Session, name: string, work: () => Promise<void>): Promise<void> {
  await session.execute(`SAVEPOINT ${name}`);
  await work();
  await session.execute(`ROLLBACK TO SAVEPOINT ${name}`);
  await session.execute(`RELEASE SAVEPOINT ${name}`);
}

/** PostgreSQL's error; undefined where there was none. */
async function failureOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof DatabaseError) || isPassing(error)) throw error;
    return `${error.message} (SQLSTATE ${error.sqlState})`;
  }
}

/**
 * Runs the probes in a transaction of their own, which is rolled back. For `verify`, where nothing may change.
 * @throws {UpgradeError} YF316 where another role's code would run in them
 */
export async function probeInPassing(
  session: Session,
  snapshot: Snapshot,
  steps: readonly Step[],
  lockTimeoutMs: number,
): Promise<ProbeResult[]> {
  const shadowed = untrustedObstacles({ ...snapshot, hiddenRows: [] })[0];
  if (shadowed) throw shadowed;
  await session.begin();
  try {
    for (const statement of [...settings(snapshot, lockTimeoutMs), ...clientLossSettings(snapshot)])
      await session.execute(statement);
    return await runProbes(session, snapshot, steps);
  } finally {
    await session.execute('ROLLBACK').catch(() => undefined);
  }
}
