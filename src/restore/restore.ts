import { connectorTo, type Connect } from '../database/connect.js';
import { fillDatabase } from '../scratch/fill.js';
import type { ClientPrograms } from '../database/programs/programs.js';
import type { Session } from '../database/session.js';
import type { DirectTarget, DockerTarget } from '../detect/target.js';
import { newestRelease } from '../releases/registry.js';
import { inspect, type Inspection } from '../upgrade/inspect.js';
import { refusal } from '../upgrade/preflight.js';
import type { Listener } from '../upgrade/progress.js';
import type { DumpFile } from './dump-file.js';
import { archiveIsNotYokeflow, restoreFailure, restoreRefused } from './failure.js';
import { holdScratchLock } from '../scratch/lock.js';
import { keptName } from '../scratch/names.js';
import { carryOverSettings, carryOverStatements, createStatement, type DatabaseProperties } from '../scratch/properties.js';
import { createScratch, dropLeftovers, dropScratch } from '../scratch/scratch.js';
import { swapDatabases } from './swap.js';

/** A restore that was confirmed. */
export interface RestoreJob {
  readonly target: DockerTarget | DirectTarget;
  /** Opens sessions beside the database that is to be replaced. */
  readonly beside: Connect;
  readonly programs: ClientPrograms;
  readonly dump: DumpFile;
  /** Of the database that is there; undefined where there is none. */
  readonly present: DatabaseProperties | undefined;
  readonly schema: string | undefined;
  readonly endSessions: boolean;
  readonly signal: AbortSignal;
}

export interface Restored {
  /** The release that the archive turned out to hold. */
  readonly release: string;
  /** What the database that was there is called now; undefined where there was none. */
  readonly keptAs: string | undefined;
}

/**
 * Restores into a scratch database, looks at what came out, and only then gives it the database's name. Until that
 * last step nothing has changed; whatever fails, the scratch database is dropped.
 * @throws {UpgradeError} YF343, YF345, YF346 (refused), YF401 (another restore), YF511 (failed), YF504 (outcome unknown),
 *   YF701 (cancelled)
 */
export async function restore(job: RestoreJob, on: Listener): Promise<Restored> {
  const { beside, target, present, dump, signal } = job;
  const admin = await beside();
  let scratch: string | undefined;
  try {
    await holdScratchLock(admin, target.database, 'restore');
    await dropLeftovers(admin, target.database, 'restore');
    on({ phase: 'scratch' });
    signal.throwIfAborted();
    scratch = await createScratch(admin, target.database, 'restore', (name) => createStatement(name, present), (name) => { scratch = name; });
    on({ phase: 'fill' });
    const filled = await fillDatabase({ ...job, file: dump }, scratch, (amount) => on({ phase: 'fill', ...amount }));
    if (filled.exitCode !== 0) throw restoreRefused(filled, target.database);
    on({ phase: 'look' });
    const { version } = await lookAt(job, scratch);
    if (present) await carryOver(admin, scratch, present);
    on({ phase: 'swap' });
    signal.throwIfAborted();
    const keptAs = present && keptName(target.database, new Date());
    await swapDatabases(admin, beside, { database: target.database, scratch, kept: keptAs, endSessions: job.endSessions }, on);
    return { release: version.release?.version ?? 'unknown', keptAs };
  } catch (error) {
    const left = scratch && (await dropScratch(scratch, admin, beside)) ? undefined : scratch;
    throw restoreFailure(error, left, signal);
  } finally {
    await admin.close();
  }
}

async function lookAt({ target, schema }: RestoreJob, scratch: string): Promise<Inspection> {
  const session = await connectorTo(target, scratch)();
  try {
    const inspection = await inspect(session, newestRelease, { schema });
    const refused = refusal(inspection);
    if (refused) throw archiveIsNotYokeflow(refused);
    // A restored table has no statistics, and the planner would guess until autovacuum comes by ("pg_restore", Notes).
    await session.execute('ANALYZE');
    return inspection;
  } finally {
    await session.close();
  }
}

async function carryOver(admin: Session, scratch: string, present: DatabaseProperties): Promise<void> {
  await carryOverSettings(admin, scratch, present.settings);
  for (const statement of carryOverStatements(scratch, present)) await admin.execute(statement);
}
