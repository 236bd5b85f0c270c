import { backupLines, keptLines, otherLine } from './backup-lines.js';
import { refusalLines } from './refusal-lines.js';
import type { Outcome } from '../../app/outcome.js';
import { afterRollback } from './rollback-lines.js';
import type { Style } from './style.js';

/**
 * What to do next. Pure.
 * @param options what leads the next command to the same database, with a space before each
 */
export function nextLines(outcome: Outcome, options: string, style: Style, verbose: boolean): string[] {
  const { command, result, inspection, refusal } = outcome;
  if (refusal) {
    const change = command === 'rollback' ? 'rollback' : 'upgrade';
    const next = `yokeflow-upgrade ${change}${options}`;
    // A plain status fits into one message.
    const amount = verbose ? 'all' : command === 'status' ? 'least' : 'some';
    return refusalLines(refusal, next, style, amount);
  }
  if (command === 'rollback') return afterRollback(outcome);
  if (command === 'demo')
    return result === 'wrong-usage'
      ? []
      : ['', '  The demo database is gone, and nothing of it remains. To upgrade yours: yokeflow-upgrade'];
  if (result === 'upgraded' || result === 'repaired') return ['', ...afterUpgrade(outcome), ...backupLines(outcome)];
  if (result === 'backed-up') return backupLines(outcome);
  if (result === 'restored') {
    const { release = null, target, state } = inspection?.version ?? {};
    const upgrade = `first: yokeflow-upgrade upgrade${options}`;
    // An older database does not work with the code of a newer release, and the other way round.
    const next =
      release !== null && release !== target
        ? `start the code of YokeFlow ${release.version}, which this database is of, or upgrade it ${upgrade}`
        : `start YokeFlow's API again${state === 'defective' ? `, or repair it ${upgrade}` : '.'}`;
    return [...otherLine(outcome), `  Next: ${next}`, ...keptLines(outcome)];
  }
  if (result === 'due' && inspection?.plan.steps.length === 0) return [`  Next: yokeflow-upgrade explain YF816`];
  if (result === 'found')
    return inspection?.plan.steps.length === 0 ? [] : [`  Next: yokeflow-upgrade upgrade${options}`];
  if (result === 'due' || result === 'rehearsed') return [`  Next: yokeflow-upgrade upgrade${options}`];
  return [];
}

function afterUpgrade({ before, inspection }: Outcome): string[] {
  if (before?.version.crosses !== true) return ["  Next: restart YokeFlow's API, so that it uses what is new."];
  const { version } = inspection?.version.target ?? { version: '2.x' };
  const switched = `  Next: switch the checkout to ${version}, build it, and start it.`;
  // With a 2.0.0, or a release over which 2.x was loaded, the code in use is 2.x already.
  if (before.version.isOverlaid || before.version.release?.version === '2.0.0') return [switched];
  return [
    `${switched} There is no hurry: the code of 1.4.0 works on`,
    '  this database too, through the view tests. Once only 2.x runs, nothing of YokeFlow needs that view any more.',
  ];
}
