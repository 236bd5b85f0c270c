import { lossesOf } from '../../engine/rollback/plan.js';
import { backupLines } from './backup-lines.js';
import { labelsThatStay } from '../../engine/rollback/labels.js';
import { lossLines } from './rollback-loss-lines.js';
import type { Outcome } from '../../app/outcome.js';
import type { Style } from './style.js';
import { passedText } from '../../engine/verify.js';

/** What a rollback came to, in one line; undefined for any other command. */
export function rollbackVerdict(
  { command, result, inspection, rollback, checks = [] }: Outcome,
  style: Style,
): string | undefined {
  if (command !== 'rollback') return undefined;
  if (result === 'already-current')
    return `${style.tick} There is nothing to roll back: the database is at ${inspection?.version.release?.version}.`;
  if (result !== 'rolled-back' || !rollback) return undefined;
  const passed = passedText(checks);
  return `${style.tick} ${style.good(`YokeFlow's database is back at ${rollback.to.version}`)}, from ${rollback.from.version}. ${passed}.`;
}

/** What a finished rollback cost, which labels stay, and what to do next. */
export function afterRollback(outcome: Outcome): string[] {
  const { result, rollback } = outcome;
  if (result !== 'rolled-back' || !rollback) return [];
  const lost = lossLines(rollback);
  const labels = labelsThatStay(rollback);
  return [
    ...(lost.length > 0 ? [`  Lost: ${lost.join('; ')}.`] : []),
    ...(labels === undefined ? [] : [`  ${labels.charAt(0).toUpperCase()}${labels.slice(1)}.`]),
    '',
    `  Next: start YokeFlow ${rollback.to.version}. The code of ${rollback.from.version} does not work on this database.`,
    ...backupLines(outcome),
  ];
}

/** The counts of a rollback for `--json`, also where it was refused or only planned. */
export function rollbackJson({ rollback }: Outcome): Record<string, unknown> | null {
  if (!rollback) return null;
  const { discarded, relabelled } = lossesOf(rollback);
  return {
    from: rollback.from.version,
    to: rollback.to.version,
    steps: rollback.steps.map(({ id }) => id),
    discarded: discarded.map(({ table, rows }) => ({ table, rows })),
    relabelled: relabelled.map(({ table, column, from, to, rows }) => ({ table, column, from, to, rows })),
    labelsLeft: rollback.steps.flatMap(({ labels }) => labels.map(({ type, label }) => ({ type, label }))),
  };
}
