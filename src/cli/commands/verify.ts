import { ExitCode } from '../../errors/error.js';
import { makePlan } from '../../planning/plan.js';
import { verify as runChecks } from '../../engine/verify.js';
import { notProbed, probeFailed, probesSkipped } from '../../inspection/findings.js';
import type { Run } from '../definitions.js';
import { lookAt } from '../../app/look.js';

export const verify: Run = (settings, terminal) =>
  lookAt('verify', settings, terminal, async (session, inspection) => {
    const { snapshot, version } = inspection;
    const { checks, failing, probed } = await runChecks(session, snapshot, version, settings.lockTimeout, settings);
    const plan = makePlan(version, snapshot, failing);
    const failedProbes = checks.filter(
      ({ ok, id, probed: wasRun }) => !ok && wasRun !== false && id.startsWith('probe.'),
    );
    const findings = [
      ...inspection.findings,
      ...failedProbes.map(probeFailed),
      ...(probed ? probesSkipped(checks) : [notProbed(snapshot)]),
    ];
    const good = checks.every(({ ok }) => ok);
    return {
      result: good ? 'verified' : 'due',
      exitCode: good ? ExitCode.done : ExitCode.due,
      checks,
      findings,
      inspection: { ...inspection, plan },
    };
  });
