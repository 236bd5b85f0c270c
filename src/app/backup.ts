import { makeBackup } from '../backup/make.js';
import { planBackup } from '../backup/plan.js';
import { readWhatRestoreMeets } from '../backup/will-meet.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import { ExitCode } from '../errors/error.js';
import { refusal } from '../inspection/preflight.js';
import { cancelled } from './cancelled.js';
import { locateFor } from './find/locate.js';
import { look } from './look.js';
import type { OutcomeOf } from './outcome.js';
import { backupPhase } from './phases.js';
import { runCommand, type RunContext } from './run.js';

/** A dump of the whole database, read to its end. */
export function backup(context: RunContext<'backup'>): Promise<OutcomeOf<'backup'>> {
  return runCommand('backup', context, async (run) => {
    const { deadline, options } = run;
    const found = await locateFor(run);
    const { target, connect } = found;
    const { inspection, meets } = await look(
      run,
      found,
      {
        // A database of another line, such as 2.x, can be backed up too: it also has rows to lose.
        refuse: (seen) => (seen.version.newer === null ? refusal(seen) : undefined),
      },
      async ({ session, inspection, read }) => ({ inspection, meets: await read(() => readWhatRestoreMeets(session)) }),
    );
    const plan = await planBackup(target as DockerTarget | DirectTarget, inspection, options.backupDir, options.keep);
    await run.emit({ kind: 'backup-seen', seen: { command: 'backup', target, inspection }, plan, meets });
    run.note(...meets);
    const made = await run.inPhases([backupPhase], (on) =>
      run.cancellable(
        () => 'unfinished file',
        () => cancelled('backup'),
        (signal) => makeBackup(plan, connect, { deadline, signal }, on),
      ),
    );
    return { result: 'backed-up', exitCode: ExitCode.done, backup: made };
  });
}
