import { visible } from '../../inert/visible.js';
import type { Style } from './style.js';
import { plural } from '../../inert/words.js';
import { labelsThatStay } from '../../engine/rollback/labels.js';
import { lossesOf, type RollbackPlan } from '../../engine/rollback/plan.js';

/** The rollback in plain words, with all that goes. Rows that stand in its way are told by its refusal. */
export function rollbackLines(plan: RollbackPlan, style: Style, discardRows: boolean): string[] {
  const { to, steps, dropped, goesAlong } = plan;
  const things = [
    [dropped.tables, 'table', 'tables'],
    [dropped.views, 'view', 'views'],
    [dropped.functions, 'function', 'functions'],
  ] as const;
  const counted = things
    .filter(([names]) => names.length > 0)
    .map(([names, one, many]) => plural(names.length, one, many));
  const labels = labelsThatStay(plan);
  return [
    `  To go back to ${to.version}, ${plural(steps.length, 'step is', 'steps are')} undone, and ${counted.join(', ')} dropped:`,
    ...steps.map(({ id, title }, index) => `   ${index + 1}  ${style.bold(id)}  ${title}`),
    ...(discardRows ? lossLines(plan) : []).map((line) => `   ${style.note}  ${line}`),
    ...goesAlong.map((name) => `   ${style.note}  of yours, this goes along: ${visible(name)}`),
    ...(labels === undefined ? [] : [`   ${style.bullet}  ${labels}`]),
  ];
}

/** The rows that are lost, table by table, and those that are given another label. */
export function lossLines(plan: RollbackPlan): string[] {
  const { discarded, relabelled } = lossesOf(plan);
  return [
    ...discarded.map(({ table, rows }) => `${plural(rows, 'row', 'rows')} of ${table}, given up`),
    ...relabelled.map(
      ({ table, column, from, to, rows }) =>
        `${plural(rows, 'row', 'rows')} of ${table} with the ${column} ${from.join(' or ')}, set to ${to}`,
    ),
  ];
}
