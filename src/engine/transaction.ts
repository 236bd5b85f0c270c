import { hostname } from 'node:os';
import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { stepsTo } from '../releases/registry.js';
import type { EnumLabel, Probe } from '../releases/release.js';
import { readOwn } from '../inspection/read-own.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { declaredBy } from '../inspection/affected/declared.js';
import { readStates, requireUnchanged, type States } from '../inspection/affected/proof.js';
import { makeRecordTable, onlyCreates, partedAtLocks } from './ahead-of-locks.js';
import { upgradeRun } from './history.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import { lockedTransaction, requireAll, runSections } from './locked-transaction.js';
import { obstacle } from '../inspection/obstacles.js';
import { samePlan } from '../planning/plan.js';
import { readLabels } from './labels.js';
import { runProbes, type ProbeResult } from './probes.js';
import type { Listener } from './progress.js';
import { recordRun } from './record-run.js';
import { provesRows, readRewritten, readRows, rowCheck, watchedTables } from './row-proof.js';
import type { Check } from '../inspection/check.js';
import { changeSections } from '../inspection/change-sections.js';
import type { TableLocks } from './table-locks.js';
import { catalogChecks, probeChecks, type Strictness } from './verify.js';
import { untrustedObstacles } from '../inspection/untrusted.js';
import { inferVersion } from '../planning/version.js';
import type { Worker } from './worker.js';

/** A plan that was confirmed, and how to carry it out. */
export interface Job extends Strictness {
  readonly inspection: Inspection;
  /** Steps that a probe found broken although the catalog calls them applied. */
  readonly failing: ReadonlyMap<string, string>;
  readonly schema: string | undefined;
  /** The file of the backup made before the change, for the record. */
  readonly backupFile?: string | undefined;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Another run did all that was due, between the plan and the upgrade lock. */
export class NothingDue extends Error {
  override readonly name = 'NothingDue';
}

/**
 * How it stands with the enum labels that a plan brings: none are due any more; the run goes on without them, and rolls back; or they are committed
 * by this function as soon as all else has passed.
 */
export type Labels = 'there' | 'left out' | (() => Promise<void>);

/**
 * One transaction: the upgrade lock, a second look, the table locks, the steps, every check, every probe, COMMIT. What can be made without the table
 * locks is made before them.
 * @param locks kept from one attempt to the next: it remembers which lock was not to be had
 * @param options.isFirst whether it comes right after the look, and not after a wait
 * @throws {UpgradeLockHeld} when another run holds the upgrade lock
 * @throws {TableInUse} when a table lock was not to be had
 * @throws {NothingDue}
 * @throws {UpgradeError} YF501, YF502, YF505 (rolled back); YF503, YF504 (connection lost)
 */
export function runTransaction(
  worker: Worker,
  job: Job,
  locks: TableLocks,
  { labels, isFirst }: { labels: Labels; isFirst: boolean },
  on: Listener,
): Promise<void> {
  const { inspection, lockTimeoutMs, signal } = job;
  const { session } = worker;
  const dryRun = labels === 'left out';
  on({ phase: dryRun ? 'dress rehearsal' : 'locks' });
  return lockedTransaction(
    worker,
    { snapshot: inspection.snapshot, lockTimeoutMs, signal },
    !dryRun,
    on,
    async (backend) => {
      const takeLocks = async () => {
        if (!dryRun) await makeRecordTable(session, inspection.snapshot);
        await locks.take(worker, backend, lockTimeoutMs, on);
      };
      const run = isFirst && !onlyCreates(inspection) ? inspection : await lookAgain(session, job, labels);
      const { now, before, declared, rows } = onlyCreates(run)
        ? await createAhead(session, run, job, takeLocks, labels, on)
        : await changeUnderLocks(session, run, job, takeLocks, labels, on);
      const [after, changed] = await Promise.all([
        readStates(session, declared.scope),
        readOwn(session, job.schema ?? now.snapshot.schema),
      ]);
      requireUnchanged(before, after, declared);
      // What nobody looked at under the locks before the steps: whose code the probes would run.
      const foreign = untrustedObstacles({ ...changed, server: inspection.snapshot.server })[0];
      if (foreign) throw refusedNow(foreign, job, labels);
      const kept = await rows?.(changed);
      if (kept) on({ phase: 'rows kept', check: kept, dryRun });
      await runChecks(session, changed, job, labels, on);
      if (!dryRun) {
        await recordRun(
          session,
          now.snapshot,
          {
            ...upgradeRun(now),
            host: hostname(),
            backupFile: job.backupFile,
            server: inspection.identity.systemIdentifier,
            locks: locks.attempts,
          },
          on,
        );
      }
    },
  );
}

/** What the steps met, for what is compared after them. */
interface Changing {
  /** What was due when they were run. */
  readonly now: Inspection;
  readonly declared: ReturnType<typeof declaredBy>;
  readonly before: States;
  readonly rows?: ((changed: Snapshot) => Promise<Check>) | undefined;
}

/**
 * Makes all that is new before the first lock, and only its foreign keys under the locks: YokeFlow waits for those alone. What others may
 * have changed between the look and the locks shows in what is compared and checked after the steps.
 */
async function createAhead(
  session: Session,
  now: Inspection,
  { signal }: Job,
  takeLocks: () => Promise<void>,
  labels: Labels,
  on: Listener,
): Promise<Changing> {
  const declared = declaredBy(now.plan, now.snapshot, now.affected);
  const before = await readStates(session, declared.scope);
  const sections = partedAtLocks(changeSections(now));
  await runSections(session, sections.before, signal, labels === 'left out', on);
  await takeLocks();
  // The steps have been told of already.
  await runSections(session, sections.under, signal, labels === 'left out', () => undefined);
  return { now, declared, before };
}

/** Runs all of the steps under the locks, after a look at what they meet there. */
async function changeUnderLocks(
  session: Session,
  seen: Inspection,
  job: Job,
  takeLocks: () => Promise<void>,
  labels: Labels,
  on: Listener,
): Promise<Changing> {
  // Ahead of the locks, for which others wait. What has changed since the first look shows under them.
  const planned = declaredBy(seen.plan, seen.snapshot, seen.affected).scope;
  const early = await readStates(session, planned);
  await takeLocks();
  // From here on nobody can change what the steps act on, so this is what is done and put back.
  const now = await lookAgain(session, job, labels);
  const declared = declaredBy(now.plan, now.snapshot, now.affected);
  const isPlanned = JSON.stringify(declared.scope) === JSON.stringify(planned);
  const before = isPlanned ? early : await readStates(session, declared.scope);
  const rows = await beginRowProof(session, now);
  await runSections(session, changeSections(now), job.signal, labels === 'left out', on);
  return { now, declared, before, rows };
}

/**
 * Counts and fingerprints the rows, where the plan moves or writes any.
 * @returns what does the same after the steps and gives the check; undefined where rows stay where they are
 */
async function beginRowProof(
  session: Session,
  { snapshot, plan }: Inspection,
): Promise<((changed: Snapshot) => Promise<Check>) | undefined> {
  if (!provesRows(plan)) return undefined;
  const begun = performance.now();
  const watched = watchedTables(snapshot, plan);
  const before = await readRows(session, snapshot, watched, plan, false);
  return async (changed) => {
    const [after, rewritten] = await Promise.all([
      readRows(session, snapshot, watched, plan, true),
      readRewritten(session, changed, plan),
    ]);
    return rowCheck(watched, before, after, rewritten, performance.now() - begun);
  };
}

/**
 * Looks again under the locks, and makes sure that the plan is still the confirmed one.
 * @returns the database as it is now
 * @throws {NothingDue}
 * @throws {UpgradeError} YF505, or what has come into the way since
 */
async function lookAgain(session: Session, { inspection, failing, schema }: Job, labels: Labels): Promise<Inspection> {
  const seen = await inspect(session, inspection.version.target, { schema, failing, again: inspection });
  // This transaction acts as the tables' owner, so the facts about the connected role come from the first look.
  const now = { ...seen, snapshot: { ...seen.snapshot, server: inspection.snapshot.server } };
  if (now.plan.steps.length === 0) throw new NothingDue();
  // This run, or another one beside it, committed the labels before, so now none may be missing.
  const isDue = ({ type, label }: EnumLabel) => now.plan.labels.some((due) => due.type === type && due.label === label);
  const before = { ...inspection.plan, labels: labels === 'there' ? [] : inspection.plan.labels.filter(isDue) };
  if (!samePlan(before, now.plan)) throw changedMeanwhile(`planned: ${names(inspection)}`, `due now: ${names(now)}`);
  const inTheWay = obstacle(now);
  if (inTheWay === undefined) return now;
  throw refusedNow(inTheWay, { inspection }, labels);
}

/** A refusal says that nothing has changed, and by now the labels may be there. */
function refusedNow(inTheWay: UpgradeError, { inspection }: Pick<Job, 'inspection'>, labels: Labels): UpgradeError {
  return labels !== 'there' || inspection.plan.labels.length === 0
    ? inTheWay
    : changedMeanwhile(`${inTheWay.code}: ${inTheWay.message}`, ...inTheWay.found);
}

function changedMeanwhile(...found: string[]): UpgradeError {
  return new UpgradeError({
    code: 'YF505',
    message: 'The database changed between the plan and the upgrade, so the plan no longer fits it.',
    found,
    remedy: [own('plan'), ', and then upgrade again.'],
  });
}

const names = ({ plan }: Inspection) =>
  plan.steps.map(({ step, status }) => `${step.id} (${status})`).join(', ') || 'nothing';

/** Everything must pass inside the transaction, or nothing is committed: the labels neither, before all that does without them has. */
async function runChecks(
  session: Session,
  snapshot: Snapshot,
  { inspection, strict }: Job,
  labels: Labels,
  on: Listener,
): Promise<void> {
  const { target } = inspection.version;
  const dryRun = labels === 'left out';
  const checksOf = (seen: Snapshot, results: readonly ProbeResult[]) => [
    ...catalogChecks(inferVersion(seen, target)),
    ...probeChecks(results, { strict }),
  ];
  const isOfLabel = ({ id }: Check) => id.startsWith('label.');
  const require = (results: readonly ProbeResult[]) => {
    const checks = checksOf(snapshot, results);
    requireAll(labels === 'there' ? checks : checks.filter((check) => !isOfLabel(check)));
  };
  on({ phase: 'checks', dryRun });
  let afterLabels = false;
  const onProbe = ({ title }: Probe) => on({ phase: 'probe', title, dryRun, afterLabels });
  if (typeof labels !== 'function') {
    require(await runProbes(session, snapshot, stepsTo(target), { withNewLabels: !dryRun, onProbe }));
    if (!dryRun && inspection.plan.labels.length > 0) on({ phase: 'labels' });
    return;
  }
  const results = await runProbes(session, snapshot, stepsTo(target), {
    onProbe,
    beforeNewLabels: async (without) => {
      require(without);
      on({ phase: 'labels' });
      await labels();
      afterLabels = true;
    },
  });
  const objects = new Map(snapshot.objects);
  for (const key of await readLabels(session, snapshot.schema)) objects.set(key, '');
  requireAll(checksOf({ ...snapshot, objects }, results));
}
