import type { Connect } from '../database/connect.js';
import { ConnectionLost, DatabaseError, type Session } from '../database/session.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { stepsTo } from '../releases/registry.js';
import { readCatalog } from '../catalog/read.js';
import { settleCommit } from './commit.js';
import { inspect, type Inspection } from './inspect.js';
import { UpgradeLockHeld } from './patience.js';
import { samePlan } from './plan.js';
import { isLockConflict, runProbes } from './probes.js';
import type { Listener } from './progress.js';
import { changeSections, settings, UPGRADE_LOCK, type Section } from './script.js';
import { catalogChecks, probeChecks } from './verify.js';
import { inferVersion } from './version.js';

/** A plan that was confirmed, and how to carry it out. */
export interface Job {
  readonly inspection: Inspection;
  /** Steps that a probe found broken although the catalog calls them applied. */
  readonly failing: ReadonlyMap<string, string>;
  readonly schema: string | undefined;
  readonly lockTimeoutMs: number;
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
}

/**
 * One transaction: the upgrade lock, a second look, the steps, every check, every probe, COMMIT.
 * @param options.dressRehearsal go through all of it without the enum labels and roll back
 * @throws {UpgradeLockHeld} when another run holds the upgrade lock
 * @throws {DatabaseError} when a lock was not to be had
 * @throws {UpgradeError} YF501, YF502, YF505 (rolled back); YF503, YF504 (connection lost)
 */
export async function runTransaction(session: Session, connect: Connect, job: Job, options: { dressRehearsal: boolean }, on: Listener): Promise<void> {
  const rehearsal = options.dressRehearsal;
  if (rehearsal) on({ phase: 'dress rehearsal' });
  let transactionId = '';
  await session.execute('BEGIN');
  try {
    for (const statement of settings(job.inspection.snapshot, job.lockTimeoutMs)) await session.execute(statement);
    await takeUpgradeLock(session);
    await lookAgain(session, job, rehearsal);
    for (const section of changeSections(job.inspection.plan, job.inspection.views.restorable)) await runSection(session, section, job.signal, rehearsal, on);
    await holdChecks(session, job, rehearsal, on);
    transactionId = await currentTransaction(session);
    job.signal.throwIfAborted();
  } catch (error) {
    await session.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
  if (rehearsal) return session.execute('ROLLBACK');
  on({ phase: 'commit' });
  await settleCommit(session, connect, transactionId);
}

async function takeUpgradeLock(session: Session): Promise<void> {
  const [row] = await session.rows<{ taken: boolean }>(`SELECT pg_try_advisory_xact_lock(${UPGRADE_LOCK}) AS taken`);
  if (row?.taken !== true) throw new UpgradeLockHeld('another run holds the upgrade lock');
}

/** Nobody may have changed the schema between the confirmation and the lock. */
async function lookAgain(session: Session, { inspection, failing, schema }: Job, rehearsal: boolean): Promise<void> {
  const now = await inspect(session, inspection.version.target, { schema, failing });
  // The labels were committed a moment ago, by this run.
  const before = rehearsal ? inspection.plan : { ...inspection.plan, labels: [] };
  if (samePlan(before, now.plan)) return;
  throw new UpgradeError({
    code: 'YF505',
    exitCode: ExitCode.failed,
    message: 'The database changed between the plan and the upgrade, so the plan no longer fits it.',
    found: [`planned: ${names(inspection)}`, `due now: ${names(now)}`],
    remedy: 'Run: yokeflow-upgrade plan, and then upgrade again.',
  });
}

const names = ({ plan }: Inspection) => plan.steps.map(({ step, status }) => `${step.id} (${status})`).join(', ') || 'nothing';

async function runSection(session: Session, { name, title, statements }: Section, signal: AbortSignal, rehearsal: boolean, on: Listener): Promise<void> {
  on({ phase: 'section', name, title, statements: statements.length, rehearsal });
  for (const [index, { sql, line }] of statements.entries()) {
    signal.throwIfAborted();
    on({ phase: 'statement', name, number: index + 1, statements: statements.length, rehearsal });
    try {
      await session.execute(sql);
    } catch (error) {
      if (!(error instanceof DatabaseError) || isLockConflict(error)) throw error;
      throw stepFailed(name, line, error);
    }
  }
}

function stepFailed(section: string, line: number, error: DatabaseError): UpgradeError {
  const found = [`SQLSTATE ${error.sqlState} in ${section}, line ${line}`];
  if (error.detail !== undefined) found.push(error.detail);
  return new UpgradeError({
    code: 'YF501',
    exitCode: ExitCode.failed,
    message: `${section} failed: ${error.message}`,
    found,
    remedy: error.hint ?? 'The upgrade was rolled back as a whole. Mend what PostgreSQL names, then run: yokeflow-upgrade upgrade',
    cause: error,
  });
}

/** Everything must hold inside the transaction, or nothing is committed. */
async function holdChecks(session: Session, { inspection, schema }: Job, rehearsal: boolean, on: Listener): Promise<void> {
  const { target } = inspection.version;
  on({ phase: 'checks', rehearsal });
  const snapshot = await readCatalog(session, schema ?? inspection.snapshot.schema);
  const results = await runProbes(session, stepsTo(target), {
    withNewLabels: !rehearsal,
    onProbe: ({ title }) => on({ phase: 'probe', title, rehearsal }),
  });
  const labelCheck = (id: string) => rehearsal && id.startsWith('label.');
  const failed = [...catalogChecks(inferVersion(snapshot, target)), ...probeChecks(results)].filter(({ ok, id }) => !ok && !labelCheck(id));
  if (failed.length === 0) return;
  throw new UpgradeError({
    code: 'YF502',
    exitCode: ExitCode.failed,
    message: `${failed.length === 1 ? 'A check' : `${failed.length} checks`} did not hold inside the transaction, so it was rolled back.`,
    found: failed.map(({ title, found }) => `${title}: ${found}`),
    remedy: 'Mend what is named above (a trigger, rule or column of your own?), then run: yokeflow-upgrade upgrade',
  });
}

async function currentTransaction(session: Session): Promise<string> {
  const [row] = await session.rows<{ id: string }>('SELECT txid_current()::text AS id');
  if (row === undefined) throw new ConnectionLost('no transaction id was returned');
  return row.id;
}
