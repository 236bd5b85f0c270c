import { verify as check } from '../engine/verify.js';
import { ExitCode } from '../errors/error.js';
import { notProbed, probeFailed, probesSkipped } from '../inspection/findings.js';
import { makePlan } from '../planning/plan.js';
import { locateFor, wantedRelease } from './find/locate.js';
import { look } from './look.js';
import type { OutcomeOf } from './outcome.js';
import { learnRefusal, lookForPrograms } from './refusal-ahead.js';
import { runCommand, type RunContext } from './run.js';
import { checkWithRetry } from './waiting.js';

/** Every check of the release, with probes that are rolled back. */
export function verify(context: RunContext<'verify'>): Promise<OutcomeOf<'verify'>> {
  return runCommand('verify', context, async (run) => {
    const { options } = run;
    const release = wantedRelease(options);
    const found = await locateFor(run);
    lookForPrograms(found.target, options);
    return look(run, found, { release }, async (seen) => {
      const { session, inspection } = seen;
      const { snapshot, version } = inspection;
      const { checks, failing, probed } = await checkWithRetry(session, run, (lockTimeoutMs) =>
        check(session, snapshot, version, lockTimeoutMs, options),
      );
      const failedProbes = checks.filter(({ ok, id, probed }) => !ok && probed !== false && id.startsWith('probe.'));
      const skipped = probed ? probesSkipped(checks) : [notProbed(snapshot)];
      const repaired = { ...inspection, plan: makePlan(version, snapshot, failing) };
      await learnRefusal(run, found.target, seen, repaired);
      const good = checks.every(({ ok }) => ok);
      return {
        ...(good
          ? { result: 'verified' as const, exitCode: ExitCode.done }
          : { result: 'due' as const, exitCode: ExitCode.due }),
        checks,
        findings: [...inspection.findings, ...failedProbes.map(probeFailed), ...skipped],
        inspection: repaired,
      };
    });
  });
}
