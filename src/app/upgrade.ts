import { makeBackup } from '../backup/make.js';
import type { BackupPlan } from '../backup/plan.js';
import { apply } from '../engine/apply.js';
import { commandsOfUpgrade } from '../inspection/schema-commands.js';
import { tryEventTriggers } from '../engine/event-triggers/trial.js';
import { upgradeScript } from '../engine/printable-script.js';
import { ExitCode } from '../errors/error.js';
import type { Check } from '../inspection/check.js';
import { LOCK_TIMEOUT_MS } from '../inspection/lock-timeout.js';
import { firstObstacle } from '../inspection/refusals.js';
import { isRepair } from '../planning/plan.js';
import { reachable } from '../releases/registry.js';
import type { Release } from '../releases/release.js';
import { checkFails, lookAfterwards, notLookedAt } from './after-commit.js';
import { planBackupFirst } from './backup-first.js';
import { confirmUpgrade, rehearseFirst } from './confirm-upgrade.js';
import { closeKept, goingOnWithKept } from './kept-session.js';
import { lookBeforeUpgrade, type Looked } from './first-look.js';
import { initOn, mayInit } from './init/init.js';
import { interruptible } from './interruption.js';
import { locateFor, wantedRelease } from './find/locate.js';
import type { Located } from './find/located.js';
import type { Ending, OutcomeOf } from './outcome.js';
import { phasesOf } from './phases.js';
import { inTheWayOfUpgrade, refuseDryRun } from './refusal-ahead.js';
import { runCommand, type Run, type RunContext } from './run.js';
import { lockRetryOf } from './waiting.js';

type UpgradeRun = Run<'upgrade' | 'demo'>;

/** Finds the database and takes it to the release that is wanted: from the first look to the verdict. */
export function upgrade(context: RunContext<'upgrade'>): Promise<OutcomeOf<'upgrade'>> {
  return runCommand('upgrade', context, async (run) => {
    // Options that cannot be right are refused before the search for the database.
    wantedRelease(run.options);
    return upgradeOn(run, await locateFor(run));
  });
}

/** The same on a database that is there already. */
export async function upgradeOn(
  run: UpgradeRun,
  found: Located,
  goal: Release | undefined = wantedRelease(run.options),
): Promise<Ending<'upgrade'>> {
  const { options, emit } = run;
  const { target, connect } = found;
  let looked: Looked;
  try {
    looked = await lookBeforeUpgrade(run, found, goal);
  } catch (error) {
    if (mayInit(run, error)) return initOn(run, found, error);
    throw error;
  }
  const { inspection, running, contents } = looked;
  await emit({ kind: 'seen', command: 'upgrade', target, inspection, running, contents });
  if (inspection.plan.steps.length === 0)
    return { result: 'already-current', exitCode: ExitCode.done, checks: looked.checks };
  await emit({ kind: 'upgrade-planned', inspection, lockTimeoutMs: options.lockTimeout });
  const inTheWay = firstObstacle(inTheWayOfUpgrade(target, inspection, options));
  if (inTheWay) throw inTheWay;
  const triggers = inspection.conditions?.eventTriggers ?? [];
  await tryEventTriggers(connect, triggers, commandsOfUpgrade(inspection), inspection.snapshot, LOCK_TIMEOUT_MS);
  if (options.dryRun) {
    run.learn({ sql: upgradeScript(inspection, options.lockTimeout, options) });
    await refuseDryRun(run, target, inspection, { running, needsBackup: true });
    return { result: 'planned', exitCode: ExitCode.done };
  }
  const plan = await planBackupFirst(target, inspection, options);
  await emit({ kind: 'backup-planned', target, plan, needed: true });
  if (options.rehearse) await rehearseFirst(run, target, looked);
  const answer = await confirmUpgrade(run, found, looked, plan !== undefined);
  if (answer === 'cross') return upgradeOn(run, found, reachable.at(-1));
  return carryOut(run, found, looked, plan);
}

async function carryOut(
  run: UpgradeRun,
  found: Located,
  { inspection, failing }: Looked,
  backup: BackupPlan | undefined,
): Promise<Ending<'upgrade'>> {
  const { deadline } = run;
  const { schema, strict } = run.options;
  // A backup may take hours.
  if (backup) await closeKept(run);
  const connect = goingOnWithKept(run, found.connect);
  const retry = lockRetryOf(run);
  const { result, after } = await run.inPhases(phasesOf(inspection, backup !== undefined), (listener) =>
    interruptible(run, async (signal, follow) => {
      let rowsKept: Check | undefined;
      const on = follow((progress) => {
        if (progress.phase === 'rows kept') rowsKept = progress.check;
        listener(progress);
      });
      const made = backup && (await makeBackup(backup, connect, { deadline, signal }, on));
      run.learn({ backup: made });
      const job = { inspection, failing, schema, backupFile: made?.file, strict, signal };
      const result = await apply(connect, job, retry, on).finally(() => run.learn({ locks: retry.heldUp.attempts }));
      if (result === 'applied') run.learn({ before: inspection });
      on({ phase: 'verify' });
      const after = await lookAfterwards(run, connect, inspection.version.target, inspection, on).catch(
        (error: unknown) => {
          throw result === 'applied' ? notLookedAt('upgrade', error) : error;
        },
      );
      const checks = rowsKept ? [rowsKept, ...after.checks] : after.checks;
      return { result, after: { ...after, checks } };
    }),
  );
  // Another run did the same in the meantime.
  if (result === 'already-current') return { result, exitCode: ExitCode.done, ...after };
  // The contents were read before the change and not after it.
  run.learn({ ...after, contents: undefined });
  const failed = after.checks.filter(({ ok }) => !ok);
  if (failed.length > 0) throw checkFails('upgrade', failed);
  return { result: isRepair(inspection.plan) ? 'repaired' : 'upgraded', exitCode: ExitCode.done };
}
