import { upgradeScript } from '../engine/printable-script.js';
import { ExitCode } from '../errors/error.js';
import { locateFor, wantedRelease } from './find/locate.js';
import { look } from './look.js';
import type { OutcomeOf } from './outcome.js';
import { forbidsScript, inTheWayOfUpgrade, learnRefusal, lookForPrograms } from './refusal-ahead.js';
import { runCommand, type RunContext } from './run.js';

/** What an upgrade would do. */
export function plan(context: RunContext<'plan'>): Promise<OutcomeOf<'plan'>> {
  return runCommand('plan', context, async (run) => {
    const { options } = run;
    const release = wantedRelease(options);
    const found = await locateFor(run);
    lookForPrograms(found.target, options);
    return look(run, found, { release }, async (seen) => {
      const { inspection } = seen;
      const forbids = forbidsScript(inTheWayOfUpgrade(found.target, inspection, options));
      if (options.sql && forbids) throw forbids;
      await learnRefusal(run, found.target, seen, inspection);
      const sql = options.sql ? upgradeScript(inspection, options.lockTimeout, {}) : undefined;
      return inspection.plan.steps.length === 0
        ? { result: 'already-current', exitCode: ExitCode.done, sql }
        : { result: 'planned', exitCode: ExitCode.due, sql, lockTimeoutMs: options.lockTimeout };
    });
  });
}
