import { hostname } from 'node:os';
import type { Connect } from '../database/connect.js';
import type { Session } from '../database/session.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { stepsTo } from '../releases/registry.js';
import { readCatalog } from '../catalog/read.js';
import { upgradeRun } from './history.js';
import { inspect, type Inspection } from './inspect.js';
import { lockedTransaction, requireAll, runSection } from './locked-transaction.js';
import { samePlan } from './plan.js';
import { runProbes } from './probes.js';
import type { Listener } from './progress.js';
import { recordRun } from './record-run.js';
import { changeSections } from './script.js';
import { catalogChecks, probeChecks } from './verify.js';
import { inferVersion } from './version.js';

/** A plan that was confirmed, and how to carry it out. */
export interface Job {
  readonly inspection: Inspection;
  /** Steps that a probe found broken although the catalog calls them applied. */
  readonly failing: ReadonlyMap<string, string>;
  readonly schema: string | undefined;
  /** Where the backup of before lies, for the record. */
  readonly backupFile?: string | undefined;
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
export function runTransaction(session: Session, connect: Connect, job: Job, options: { dressRehearsal: boolean }, on: Listener): Promise<void> {
  const { inspection, lockTimeoutMs, signal } = job;
  const rehearsal = options.dressRehearsal;
  if (rehearsal) on({ phase: 'dress rehearsal' });
  return lockedTransaction(session, connect, { snapshot: inspection.snapshot, lockTimeoutMs, signal }, !rehearsal, on, async () => {
    await lookAgain(session, job, rehearsal);
    for (const section of changeSections(inspection)) await runSection(session, section, signal, rehearsal, on);
    await holdChecks(session, job, rehearsal, on);
    if (!rehearsal) {
      const run = upgradeRun(inspection.version, inspection.plan);
      await recordRun(session, { ...run, host: hostname(), backupFile: job.backupFile }, on);
    }
  });
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

/** Everything must hold inside the transaction, or nothing is committed. */
async function holdChecks(session: Session, { inspection, schema }: Job, rehearsal: boolean, on: Listener): Promise<void> {
  const { target } = inspection.version;
  on({ phase: 'checks', rehearsal });
  const snapshot = await readCatalog(session, schema ?? inspection.snapshot.schema);
  const results = await runProbes(session, stepsTo(target), {
    withNewLabels: !rehearsal,
    onProbe: ({ title }) => on({ phase: 'probe', title, rehearsal }),
  });
  const checks = [...catalogChecks(inferVersion(snapshot, target)), ...probeChecks(results)];
  requireAll(rehearsal ? checks.filter(({ id }) => !id.startsWith('label.')) : checks);
}
