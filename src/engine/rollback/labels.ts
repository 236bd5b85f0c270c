import type { RollbackPlan } from './plan.js';

/** The labels that PostgreSQL cannot drop, and why they do no harm; undefined where the undone steps brought none. */
export function labelsThatStay({ steps, to }: Pick<RollbackPlan, 'steps' | 'to'>): string | undefined {
  const labels = steps.flatMap((step) => step.labels);
  if (labels.length === 0) return undefined;
  return (
    `the ${labels.length === 1 ? 'label' : 'labels'} ${labels.map(({ label }) => label).join(' and ')} of ${labels[0]?.type} ` +
    `${labels.length === 1 ? 'stays' : 'stay'}: PostgreSQL cannot drop a label, and ${to.version} does not use ${labels.length === 1 ? 'it' : 'them'}`
  );
}
