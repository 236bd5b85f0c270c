import { hostname } from 'node:os';
import { makeRecordTable, onlyCreates } from './ahead-of-locks.js';
import { upgradeRun } from './history.js';
import { lockedTransaction } from './locked-transaction.js';
import type { Listener } from './progress.js';
import { recordRun } from './record-run.js';
import type { Reliance } from './reliance.js';
import type { TableLocks } from './table-locks.js';
import { untrustedObstacles } from '../inspection/untrusted.js';
import type { Worker } from './worker.js';
import { changeUnderLocks, createAhead } from './changing.js';
import { runChecks } from './checks-inside.js';
import type { Job, Labels } from './job.js';
import { lookAgain, refusedNow } from './look-again.js';

/**
 * One transaction: the upgrade lock, a second look where the first one is not relied on, the table locks, the steps, every check, every probe, COMMIT. What can be made without the table
 * locks is made before them.
 * @param locks kept from one attempt to the next: it remembers which lock was not to be had
 * @param options.reliesOn what need not be read again as long as the catalog's generation is the same
 * @throws {UpgradeLockHeld} when another run holds the upgrade lock
 * @throws {TableInUse} when a table lock was not to be had
 * @throws {NothingDue}
 * @throws {CatalogChanged} where that was not so; it is rolled back, and has to rely on less
 * @throws {UpgradeError} YF501, YF502, YF505 (rolled back); YF503, YF504 (connection lost)
 */
export function runTransaction(
  worker: Worker,
  job: Job,
  locks: TableLocks,
  { labels, reliesOn }: { labels: Labels; reliesOn: Reliance },
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
      const isFresh = reliesOn === 'the look' && (inspection.generation !== undefined || !onlyCreates(inspection));
      const run = isFresh ? inspection : await lookAgain(session, job, labels);
      const known = reliesOn === 'nothing' ? undefined : run.generation;
      const change = onlyCreates(run) ? createAhead : changeUnderLocks;
      const { now, changed, kept, hasShapes } = await change(session, run, job, takeLocks, labels, known, on);
      // What nobody looked at under the locks before the steps: whose code the probes would run.
      const foreign = untrustedObstacles({ ...changed, server: inspection.snapshot.server })[0];
      if (foreign) throw refusedNow(foreign, job, labels);
      if (kept) on({ phase: 'rows kept', check: kept, dryRun });
      await runChecks(session, changed, job, { labels, hasShapes }, on);
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
