import type { Target } from '../database/target.js';
import { withSession } from '../database/with-session.js';
import { verify } from '../engine/verify.js';
import { upgradeScript } from '../engine/printable-script.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { stillRunning, type RunningSession } from '../inspection/activity.js';
import { isRepair } from '../planning/plan.js';
import { lines, newestOf } from '../releases/registry.js';
import { cancelled } from './cancelled.js';
import type { Looked } from './first-look.js';
import type { Located } from './find/located.js';
import { rehearseOn } from './rehearse.js';
import { offerReport } from './report.js';
import type { Run } from './run.js';
import { checkWithRetry } from './waiting.js';

type UpgradeRun = Run<'upgrade' | 'demo'>;

/**
 * The one confirmation, and whatever else is asked for before it.
 * @returns `cross` where the user would rather see the way to the next line of releases
 * @throws {UpgradeError} YF311 where agents are at work and nobody says that they are meant to meet the change; YF701
 */
export async function confirmUpgrade(
  run: UpgradeRun,
  found: Located,
  looked: Looked,
  withBackup: boolean,
): Promise<'upgrade' | 'cross'> {
  const { target } = found;
  const { inspection, running } = looked;
  await agreeToRunning(run, running ?? []);
  if (run.isAttended) await run.emit({ kind: 'unchanged', before: 'upgrade' });
  for (;;) {
    const isTheUsers = target.kind !== 'embedded';
    const crossesTo = isTheUsers ? nextLine(inspection) : undefined;
    const answer = await run.decide({
      kind: 'upgrade',
      withBackup,
      isTheUsers,
      isRepair: isRepair(inspection.plan),
      crossesTo,
    });
    if (answer === 'upgrade' || answer === 'cross') {
      answered(run);
      return answer;
    }
    if (answer === undefined || answer === 'leave') throw cancelled();
    if (answer === 'rehearse') await rehearseFirst(run, target, looked);
    else if (answer === 'report') await withoutLeaving(run, () => offerReport(run, found));
    else if (answer === 'verify') await withoutLeaving(run, () => verifyOnly(run, found, looked));
    else await run.emit({ kind: 'script', sql: upgradeScript(inspection, run.options.lockTimeout, run.options) });
  }
}

/** The newest release of the next line, for a database that is on its way within its own. */
function nextLine({ version: { line, crosses } }: Looked['inspection']): string | undefined {
  const next = lines[lines.indexOf(line) + 1];
  return next === undefined || crosses ? undefined : newestOf(next).version;
}

/**
 * If agents are at work, makes sure that the user wants to go on: by option, or by asking.
 * @throws {UpgradeError} YF311 where nobody answers, YF701 where the user would rather leave
 */
export async function agreeToRunning(
  run: Run<'upgrade' | 'demo' | 'rollback'>,
  running: readonly RunningSession[],
): Promise<void> {
  if (running.length === 0 || run.options.whileRunning) return;
  const agreed = await run.decide({ kind: 'while-running', running });
  if (agreed === undefined) throw stillRunning(running);
  if (!agreed) throw cancelled();
}

/** After a question the run's wait begins anew, however long the question stood open. */
export function answered(run: Pick<Run, 'isAttended' | 'deadline'>): void {
  if (run.isAttended) run.deadline.renew();
}

/** The upgrade goes on only if it worked on a copy. */
export async function rehearseFirst(run: UpgradeRun, target: Target, looked: Looked): Promise<void> {
  await run.emit({ kind: 'rehearsed', rehearsal: await rehearseOn(run, target, looked) });
}

/** Where a look fails, the conversation goes on. */
async function withoutLeaving(run: UpgradeRun, look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.exitCode === ExitCode.cancelled) throw error;
    await run.emit({ kind: 'look-failed', error });
  }
}

/** Every check that can be made of what is there, and no change. */
async function verifyOnly(run: UpgradeRun, { connect }: Located, { inspection }: Looked): Promise<void> {
  await withSession(connect, async (session) => {
    const { checks } = await checkWithRetry(session, run, (lockTimeoutMs) =>
      verify(session, inspection.snapshot, inspection.version, lockTimeoutMs, run.options),
    );
    await run.emit({ kind: 'checked', checks });
  });
}
