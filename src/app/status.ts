import { ExitCode } from '../errors/error.js';
import { LOCK_TIMEOUT_MS } from '../inspection/lock-timeout.js';
import { readContents } from './contents.js';
import { locateFor, wantedRelease } from './find/locate.js';
import { look } from './look.js';
import type { OutcomeOf } from './outcome.js';
import { learnRefusal, lookForPrograms } from './refusal-ahead.js';
import { runCommand, type RunContext } from './run.js';

/** Finds the database and says where it is. */
export function status(context: RunContext<'status'>): Promise<OutcomeOf<'status'>> {
  return runCommand('status', context, async (run) => {
    const release = wantedRelease(run.options);
    const found = await locateFor(run);
    lookForPrograms(found.target, run.options);
    return look(run, found, { release }, async (seen) => {
      const { session, inspection } = seen;
      const { backupDir } = run.options;
      const contents = await learnRefusal(run, found.target, seen, inspection, () =>
        readContents(session, inspection, { lockTimeout: LOCK_TIMEOUT_MS, backupDir }),
      );
      return inspection.plan.steps.length === 0
        ? { result: 'already-current', exitCode: ExitCode.done, contents }
        : { result: 'due', exitCode: ExitCode.due, contents };
    });
  });
}
