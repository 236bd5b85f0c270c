import { visible } from '../../inert/visible.js';
import type { Style } from './style.js';
import { plural } from '../../inert/words.js';
import { lossesOf, type RollbackPlan } from '../../engine/rollback/plan.js';
import { rollbackSections } from '../../engine/rollback/script.js';
import { lastPhases, locksPhase, type Phase } from '../../app/phases.js';

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
  return [
    `  To go back to ${to.version}, ${plural(steps.length, 'step is', 'steps are')} undone, and ${counted.join(', ')} dropped:`,
    ...steps.map(({ id, title }, index) => `   ${index + 1}  ${style.bold(id)}  ${title}`),
    ...(discardRows ? lossLines(plan) : []).map((line) => `   ${style.note}  ${line}`),
    ...goesAlong.map((name) => `   ${style.note}  of yours, this goes along: ${visible(name)}`),
    `   ${style.bullet}  ${labelsThatStay(plan)}`,
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

/** What PostgreSQL cannot take back, and why that does no harm. */
export function labelsThatStay({ steps, to }: RollbackPlan): string {
  const labels = steps.flatMap((step) => step.labels);
  if (labels.length === 0) return 'nothing stays behind';
  return (
    `the ${labels.length === 1 ? 'label' : 'labels'} ${labels.map(({ label }) => label).join(' and ')} of ${labels[0]?.type} ` +
    `${labels.length === 1 ? 'stays' : 'stay'}: PostgreSQL cannot drop a label, and ${to.version} does not use ${labels.length === 1 ? 'it' : 'them'}`
  );
}

/** What a rollback is going to go through, in order. Pure but for reading sql/. */
export function rollbackPhases(plan: RollbackPlan): Phase[] {
  const shown = rollbackSections(plan).filter(({ name }) => name !== 'prepare' && name !== 'tidy up');
  return [locksPhase, ...shown.map(({ name, title }) => ({ key: name, title })), ...lastPhases];
}
