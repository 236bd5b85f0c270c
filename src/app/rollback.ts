import type { BackupPlan } from '../backup/plan.js';
import { backUpWhatGoes } from '../backup/what-goes.js';
import { withSession } from '../database/with-session.js';
import { commandsOfRollback } from '../inspection/schema-commands.js';
import { tryEventTriggers } from '../engine/event-triggers/trial.js';
import type { Listener } from '../engine/progress.js';
import { labelsThatStay } from '../engine/rollback/labels.js';
import { lossesOf, needsBackup, planRollback, type RollbackPlan } from '../engine/rollback/plan.js';
import { wayBack } from '../engine/rollback/way-back.js';
import { noWayBack, rollbackObstacles } from '../engine/rollback/preflight.js';
import { goneChecks, rollback as takeBack } from '../engine/rollback/rollback.js';
import { rollbackScript } from '../engine/rollback/script.js';
import { verify } from '../engine/verify.js';
import type { Check } from '../inspection/check.js';
import { ExitCode } from '../errors/error.js';
import { runningSessions, type RunningSession } from '../inspection/activity.js';
import { labelsStay, probesSkipped } from '../inspection/findings.js';
import type { Finding } from '../inspection/finding.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import { LOCK_TIMEOUT_MS } from '../inspection/lock-timeout.js';
import { firstObstacle } from '../inspection/refusals.js';
import { inferVersion } from '../planning/version.js';
import { newestOf } from '../releases/registry.js';
import { checkFails, notLookedAt } from './after-commit.js';
import { inTheWayOfBackup, planBackupFirst } from './backup-first.js';
import { cancelled } from './cancelled.js';
import { agreeToRunning, answered } from './confirm-upgrade.js';
import { interruptible } from './interruption.js';
import { locateFor } from './find/locate.js';
import type { Located } from './find/located.js';
import { look } from './look.js';
import type { Ending, OutcomeOf } from './outcome.js';
import { backupPhase, rollbackPhases } from './phases.js';
import { forbidsScript, refuseDryRun } from './refusal-ahead.js';
import { runCommand, type Run, type RunContext } from './run.js';
import { checkWithRetry, lockRetryAfterwards, lockRetryOf, lookWithRetry } from './waiting.js';

type RollbackRun = Run<'rollback'>;

interface Looked {
  readonly inspection: Inspection;
  /** Undefined where it was not looked at. */
  readonly running: readonly RunningSession[] | undefined;
  /** Undefined where there is nothing to roll back. */
  readonly plan: RollbackPlan | undefined;
}

/** Takes the database back to the release before: from the first look to the verdict. */
export function rollback(context: RunContext<'rollback'>): Promise<OutcomeOf<'rollback'>> {
  return runCommand('rollback', context, async (run) => {
    const { options } = run;
    const found = await locateFor(run);
    const { target, connect } = found;
    const { inspection, running, plan } = await lookBeforeRollback(run, found);
    await run.emit({ kind: 'seen', command: 'rollback', target, inspection, running });
    if (plan === undefined) return { result: 'already-current', exitCode: ExitCode.done };
    run.learn({ rollback: plan });
    await run.emit({
      kind: 'rollback-planned',
      plan,
      discardRows: options.discardRows ?? false,
      lockTimeoutMs: options.lockTimeout,
    });
    const needed = needsBackup(plan);
    const obstacles = [
      ...rollbackObstacles(plan, options.discardRows ?? false),
      ...(needed ? inTheWayOfBackup(target, inspection, options) : []),
    ];
    // Without --discard-rows the script stops where rows would go, as the rollback does.
    if (options.dryRun && !forbidsScript(obstacles))
      run.learn({ sql: rollbackScript(plan, options.lockTimeout, options) });
    const inTheWay = firstObstacle(obstacles);
    if (inTheWay) throw inTheWay;
    const triggers = plan.inspection.conditions?.eventTriggers ?? [];
    await tryEventTriggers(connect, triggers, commandsOfRollback(plan), inspection.snapshot, LOCK_TIMEOUT_MS);
    if (options.dryRun) {
      await refuseDryRun(run, target, inspection, { running, needsBackup: needed });
      return { result: 'planned', exitCode: ExitCode.done };
    }
    const backup = needed ? await planBackupFirst(target, inspection, options) : undefined;
    await run.emit({ kind: 'backup-planned', target, plan: backup, needed });
    await confirm(run, plan, running ?? []);
    return carryOut(run, connect, plan, backup);
  });
}

function lookBeforeRollback(run: RollbackRun, found: Located): Promise<Looked> {
  return look(run, found, {}, async ({ session, inspection, read }) => {
    const way = wayBack(inspection);
    if (way.kind === 'none') throw noWayBack(inspection);
    const plan = way.kind === 'possible' ? await read(() => planRollback(session, inspection, way)) : undefined;
    // A role without the right to roll back may also lack the right to read the rows.
    const mayRead = plan !== undefined && rollbackObstacles(plan, true).length === 0;
    const running = mayRead ? await read(() => runningSessions(session, inspection.snapshot)) : undefined;
    return { inspection, running, plan };
  });
}

async function confirm(run: RollbackRun, plan: RollbackPlan, running: readonly RunningSession[]): Promise<void> {
  await agreeToRunning(run, running);
  if (run.isAttended) await run.emit({ kind: 'unchanged', before: 'rollback' });
  const { discarded, relabelled } = lossesOf(plan);
  const losesRows = discarded.length + relabelled.length > 0;
  for (;;) {
    const answer = await run.decide({ kind: 'rollback', to: plan.to.version, losesRows });
    if (answer === 'go') return answered(run);
    if (answer !== 'sql') throw cancelled('rollback');
    await run.emit({ kind: 'script', sql: rollbackScript(plan, run.options.lockTimeout, run.options) });
  }
}

async function carryOut(
  run: RollbackRun,
  connect: Located['connect'],
  plan: RollbackPlan,
  backup: BackupPlan | undefined,
): Promise<Ending<'rollback'>> {
  const retry = lockRetryOf(run);
  const { schema, strict } = run.options;
  const phases = [...(backup ? [backupPhase] : []), ...rollbackPhases(plan)];
  const { result, after } = await run.inPhases(phases, (listener) =>
    interruptible(run, async (signal, follow) => {
      const on = follow(listener);
      const made = backup && (await backUpWhatGoes(connect, plan, backup, retry, signal, on));
      run.learn({ backup: made?.backup });
      const kept = { backupFile: made?.backup.file, backedUp: made?.fingerprint };
      const result = await takeBack(connect, { plan, schema, ...kept, strict, signal }, retry, on).finally(() =>
        run.learn({ locks: retry.heldUp.attempts }),
      );
      on({ phase: 'verify' });
      const after = await lookAfterwards(run, connect, plan, on).catch((error: unknown) => {
        throw result === 'rolled-back' ? notLookedAt('rollback', error) : error;
      });
      return { result, after };
    }),
  );
  // Another run made the same rollback in the meantime, so this run changed nothing.
  if (result === 'already-current') return { result, exitCode: ExitCode.done, rollback: undefined, ...after };
  run.learn(after);
  const failed = after.checks.filter(({ ok }) => !ok);
  if (failed.length > 0) throw checkFails('rollback', failed);
  return { result, exitCode: ExitCode.done };
}

/** A fresh session sees what YokeFlow will see: everything of the older release, and nothing of the newer one. */
function lookAfterwards(
  run: RollbackRun,
  connect: Located['connect'],
  plan: RollbackPlan,
  on: Listener,
): Promise<{ inspection: Inspection; checks: readonly Check[]; findings: readonly Finding[] }> {
  const { schema } = run.options;
  const retry = lockRetryAfterwards(run);
  return withSession(connect, async (session) => {
    const inspection = await lookWithRetry(
      session,
      run,
      () => inspect(session, undefined, { schema, again: plan.inspection }),
      { retry, on },
    );
    const { snapshot } = inspection;
    const check = (lockTimeoutMs: number) =>
      verify(session, snapshot, inferVersion(snapshot, plan.to), lockTimeoutMs, run.options);
    const { checks } = await checkWithRetry(session, run, check, { retry: lockRetryAfterwards(run), on });
    const findings = [...inspection.findings, ...probesSkipped(checks), ...labelsStay(labelsThatStay(plan))];
    return {
      inspection,
      findings,
      checks: [...checks, ...goneChecks(snapshot, newestOf(plan.inspection.version.line), plan.steps)],
    };
  });
}
