import { Deadline } from '../../src/machine/deadline.js';
import type { Connect } from '../../src/database/connect.js';
import { inspect } from '../../src/inspection/inspect.js';
import type { Fingerprint } from '../../src/engine/rollback/fingerprint.js';
import type { Progress } from '../../src/engine/progress.js';
import { planRollback, type RollbackPlan } from '../../src/engine/rollback/plan.js';
import { wayBack } from '../../src/engine/rollback/way-back.js';
import { firstObstacle } from '../../src/inspection/refusals.js';
import { rollbackObstacles } from '../../src/engine/rollback/preflight.js';
import { rollback } from '../../src/engine/rollback/rollback.js';
import type { Release } from '../../src/releases/release.js';
import { engineRelease } from './releases.js';

/** Plans a rollback over a session of its own. */
export async function lookBack(connect: Connect, target: Release = engineRelease): Promise<RollbackPlan> {
  const session = await connect();
  try {
    const inspection = await inspect(session, target, { generation: 'all' });
    const way = wayBack(inspection);
    if (way.kind !== 'possible') throw new Error(`no rollback leads from here: ${way.kind}`);
    return await planRollback(session, inspection, way);
  } finally {
    await session.close();
  }
}

/** Carries out a plan, without the command line around it; returns what the engine told. */
export async function carryOut(
  connect: Connect,
  plan: RollbackPlan,
  {
    lockTimeoutMs = 1000,
    waitMs = 0,
    on = (_: Progress): void => undefined,
    backedUp = undefined as Fingerprint | undefined,
  } = {},
): Promise<Progress[]> {
  const told: Progress[] = [];
  const job = { plan, schema: undefined, backedUp, lockTimeoutMs, signal: new AbortController().signal };
  await rollback(connect, job, { lockTimeoutMs, deadline: new Deadline(waitMs) }, (progress) => {
    told.push(progress);
    on(progress);
  });
  return told;
}

/** Plans, refuses and carries out. */
export async function rollBack(connect: Connect, { discardRows = false } = {}): Promise<Progress[]> {
  const plan = await lookBack(connect);
  const refused = firstObstacle(rollbackObstacles(plan, discardRows));
  if (refused) throw refused;
  return carryOut(connect, plan);
}
