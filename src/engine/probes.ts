import { DatabaseError, type Session } from '../database/session.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { Probe, Step } from '../releases/release.js';
import { lockConflicts, noFailures, probeStatement, readFailures } from './probe-statement.js';
import { hindranceOf, readHindrances, sampleStatements, shapeStatements, type Hindrances } from './samples.js';
import { ownSettings, yokeflowPath } from '../planning/transaction-settings.js';
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

/** SQLSTATEs that say "not now" and nothing about the database: those of locks, and cancelled. */
const passing = new Set([...lockConflicts, '57014']);

export function isPassing({ sqlState }: DatabaseError): boolean {
  return passing.has(sqlState);
}

export function isLockConflict(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && lockConflicts.includes(error.sqlState);
}

interface ProbeOptions {
  /** Whether those are run too that use an enum label which the steps bring. */
  readonly withNewLabels?: boolean;
  /** Whether this transaction has looked at the tables that get sample rows before. */
  readonly hasShapes?: boolean;
  readonly onProbe?: (probe: Probe) => void;
  /** Commits the labels, between the probes that do without them and those that do not. Given what came of the former. */
  readonly beforeNewLabels?: (without: readonly ProbeResult[]) => Promise<void>;
}

/**
 * Runs every probe of these steps on sample rows, each as if in a savepoint that is rolled back: nothing remains of it, not even a
 * gap in a sequence. To be called inside a transaction.
 * @throws {DatabaseError} where a lock was not to be had; a probe that fails is a result
 * @throws {ConnectionLost}
 */
export async function runProbes(
  session: Session,
  snapshot: Snapshot,
  steps: readonly Step[],
  { withNewLabels = true, hasShapes = false, onProbe = (_probe: Probe) => {}, beforeNewLabels }: ProbeOptions = {},
): Promise<ProbeResult[]> {
  const wanted = steps
    .flatMap((step) => step.probes.map((probe) => ({ step, probe })))
    .filter(({ probe }) => withNewLabels || !probe.needsLabels);
  if (wanted.length === 0 && beforeNewLabels === undefined) return [];
  session.ahead('SAVEPOINT yokeflow_upgrade_samples');
  const samples = await makeSamples(session, snapshot, hasShapes);
  const resultsOf = async (some: typeof wanted): Promise<ProbeResult[]> => {
    const isHindered = ({ probe }: (typeof wanted)[number]) => hindranceOf(probe, samples.hindrances) !== undefined;
    const tried = samples.broken === undefined ? some.filter((each) => !isHindered(each)) : [];
    const said = await tryProbes(
      session,
      tried.map(({ probe }) => probe),
      onProbe,
    );
    return some.map(({ step, probe }) => {
      const hindrance = hindranceOf(probe, samples.hindrances);
      if (hindrance !== undefined) {
        const found = `not probed, because ${hindrance.reason}`;
        return { step, probe, outcome: 'not probed', found, hindrance };
      }
      const failure = samples.broken ?? said.get(probe);
      return { step, probe, outcome: failure === undefined ? 'works' : 'fails', found: failure ?? 'it works' };
    });
  };
  let results: ProbeResult[];
  if (beforeNewLabels === undefined) results = await resultsOf(wanted);
  else {
    const without = await resultsOf(wanted.filter(({ probe }) => !probe.needsLabels));
    await beforeNewLabels(without);
    results = [...without, ...(await resultsOf(wanted.filter(({ probe }) => probe.needsLabels)))];
  }
  session.ahead('ROLLBACK TO SAVEPOINT yokeflow_upgrade_samples');
  session.ahead('RELEASE SAVEPOINT yokeflow_upgrade_samples');
  return results;
}

interface Samples {
  readonly hindrances: Hindrances;
  /** Why there are none. */
  readonly broken?: string;
}

async function makeSamples(session: Session, snapshot: Snapshot, hasShapes: boolean): Promise<Samples> {
  const shapes = hasShapes ? [] : shapeStatements();
  for (const statement of [yokeflowPath(snapshot), ...shapes, ...sampleStatements()]) session.ahead(statement);
  try {
    return { hindrances: await readHindrances(session) };
  } catch (error) {
    if (!(error instanceof DatabaseError) || isPassing(error)) throw error;
    return { hindrances: new Map(), broken: failureText(error) };
  }
}

/** Runs probes in one message. @returns what PostgreSQL said of those that failed */
async function tryProbes(
  session: Session,
  probes: readonly Probe[],
  onProbe: (probe: Probe) => void,
): Promise<Map<Probe, string>> {
  const failed = new Map<Probe, string>();
  const begins = (index: number) => {
    const next = probes[index];
    if (next) onProbe(next);
  };
  begins(0);
  if (probes.length === 0) return failed;
  session.ahead(noFailures);
  const [, failures] = await Promise.all([
    session.executeAll(probes.map(probeStatement), begins),
    // Asked along with them: it is read after the last one.
    readFailures(session),
  ]);
  for (const { index, error } of failures) {
    const probe = probes[index];
    if (probe) failed.set(probe, failureText(error));
  }
  return failed;
}

const failureText = ({ message, sqlState }: DatabaseError) => `${message} (SQLSTATE ${sqlState})`;

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
    for (const statement of ownSettings(snapshot, lockTimeoutMs)) session.ahead(statement);
    return await runProbes(session, snapshot, steps);
  } finally {
    session.rollback();
  }
}
