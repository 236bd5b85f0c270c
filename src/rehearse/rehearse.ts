import { removeTemporary } from '../backup/remains.js';
import { connectorBeside, connectorTo, type Connect } from '../database/connect.js';
import type { Session } from '../database/session.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import { withSession } from '../database/with-session.js';
import { UpgradeError } from '../errors/error.js';
import { holdScratchLock } from '../scratch/lock.js';
import { dropLeftovers, dropScratch } from '../scratch/scratch.js';
import { apply } from '../engine/apply.js';
import { cancelOnAbort, withCancellableWorker } from '../engine/cancellation.js';
import { codedError } from '../engine/coded-error.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import type { LockRetry } from '../engine/lock-retry.js';
import { obstacle } from '../inspection/obstacles.js';
import { conditionsBeside } from '../inspection/preflight-checks/conditions.js';
import { SESSIONS_OF_A_REHEARSAL } from '../inspection/preflight-checks/connections.js';
import type { Listener } from '../engine/progress.js';
import { verify, type Strictness } from '../engine/verify.js';
import type { Check } from '../inspection/check.js';
import type { Watch } from '../engine/watch.js';
import { copyDatabase, type Copied } from './copy.js';
import { copyLeft, rehearsalFailed, withCopyLeft } from './failure.js';

export interface RehearsalJob extends Strictness {
  readonly target: DockerTarget | DirectTarget;
  /** Of the database itself. */
  readonly inspection: Inspection;
  readonly failing: ReadonlyMap<string, string>;
  readonly schema: string | undefined;
  readonly lockRetry: LockRetry;
  readonly signal: AbortSignal;
}

export interface Rehearsal extends Copied {
  readonly copyMs: number;
  readonly upgradeMs: number;
  /** Of the upgraded copy. */
  readonly checks: readonly Check[];
}

/**
 * Goes through the whole upgrade on a copy of the database, with the user's own rows, and drops the copy whatever
 * comes of it. Copies that killed runs left are dropped first.
 * @throws {UpgradeError} YF320, YF321, YF347, YF354–YF356 (refused), YF401 (another rehearsal), YF512 (no copy), YF513 (it failed), YF514 (the copy is left), YF701 (cancelled)
 */
export async function rehearse(job: RehearsalJob, on: Listener): Promise<Rehearsal> {
  const beside = await connectorBeside(job.target);
  return withCancellableWorker(
    beside,
    job.signal,
    { deadline: job.lockRetry.deadline, on },
    async ({ session: admin, watch }) => {
      await holdScratchLock(admin, job.target.database, 'rehearsal');
      const inTheWay = await conditionsBeside(admin, SESSIONS_OF_A_REHEARSAL);
      if (inTheWay) throw inTheWay;
      await removeTemporary(on);
      await dropLeftovers(admin, job.target.database, 'rehearsal', on);
      let copy: string | undefined;
      const rehearsed = await onCopy(
        job,
        beside,
        { admin, watch },
        (name) => {
          copy = name;
        },
        on,
      ).catch((error: unknown) => ({ error }));
      on({ phase: 'drop copy' });
      const left =
        copy !== undefined && !(await dropScratch(copy, admin, beside, on, 'the rehearsal on this copy is over'))
          ? copy
          : undefined;
      if ('error' in rehearsed) throw left === undefined ? rehearsed.error : withCopyLeft(rehearsed.error, left);
      if (left !== undefined) throw copyLeft(left);
      return rehearsed;
    },
  );
}

async function onCopy(
  job: RehearsalJob,
  beside: Connect,
  { admin, watch }: { admin: Session; watch: Watch },
  made: (name: string) => void,
  on: Listener,
): Promise<Rehearsal> {
  let name = '';
  const start = Date.now();
  const stopCancelling = cancelOnAbort(watch, await admin.backendPid(), job.signal);
  const madeHow = await copyDatabase(
    { ...job, beside, deadline: job.lockRetry.deadline },
    admin,
    (copy) => {
      made((name = copy));
    },
    on,
  ).finally(stopCancelling);
  const copied = Date.now();
  try {
    const checks = await upgradeCopy(job, connectorTo(job.target, name), on);
    return { ...madeHow, copyMs: copied - start, upgradeMs: Date.now() - copied, checks };
  } catch (error) {
    const coded = codedError(error);
    throw coded instanceof UpgradeError ? rehearsalFailed(coded) : coded;
  }
}

async function upgradeCopy(
  { inspection: original, failing, schema, lockRetry, strict, signal }: RehearsalJob,
  connect: Connect,
  on: Listener,
): Promise<readonly Check[]> {
  const { target } = original.version;
  const inspection = await withSession(connect, (session) =>
    inspect(session, target, { schema, failing, again: true, generation: 'all' }),
  );
  const inTheWay = obstacle(inspection);
  if (inTheWay) throw inTheWay;
  await apply(connect, { inspection, failing, schema, strict, signal }, lockRetry, on);
  on({ phase: 'verify' });
  return withSession(connect, async (session) => {
    const { snapshot, version } = await inspect(session, target, { schema, again: true });
    return (await verify(session, snapshot, version, lockRetry.lockTimeoutMs, { strict })).checks;
  });
}
