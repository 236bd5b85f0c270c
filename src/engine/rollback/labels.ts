import type { RollbackPlan } from './plan.js';

/** What PostgreSQL cannot take back, and why that does no harm. */
export function labelsThatStay({ steps, to }: RollbackPlan): string {
  const labels = steps.flatMap((step) => step.labels);
  if (labels.length === 0) return 'nothing stays behind';
  return (
    `the ${labels.length === 1 ? 'label' : 'labels'} ${labels.map(({ label }) => label).join(' and ')} of ${labels[0]?.type} ` +
    `${labels.length === 1 ? 'stays' : 'stay'}: PostgreSQL cannot drop a label, and ${to.version} does not use ${labels.length === 1 ? 'it' : 'them'}`
  );
}
