import { makeBackup } from '../backup/make.js';
import type { BackupPlan } from '../backup/plan.js';
import type { Located } from './locate.js';
import type { Settings } from '../cli/settings.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import type { Target } from '../database/target.js';
import type { Release } from '../releases/release.js';
import { failure, type Outcome } from './outcome.js';
import { sameDatabaseError } from './same-database.js';
import { checkLines, errorLines } from '../ui/text/text.js';
import { rehearsedLine } from '../ui/text/rehearsed-line.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import { apply } from '../engine/apply.js';
import { inspect, type Inspection } from '../inspection/inspect.js';
import { LOCK_TIMEOUT_MS, withLockTimeout } from '../inspection/lock-timeout.js';
import { obstacles } from '../inspection/obstacles.js';
import { retryLocks } from '../engine/lock-retry.js';
import { isRepair } from '../planning/plan.js';
import { commandsOfUpgrade } from '../inspection/schema-commands.js';
import { tryEventTriggers } from '../engine/event-triggers/trial.js';
import { upgradeScript } from '../engine/printable-script.js';
import type { Listener } from '../engine/progress.js';
import { firstObstacle } from '../inspection/refusals.js';
import { verify, type Check } from '../engine/verify.js';
import { checkFails, notLookedAt } from './after-commit.js';
import { backupLines, inTheWayOfBackup, planBackupFirst } from './backup.js';
import { agreeToRunning, askNext } from '../ui/terminal/conversation.js';
import { firstLook, type Known, type Looked } from './first-look.js';
import { headerLines, planLines } from '../ui/text/header.js';
import { interruptible } from './interruption.js';
import { cancelled } from './cancelled.js';
import { phasesOf } from './phases.js';
import { rehearseWithList } from './rehearse.js';
import { withTaskList } from '../ui/terminal/tasks.js';
import { collecting } from './told.js';
import { lockRetryAfterwards, lockRetryOf, tellWaiting, uninterrupted } from './waiting.js';

/** The upgrade from the first look to the verdict: with questions on a terminal, without them after --yes. */
export async function runUpgrade(
  command: string,
  { target, connect }: Located,
  release: Release,
  settings: Settings,
  terminal: Terminal,
): Promise<Outcome> {
  const known: Known = { command, target };
  try {
    const looked = await firstLook({ target, connect }, release, settings, terminal, known);
    const { inspection } = looked;
    say(terminal, ['', 'YokeFlow upgrade', '', ...headerLines(target, inspection, terminal.talk, looked), '']);
    const inTheWay = firstObstacle([...obstacles(inspection), ...inTheWayOfBackup(target, inspection, settings)]);
    if (inspection.plan.steps.length === 0)
      return { ...known, result: 'already-current', exitCode: ExitCode.done, checks: looked.checks };
    say(terminal, [...planLines(inspection, terminal.talk), '']);
    if (inTheWay) return failure(inTheWay, known);
    await tryEventTriggers(
      connect,
      inspection.conditions?.eventTriggers ?? [],
      commandsOfUpgrade(inspection),
      inspection.snapshot,
      LOCK_TIMEOUT_MS,
    );
    if (settings.dryRun)
      return {
        ...known,
        result: 'planned',
        exitCode: ExitCode.done,
        sql: upgradeScript(inspection, settings.lockTimeout, settings),
      };
    const backup = await planBackupFirst(target, inspection, settings);
    say(terminal, backupLines(target, backup));
    if (settings.rehearse) await rehearseFirst(target, looked, settings, terminal, known);
    await confirm({ target, connect }, looked, backup !== undefined, settings, terminal, known);
    return await carryOut({ target, connect }, looked, backup, settings, terminal, known);
  } catch (error) {
    return failure(error, known);
  }
}

async function confirm(
  { target, connect }: Located,
  looked: Looked,
  withBackup: boolean,
  settings: Settings,
  terminal: Terminal,
  known: Known,
): Promise<void> {
  const { inspection, running } = looked;
  await agreeToRunning(running ?? [], settings, terminal);
  if (settings.yes) return;
  say(terminal, ['  Nothing has changed yet. The upgrade is one transaction: all of it, shown to work, or none.', '']);
  for (;;) {
    const next = await askNext(terminal, {
      withBackup,
      isTheUsers: target.kind !== 'embedded',
      isRepair: isRepair(inspection.plan),
    });
    if (next === 'upgrade') return settings.deadline.renew();
    if (next === 'leave') throw cancelled();
    if (next === 'rehearse') await rehearseFirst(target, looked, settings, terminal, known);
    else if (next === 'report')
      await withoutLeaving({ target, settings, terminal }, () => writeReport({ target, connect }, settings, terminal));
    else if (next === 'verify')
      await withoutLeaving({ target, settings, terminal }, () => verifyOnly(connect, looked, settings, terminal));
    else terminal.printVerbatim(upgradeScript(inspection, settings.lockTimeout, settings));
  }
}

/** What only looks and fails ends no conversation. */
async function withoutLeaving(
  { target, settings, terminal }: { target: Target; settings: Settings; terminal: Terminal },
  look: () => Promise<void>,
): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.exitCode === ExitCode.cancelled) throw error;
    terminal.insist([...errorLines(sameDatabaseError(error, settings, target), terminal.talk, false), ''].join('\n'));
  }
}

async function writeReport(located: Located, settings: Settings, terminal: Terminal): Promise<void> {
  const { writeReportFor } = await import('./report.js');
  await writeReportFor(located, settings, terminal);
}

/** Every check that can be made of what is there, and no change. */
async function verifyOnly(
  connect: Located['connect'],
  { inspection }: Looked,
  settings: Settings,
  terminal: Terminal,
): Promise<void> {
  const session = await connect();
  try {
    const { checks } = await retryLocks(
      session,
      lockRetryOf(settings),
      uninterrupted,
      tellWaiting(terminal),
      (lockTimeoutMs) => verify(session, inspection.snapshot, inspection.version, lockTimeoutMs, settings),
    );
    say(terminal, [...checkLines(checks, terminal.talk), '', '  Nothing has changed.', '']);
  } finally {
    await session.close();
  }
}

/** The upgrade goes on only if it held on a copy. */
async function rehearseFirst(
  target: Target,
  looked: Looked,
  settings: Settings,
  terminal: Terminal,
  known: Known,
): Promise<void> {
  const rehearsal = await rehearseWithList({ target }, looked, settings, terminal, known);
  say(terminal, ['', `  ${terminal.talk.tick} ${rehearsedLine(rehearsal)}`, '']);
}

async function carryOut(
  { connect }: Located,
  looked: Looked,
  backup: BackupPlan | undefined,
  settings: Settings,
  terminal: Terminal,
  known: Known,
): Promise<Outcome> {
  const { inspection, failing } = looked;
  let result = 'applied' as Awaited<ReturnType<typeof apply>>;
  const afterwards = await withTaskList(phasesOf(inspection, backup !== undefined), terminal, (listener) =>
    interruptible(
      (line) => terminal.say(line),
      async (signal, follow) => {
        const on = follow(collecting(known, listener));
        const made = backup && (await makeBackup(backup, connect, { deadline: settings.deadline, signal }, on));
        Object.assign(known, { backup: made });
        result = await apply(
          connect,
          {
            inspection,
            failing,
            schema: settings.schema,
            backupFile: made?.file,
            lockTimeoutMs: settings.lockTimeout,
            strict: settings.strict,
            signal,
          },
          lockRetryOf(settings),
          on,
        );
        if (result === 'applied') Object.assign(known, { before: inspection });
        on({ phase: 'verify' });
        return lookAfterwards(connect, inspection, settings, on).catch((error: unknown) => {
          throw result === 'applied' ? notLookedAt('upgrade', error) : error;
        });
      },
    ),
  );
  // Another run did the same in the meantime.
  if (result === 'already-current') return { ...known, result, exitCode: ExitCode.done, ...afterwards };
  const done: Outcome = {
    ...known,
    contents: undefined,
    result: isRepair(inspection.plan) ? 'repaired' : 'upgraded',
    exitCode: ExitCode.done,
    ...afterwards,
  };
  const failed = afterwards.checks.filter(({ ok }) => !ok);
  return failed.length === 0 ? done : failure(checkFails('upgrade', failed), done);
}

/** A fresh session sees what YokeFlow will see. */
async function lookAfterwards(
  connect: Located['connect'],
  { version }: Inspection,
  settings: Settings,
  on: Listener,
): Promise<{ inspection: Inspection; checks: readonly Check[] }> {
  const session = await connect();
  try {
    return await retryLocks(session, lockRetryAfterwards(settings), uninterrupted, on, async (lockTimeoutMs) => {
      const inspection = await withLockTimeout(session, lockTimeoutMs, () =>
        inspect(session, version.target, { schema: settings.schema }),
      );
      const { checks } = await verify(session, inspection.snapshot, inspection.version, lockTimeoutMs, settings);
      return { inspection, checks };
    });
  } finally {
    await session.close();
  }
}

function say(terminal: Terminal, lines: readonly string[]): void {
  terminal.say(lines.join('\n'));
}
