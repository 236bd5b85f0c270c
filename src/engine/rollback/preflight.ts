import { UpgradeError } from '../../errors/error.js';
import type { Inspection } from '../../inspection/inspection.js';
import { obstaclesToAnyChange } from '../../inspection/obstacles.js';
import { lossesOf, type RollbackPlan } from './plan.js';
import { waysBack } from './way-back.js';
import { own } from '../../errors/remedy.js';
import { takenObstacles } from '../../inspection/taken-names.js';

/** The refusal where no rollback is possible. Pure. */
export function noWayBack({ version }: Inspection): UpgradeError {
  return new UpgradeError({
    code: 'YF332',
    message: `There is no way back from here: a rollback leads from ${waysBack.join(' or ')}, and nothing of the older release may be missing.`,
    found: version.steps.map(({ step, status }) => `${step.id}: ${status}`),
    remedy: ['To see where it is, run: ', own('status'), '. To complete it, run: ', own('upgrade')],
  });
}

/** What stands in the way of a rollback: everything at once. Pure. */
export function rollbackObstacles(plan: RollbackPlan, discardRows: boolean): UpgradeError[] {
  const { dependents, inspection, steps } = plan;
  const ids = new Set(steps.map(({ id }) => id));
  // An undo drops by name, so what bears one of them would go unasked.
  const wouldGo = inspection.snapshot.taken.filter(
    (one) => one.wouldBeDropped && [...(one.steps ?? [])].some((id) => ids.has(id)),
  );
  return [
    ...obstaclesToAnyChange(
      {
        ...plan,
        snapshot: inspection.snapshot,
        conditions: inspection.conditions,
        route: inspection.route,
      },
      takenObstacles(wouldGo, 'rollback'),
    ),
    ...(dependents.length > 0 ? [dependentsInTheWay(plan)] : []),
    ...(discardRows ? [] : rowsInTheWay(plan)),
  ];
}

function dependentsInTheWay({ dependents, to }: RollbackPlan): UpgradeError {
  return new UpgradeError({
    code: 'YF333',
    message: `${dependents.length === 1 ? 'Something' : `${dependents.length} things`} of yours would lose what ${dependents.length === 1 ? 'it is' : 'they are'} built on: ${to.version} does not have it.`,
    found: dependents,
    remedy: ['Save the definitions (in psql: \\d+ NAME), drop them yourself, then run: ', own('rollback')],
  });
}

function rowsInTheWay(plan: RollbackPlan): UpgradeError[] {
  const { discarded, relabelled } = lossesOf(plan);
  if (discarded.length === 0 && relabelled.length === 0) return [];
  return [
    new UpgradeError({
      code: 'YF331',
      message: `This database holds rows that ${plan.to.version} has no place for.`,
      found: [
        ...discarded.map(({ table, rows }) => `${table}: ${rows}`),
        ...relabelled.map(
          ({ table, column, from, to, rows }) =>
            `${table} with the ${column} ${from.join(' or ')}, which would become ${to}: ${rows}`,
        ),
      ],
      remedy: ['To give them up, after a backup, run: ', own('rollback', '--discard-rows')],
    }),
  ];
}
