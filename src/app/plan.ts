import { upgradeScript } from '../engine/printable-script.js';
import { ExitCode } from '../errors/error.js';
import { takenObstacles } from '../inspection/taken-names.js';
import { locateFor, wantedRelease } from './find/locate.js';
import { look } from './look.js';
import type { OutcomeOf } from './outcome.js';
import { runCommand, type RunContext } from './run.js';

/** What an upgrade would do. */
export function plan(context: RunContext<'plan'>): Promise<OutcomeOf<'plan'>> {
  return runCommand('plan', context, async (run) => {
    const { options } = run;
    const release = wantedRelease(options);
    return look(run, await locateFor(run), { release }, async ({ inspection }) => {
      // Whoever runs the script by hand is asked nothing more.
      const [taken] = takenObstacles(inspection.version.taken, 'upgrade');
      if (options.sql && taken) throw taken;
      const sql = options.sql ? upgradeScript(inspection, options.lockTimeout, {}) : undefined;
      return inspection.plan.steps.length === 0
        ? { result: 'already-current', exitCode: ExitCode.done, sql }
        : { result: 'planned', exitCode: ExitCode.due, sql, lockTimeoutMs: options.lockTimeout };
    });
  });
}
