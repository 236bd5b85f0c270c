import type { Deadline } from '../machine/deadline.js';
import { connectorTo, type Connect } from '../database/connect.js';
import { fillDatabase } from '../scratch/fill.js';
import { NotFilled } from '../scratch/run-restore.js';
import type { ArchiveEntry } from '../backup/entries.js';
import type { Unfinished } from '../scratch/unfinished.js';
import type { ClientPrograms } from '../database/programs/programs.js';
import { quoteIdentifier } from '../database/quote.js';
import { withSession } from '../database/with-session.js';
import type { Session } from '../database/session.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import { refusal } from '../inspection/preflight.js';
import type { Listener } from '../engine/progress.js';
import type { DumpFile } from './dump-file.js';
import { archiveIsNotYokeflow, restoreFailure, restoreRefused, withoutRows } from './failure.js';
import { holdScratchLock } from '../scratch/lock.js';
import { keptName } from '../scratch/names.js';
import {
  carryOverSettings,
  carryOverStatements,
  createStatement,
  unmarkStatements,
  type DatabaseProperties,
} from '../scratch/properties.js';
import { createScratch, dropLeftovers, dropScratch } from '../scratch/scratch.js';
import { swapDatabases } from './swap.js';

/** A restore that was confirmed. */
export interface RestoreJob {
  readonly target: DockerTarget | DirectTarget;
  /** Opens sessions beside the database that is to be replaced. */
  readonly beside: Connect;
  readonly programs: ClientPrograms;
  readonly dump: DumpFile;
  /** Its table of contents. */
  readonly entries: readonly ArchiveEntry[];
  /** Of the database that is there; undefined where there is none. */
  readonly present: DatabaseProperties | undefined;
  readonly schema: string | undefined;
  readonly endSessions: boolean;
  /** Whether the present database has projects; a restore without projects must not replace it then. */
  readonly needsRows: boolean;
  /** Ends the waits of this restore. */
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

export interface Restored {
  /** The release that was found in the archive; null for a 2.x whose number is unknown. */
  readonly release: string | null;
  /** What the database that was there is called now; undefined where there was none. */
  readonly keptAs: string | undefined;
  /** What holds no rows and could not be made or filled. */
  readonly unfinished: readonly Unfinished[];
}

/**
 * Restores into a scratch database, looks at what came out, and only then gives it the database's name. Until that
 * last step nothing has changed; whatever fails, the scratch database is dropped.
 * @throws {UpgradeError} YF343, YF345, YF346, YF348 (refused), YF401 (another restore), YF511 (failed), YF504 (outcome unknown),
 *   YF701 (cancelled)
 */
export async function restore(job: RestoreJob, on: Listener): Promise<Restored> {
  const { beside, target, present, dump, signal } = job;
  const admin = await beside();
  let scratch: string | undefined;
  try {
    await holdScratchLock(admin, target.database, 'restore');
    await dropLeftovers(admin, target.database, 'restore', on);
    on({ phase: 'scratch' });
    signal.throwIfAborted();
    const fresh = async (): Promise<string> => {
      signal.throwIfAborted();
      if (scratch !== undefined)
        await dropScratch(scratch, admin, beside, on, 'the restore begins anew, without what could not be made');
      return createScratch(admin, {
        database: target.database,
        purpose: 'restore',
        create: (name) => createStatement(name, present),
        made: (name) => {
          scratch = name;
        },
      });
    };
    const connectTo = (database: string) => connectorTo(target, database);
    const filled = await fillDatabase(
      { ...job, connectTo, file: dump, fresh, wait: { deadline: job.deadline, on } },
      (amount) => on({ phase: 'fill', ...amount }),
    ).catch((error: unknown) => {
      throw error instanceof NotFilled ? restoreRefused(error.result, target.database) : error;
    });
    scratch = filled.database;
    on({ phase: 'look' });
    const { version } = await lookAt(job, scratch);
    if (present) await carryOver(admin, scratch, present);
    on({ phase: 'swap' });
    signal.throwIfAborted();
    const keptAs = present && keptName(target.database, new Date(), await databaseNames(admin));
    const unmark = unmarkStatements(target.database, present);
    await swapDatabases(
      admin,
      beside,
      { database: target.database, scratch, kept: keptAs, unmark, endSessions: job.endSessions },
      { deadline: job.deadline, on },
    );
    return {
      release: version.release?.version ?? version.newer?.version ?? null,
      keptAs,
      unfinished: filled.unfinished,
    };
  } catch (error) {
    const left =
      scratch && (await dropScratch(scratch, admin, beside, on, 'the restore did not come to its end'))
        ? undefined
        : scratch;
    throw restoreFailure(error, left, signal);
  } finally {
    await admin.close();
  }
}

function lookAt({ target, schema, needsRows }: RestoreJob, scratch: string): Promise<Inspection> {
  return withSession(connectorTo(target, scratch), async (session) => {
    const inspection = await inspect(session, undefined, { schema, again: true });
    const refused = inspection.version.newer === null ? refusal(inspection) : undefined;
    if (refused) throw archiveIsNotYokeflow(refused);
    if (needsRows && !(await hasProjects(session, inspection))) throw withoutRows(target.database, []);
    // A restored table has no statistics, and the planner would guess until autovacuum comes by ("pg_restore", Notes).
    await session.execute('ANALYZE');
    return inspection;
  });
}

async function hasProjects(session: Session, { snapshot }: Inspection): Promise<boolean> {
  const [row] = await session.rows<{ some: boolean }>(
    `SELECT EXISTS (SELECT FROM ${quoteIdentifier(snapshot.schema)}.projects) AS some`,
  );
  return row?.some === true;
}

async function databaseNames(admin: Session): Promise<string[]> {
  return (await admin.rows<{ name: string }>('SELECT datname AS name FROM pg_database')).map(({ name }) => name);
}

async function carryOver(admin: Session, scratch: string, present: DatabaseProperties): Promise<void> {
  await carryOverSettings(admin, scratch, present.settings);
  for (const statement of carryOverStatements(scratch, present)) await admin.execute(statement);
}
