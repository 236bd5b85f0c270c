import { dumpRole, type BackupPlan } from '../backup/plan.js';
import { backUpWhatGoes } from '../backup/what-goes.js';
import type { Located } from './locate.js';
import type { Settings } from '../cli/settings.js';
import { ExitCode } from '../errors/error.js';
import { tellFound } from '../ui/events/found.js';
import { newestRelease } from '../releases/registry.js';
import { failure, type Outcome } from './outcome.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import { runningSessions, type RunningSession } from '../inspection/activity.js';
import { labelsStay, probesSkipped } from '../inspection/findings.js';
import { inspect, type Inspection } from '../inspection/inspect.js';
import { LOCK_TIMEOUT_MS } from '../inspection/lock-timeout.js';
import { retryLocks } from '../engine/lock-retry.js';
import { commandsOfRollback } from '../inspection/schema-commands.js';
import { tryEventTriggers } from '../engine/event-triggers/trial.js';
import { refusal } from '../inspection/preflight.js';
import type { Listener } from '../engine/progress.js';
import { firstObstacle } from '../inspection/refusals.js';
import { needsBackup, planRollback, wayBack, type RollbackPlan } from '../engine/rollback/plan.js';
import { noWayBack, rollbackObstacles } from '../engine/rollback/preflight.js';
import { rollbackScript } from '../engine/rollback/script.js';
import { goneChecks, rollback } from '../engine/rollback/rollback.js';
import { verify } from '../engine/verify.js';
import { inferVersion } from '../planning/version.js';
import { checkFails, notLookedAt } from './after-commit.js';
import { backupLines, inTheWayOfBackup, planBackupFirst } from './backup.js';
import { agreeToRunning, askRollback } from '../ui/terminal/conversation.js';
import type { Known } from './first-look.js';
import { headerLines } from '../ui/text/header.js';
import { interruptible } from './interruption.js';
import { cancelled } from './cancelled.js';
import { backupPhase } from './phases.js';
import { labelsThatStay, lossLines, rollbackLines, rollbackPhases } from '../ui/text/rollback-loss-lines.js';
import { tellIfSlow } from './slow.js';
import { withTaskList } from '../ui/terminal/tasks.js';
import { collecting } from './told.js';
import { lookWithRetry, lockRetryAfterwards, lockRetryOf, tellWaiting, uninterrupted } from './waiting.js';

interface Looked {
  /** Undefined where it was not looked at. */
  readonly running: readonly RunningSession[] | undefined;
  /** Undefined where there is nothing to roll back. */
  readonly plan: RollbackPlan | undefined;
}

/** The rollback from the first look to the verdict: with questions on a terminal, without them after --yes. */
export async function runRollback(
  { target, connect }: Located,
  settings: Settings,
  terminal: Terminal,
): Promise<Outcome> {
  const known: Known = { command: 'rollback', target };
  try {
    const { running, plan } = await firstLook({ target, connect }, settings, terminal, known);
    if (known.inspection)
      say(terminal, [
        '',
        'YokeFlow rollback',
        '',
        ...headerLines(target, known.inspection, terminal.talk, { running }),
        '',
      ]);
    if (plan === undefined) return { ...known, result: 'already-current', exitCode: ExitCode.done };
    Object.assign(known, { rollback: plan });
    say(terminal, [...rollbackLines(plan, terminal.talk, settings.discardRows), '']);
    const inTheWay = firstObstacle([
      ...rollbackObstacles(plan, settings.discardRows),
      ...(needsBackup(plan) ? inTheWayOfBackup(target, plan.inspection, settings) : []),
    ]);
    if (inTheWay) return failure(inTheWay, known);
    await tryEventTriggers(
      connect,
      plan.inspection.conditions?.eventTriggers ?? [],
      commandsOfRollback(plan),
      plan.inspection.snapshot,
      LOCK_TIMEOUT_MS,
    );
    if (settings.dryRun)
      return {
        ...known,
        result: 'planned',
        exitCode: ExitCode.done,
        sql: rollbackScript(plan, settings.lockTimeout, settings),
      };
    const backup = needsBackup(plan) ? await planBackupFirst(target, plan.inspection, settings) : undefined;
    say(terminal, needsBackup(plan) ? backupLines(target, backup) : ['  Backup     none: nothing is lost', '']);
    await confirm(plan, running ?? [], settings, terminal);
    return await carryOut(connect, plan, backup, settings, terminal, known);
  } catch (error) {
    return failure(error, known);
  }
}

async function firstLook(
  { target, connect }: Located,
  settings: Settings,
  terminal: Terminal,
  known: Known,
): Promise<Looked> {
  const session = await tellIfSlow(terminal, 'Connecting', connect);
  try {
    const onWaiting = tellWaiting(terminal);
    const look = <T>(work: () => Promise<T>) => lookWithRetry(session, settings, onWaiting, work);
    const inspection = await look(() =>
      inspect(session, newestRelease, { schema: settings.schema, dumpRole: dumpRole(target) }),
    );
    Object.assign(known, { inspection });
    await tellFound(terminal, target, inspection);
    const refused = refusal(inspection);
    if (refused) throw refused;
    const way = wayBack(inspection);
    if (way.kind === 'none') throw noWayBack(inspection);
    const plan = way.kind === 'possible' ? await look(() => planRollback(session, inspection, way)) : undefined;
    // A role that may not roll back may not be allowed to look at the rows either.
    const mayRead = plan !== undefined && rollbackObstacles(plan, true).length === 0;
    return { running: mayRead ? await look(() => runningSessions(session, inspection.snapshot)) : undefined, plan };
  } finally {
    await session.close();
  }
}

async function confirm(
  plan: RollbackPlan,
  running: readonly RunningSession[],
  settings: Settings,
  terminal: Terminal,
): Promise<void> {
  await agreeToRunning(running, settings, terminal);
  if (settings.yes) return;
  say(terminal, ['  Nothing has changed yet. The rollback is one transaction: all of it, or none.', '']);
  for (;;) {
    const next = await askRollback(terminal, plan.to.version, lossLines(plan).length > 0);
    if (next === 'go') return settings.deadline.renew();
    if (next === 'leave') throw cancelled('rollback');
    terminal.printVerbatim(rollbackScript(plan, settings.lockTimeout, settings));
  }
}

async function carryOut(
  connect: Located['connect'],
  plan: RollbackPlan,
  backup: BackupPlan | undefined,
  settings: Settings,
  terminal: Terminal,
  known: Known,
): Promise<Outcome> {
  const lockRetry = lockRetryOf(settings);
  let result = 'rolled-back' as Awaited<ReturnType<typeof rollback>>;
  const afterwards = await withTaskList(
    [...(backup ? [backupPhase] : []), ...rollbackPhases(plan)],
    terminal,
    (listener) =>
      interruptible(
        (line) => terminal.say(line),
        async (signal, follow) => {
          const on = follow(collecting(known, listener));
          const made = backup && (await backUpWhatGoes(connect, plan, backup, lockRetry, signal, on));
          Object.assign(known, { backup: made?.backup });
          result = await rollback(
            connect,
            {
              plan,
              schema: settings.schema,
              backupFile: made?.backup.file,
              backedUp: made?.fingerprint,
              lockTimeoutMs: settings.lockTimeout,
              strict: settings.strict,
              signal,
            },
            lockRetry,
            on,
          );
          on({ phase: 'verify' });
          return lookAfterwards(connect, plan, settings, on).catch((error: unknown) => {
            throw result === 'rolled-back' ? notLookedAt('rollback', error) : error;
          });
        },
      ),
  );
  // Another run did the same in the meantime, so nothing of it is this run's doing.
  if (result === 'already-current')
    return { ...known, result, exitCode: ExitCode.done, rollback: undefined, ...afterwards };
  const done: Outcome = { ...known, result, exitCode: ExitCode.done, ...afterwards };
  const failed = afterwards.checks.filter(({ ok }) => !ok);
  return failed.length === 0 ? done : failure(checkFails('rollback', failed), done);
}

/** A fresh session sees what YokeFlow will see: everything of the older release, and nothing of the newer one. */
async function lookAfterwards(
  connect: Located['connect'],
  plan: RollbackPlan,
  settings: Settings,
  on: Listener,
): Promise<Required<Pick<Outcome, 'findings' | 'checks'>> & { inspection: Inspection }> {
  const session = await connect();
  try {
    const inspection = await lookWithRetry(
      session,
      { ...settings, deadline: lockRetryAfterwards(settings).deadline },
      on,
      () => inspect(session, newestRelease, { schema: settings.schema }),
    );
    const { snapshot } = inspection;
    const { checks } = await retryLocks(session, lockRetryAfterwards(settings), uninterrupted, on, (lockTimeoutMs) =>
      verify(session, snapshot, inferVersion(snapshot, plan.to), lockTimeoutMs, settings),
    );
    const findings = [...inspection.findings, ...probesSkipped(checks), labelsStay(labelsThatStay(plan))];
    return { inspection, findings, checks: [...checks, ...goneChecks(snapshot, newestRelease, plan.steps)] };
  } finally {
    await session.close();
  }
}

function say(terminal: Terminal, lines: readonly string[]): void {
  terminal.say(lines.join('\n'));
}
