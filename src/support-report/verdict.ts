import type { UpgradeError } from '../errors/error.js';
import { own, remedyText, type Remedy } from '../errors/remedy.js';
import { stillRunning } from '../inspection/activity.js';
import type { Inspection } from '../inspection/inspection.js';
import { isRepair } from '../planning/plan.js';
import { backupObstacles, obstacles } from '../inspection/obstacles.js';
import { say } from './redaction/redacted.js';
import type { Redactor } from './redaction/redactor.js';
import { isThere, type ContainerFacts, type Draft, type Verdict } from './report.js';

/** What is known of a database in a container that does not run. */
function ofContainer({ name, state, exitCode }: ContainerFacts): Verdict {
  const text = say`The container ${name} does not run. Its state is: ${state}, with exit code ${exitCode}.`;
  const log = say`If it stops again, the end of its log, below, tells why.`;
  if (state === 'paused') return { state: 'bad', text, next: say`Run \`docker unpause ${name}\`.` };
  return {
    state: 'bad',
    text,
    next:
      state === 'restarting' ? say`The end of its log, below, tells why.` : say`Run \`docker start ${name}\`. ${log}`,
  };
}

/** The report in one line, and what to do next. */
export function verdictOf(
  inspection: Inspection | undefined,
  error: UpgradeError | undefined,
  { checks, yokeflow, container, activity }: Pick<Draft, 'checks' | 'yokeflow' | 'container' | 'activity'>,
  redactor: Redactor,
  /** Lets the commands of a remedy name the database. */
  name: (remedy: Remedy) => Remedy,
): Verdict {
  const run = (...words: string[]) => redactor.text(remedyText(name([own(...words)])));
  if (error?.code === 'YF201' && isThere(container) && container.state !== 'running') return ofContainer(container);
  if (error) return { state: 'bad', text: redactor.text(error.message), next: redactor.text(error.remedy) };
  if (!inspection) {
    const why = isThere(yokeflow) ? say`for an unknown reason` : yokeflow.unavailable;
    return {
      state: 'bad',
      text: say`The database was reached and could not be read: ${why}`,
      next: run('status', '--verbose'),
    };
  }
  const { version, plan } = inspection;
  const crosses = isThere(checks) ? checks.list.filter(({ ok, pending }) => !ok && !pending).length : 0;
  const target = redactor.text(version.target.version);
  if (plan.steps.length === 0) {
    if (crosses > 0)
      return {
        state: 'bad',
        text: say`Nothing is due, and ${crosses} ${crosses === 1 ? say`check` : say`checks`} failed.`,
        next: run('verify'),
      };
    const passed = isThere(checks) ? checks.list.filter(({ skipped }) => !skipped).length : 0;
    const skipped = isThere(checks) ? checks.list.length - passed : 0;
    const half =
      isThere(checks) && checks.notProbed !== null ? say`, as far as that can be seen without the probes` : say``;
    return {
      state: 'good',
      text: say`Everything of ${target} is there and works${half}: ${passed} checks passed${skipped > 0 ? say`, ${skipped} could not be probed` : say``}.`,
      next: say`Nothing to do.`,
    };
  }
  const agents = isThere(activity) ? (activity.agentSessions ?? 0) : 0;
  const [obstacle] = [
    ...obstacles(inspection),
    ...backupObstacles(inspection),
    ...(agents > 0 ? [stillRunning([], agents)] : []),
  ];
  const kind = isRepair(plan) ? say`A repair` : say`An upgrade`;
  const steps = plan.steps.length === 1 ? say`one step` : say`${plan.steps.length} steps`;
  const release = redactor.text(version.release?.version ?? '');
  const text =
    release === target
      ? say`${kind} of ${release} is due: ${steps}.`
      : say`${kind} is due: ${release} to ${target}, ${steps}.`;
  if (obstacle)
    return {
      state: 'bad',
      text: say`${text} Now upgrade would be refused: ${redactor.text(obstacle.code)} ${redactor.text(obstacle.message)}`,
      next: redactor.text(remedyText(name(obstacle.advice))),
    };
  return { state: isRepair(plan) ? 'bad' : 'due', text, next: run('upgrade') };
}
