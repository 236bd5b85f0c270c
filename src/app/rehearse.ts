import type { Target } from '../database/target.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { plural } from '../inert/words.js';
import { obstacle } from '../inspection/obstacles.js';
import { rehearse as goThrough, type Rehearsal } from '../rehearse/rehearse.js';
import { lookBeforeUpgrade, type Looked, type Upgrading } from './first-look.js';
import { locateFor, wantedRelease } from './find/locate.js';
import type { OutcomeOf } from './outcome.js';
import { rehearsalPhases } from './phases.js';
import { learnRefusalOf } from './refusal-ahead.js';
import { runCommand, type RunContext } from './run.js';
import { lockRetryOf } from './waiting.js';
import { own } from '../errors/remedy.js';

/** The whole upgrade on a copy of the database, which is dropped afterwards: look, plan, copy, upgrade the copy, drop it. */
export function rehearse(context: RunContext<'rehearse'>): Promise<OutcomeOf<'rehearse'>> {
  return runCommand('rehearse', context, async (run) => {
    const release = wantedRelease(run.options);
    const found = await locateFor(run);
    const { target } = found;
    const looked = await lookBeforeUpgrade(run, found, release);
    const { inspection, running, contents, checks } = looked;
    await run.emit({ kind: 'seen', command: 'rehearse', target, inspection, running, contents });
    await run.emit({ kind: 'upgrade-planned', inspection });
    if (inspection.plan.steps.length === 0) return { result: 'already-current', exitCode: ExitCode.done, checks };
    const inTheWay = obstacle(inspection);
    if (inTheWay) throw inTheWay;
    const rehearsal = await rehearseOn(run, target, looked);
    await learnRefusalOf(run, target, inspection, running);
    return { result: 'rehearsed', exitCode: ExitCode.done, checks: rehearsal.checks, rehearsal };
  });
}

/**
 * Rehearses in phases of its own.
 * @throws {UpgradeError} what {@link goThrough} throws; YF513 where a check of the upgraded copy fails
 */
export async function rehearseOn(
  run: Upgrading,
  target: Target,
  { inspection, failing }: Pick<Looked, 'inspection' | 'failing'>,
): Promise<Rehearsal> {
  if (target.kind === 'embedded') throw notHere();
  const { schema, strict } = run.options;
  const rehearsal = await run.inPhases(rehearsalPhases(inspection), (on) =>
    run.cancellable(
      () => 'copy',
      leftAtOnce,
      (signal) => goThrough({ target, inspection, failing, schema, lockRetry: lockRetryOf(run), strict, signal }, on),
    ),
  );
  const failed = rehearsal.checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return rehearsal;
  throw new UpgradeError({
    code: 'YF513',
    exitCode: ExitCode.failed,
    message: `On the upgraded copy ${plural(failed.length, 'check', 'checks')} failed.`,
    found: failed.map(({ title, found }) => `${title}: ${found}`),
    remedy: ['Fix what is named above, then run: ', own('rehearse')],
  });
}

function leftAtOnce(): UpgradeError {
  return new UpgradeError({
    code: 'YF701',
    exitCode: ExitCode.cancelled,
    message: 'Left at once, without waiting for the copy to be dropped. Your database is as it was.',
    remedy: ['The next rehearsal drops what is left of this one: ', own('rehearse')],
  });
}

/** The demo is a rehearsal itself. */
function notHere(): UpgradeError {
  return new UpgradeError({
    code: 'YF103',
    exitCode: ExitCode.usage,
    message: 'The demo has one database in memory, and no room for a copy of it.',
    remedy: [own('demo')],
  });
}
