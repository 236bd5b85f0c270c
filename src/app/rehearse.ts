import type { Located } from './locate.js';
import type { Settings } from '../cli/settings.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { rehearse, type Rehearsal } from '../rehearse/rehearse.js';
import type { Release } from '../releases/release.js';
import { failure, type Outcome } from './outcome.js';
import { plural } from '../inert/words.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import type { Inspection } from '../inspection/inspect.js';
import { obstacle } from '../inspection/obstacles.js';
import { firstLook, type Known } from './first-look.js';
import { headerLines, planLines } from '../ui/text/header.js';
import { rehearsalPhases } from './phases.js';
import { cancellable } from './signals.js';
import { withTaskList } from '../ui/terminal/tasks.js';
import { collecting } from './told.js';
import { lockRetryOf } from './waiting.js';

/**
 * Rehearses with a task list of its own.
 * @throws {UpgradeError} what {@link rehearse} throws; YF513 where a check of the upgraded copy fails
 */
export async function rehearseWithList(
  { target }: Pick<Located, 'target'>,
  { inspection, failing }: { inspection: Inspection; failing: ReadonlyMap<string, string> },
  settings: Settings,
  terminal: Terminal,
  known: Known,
): Promise<Rehearsal> {
  if (target.kind === 'embedded') throw notHere();
  const lockRetry = lockRetryOf(settings);
  const rehearsal = await withTaskList(rehearsalPhases(inspection), terminal, (on) =>
    cancellable(
      () => terminal.say('  Cancelling: dropping the copy ...'),
      cancelledAtOnce,
      (signal) =>
        rehearse(
          { target, inspection, failing, schema: settings.schema, lockRetry, strict: settings.strict, signal },
          collecting(known, on),
        ),
    ),
  );
  const failed = rehearsal.checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return rehearsal;
  throw new UpgradeError({
    code: 'YF513',
    exitCode: ExitCode.failed,
    message: `On the upgraded copy ${plural(failed.length, 'check does', 'checks do')} not hold.`,
    found: failed.map(({ title, found }) => `${title}: ${found}`),
    remedy: ['Mend what is named above, then run: ', own('rehearse')],
  });
}

/** The rehearsal as a command of its own: look, plan, copy, upgrade the copy, drop it. */
export async function runRehearsal(
  { target, connect }: Located,
  release: Release,
  settings: Settings,
  terminal: Terminal,
): Promise<Outcome> {
  const known: Known = { command: 'rehearse', target };
  try {
    const looked = await firstLook({ target, connect }, release, settings, terminal, known);
    const { inspection } = looked;
    terminal.say(
      [
        '',
        'YokeFlow upgrade, rehearsed on a copy',
        '',
        ...headerLines(target, inspection, terminal.talk, looked),
        '',
        ...planLines(inspection, terminal.talk),
        '',
      ].join('\n'),
    );
    if (inspection.plan.steps.length === 0)
      return { ...known, result: 'already-current', exitCode: ExitCode.done, checks: looked.checks };
    const inTheWay = obstacle(inspection);
    if (inTheWay) return failure(inTheWay, known);
    const rehearsal = await rehearseWithList({ target }, looked, settings, terminal, known);
    return { ...known, result: 'rehearsed', exitCode: ExitCode.done, checks: rehearsal.checks, rehearsal };
  } catch (error) {
    return failure(error, known);
  }
}

function cancelledAtOnce(): UpgradeError {
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
