import { rm } from 'node:fs/promises';
import { checkArchive } from '../backup/archive.js';
import { makeBackup } from '../backup/make.js';
import { planBackup } from '../backup/plan.js';
import { temporaryPrefix } from '../backup/remains.js';
import type { Deadline } from '../machine/deadline.js';
import { connector, connectorTo, type Connect } from '../database/connect.js';
import { DatabaseError, type Session } from '../database/session.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import { formatBytes } from '../inert/words.js';
import { cannotMake } from '../inspection/preflight-checks/extensions.js';
import { connectedSessions } from '../scratch/connected.js';
import { fillDatabase } from '../scratch/fill.js';
import { NotFilled } from '../scratch/run-restore.js';
import { copyStatement, createStatement, readProperties } from '../scratch/properties.js';
import { createScratch, dropScratch } from '../scratch/scratch.js';
import { makeTemporaryFolder } from '../machine/temporary-folder.js';
import { leftUnfinished } from '../inspection/findings.js';
import type { Inspection } from '../inspection/inspection.js';
import type { Listener } from '../engine/progress.js';
import { copyFailed, mayNotCopy } from './failure.js';

/** internal_error: among others, the version of the database's collation is another one than that of the machine (createdb in dbcommands.c gives it no code of its own). */
const COLLATION_MISMATCH = 'XX000';

export interface CopyJob {
  readonly target: DockerTarget | DirectTarget;
  readonly inspection: Inspection;
  readonly beside: Connect;
  /** Ends the waits of the dump. */
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

export type How = 'template' | 'dump and restore';

/** How a copy was made, and why so. */
export interface Copied {
  readonly how: How;
  /** In words, after "because". */
  readonly why: string;
}

/**
 * The largest database, in bytes, that is copied as a template. PostgreSQL then lets nobody connect to it until the copy is done, and
 * YokeFlow may come back at any moment. On two cores that took 20 ms and 2 ms for each megabyte; ten times slower is still about a second.
 */
export const LARGEST_TEMPLATE_BYTES = 64_000_000;

/** object_in_use: somebody connected in the meantime. */
const IN_USE = '55006';

/**
 * Copies the database to a scratch one on the same server. Where nobody is connected and it is small PostgreSQL copies it as a template
 * ("Template Databases"); else pg_dump and pg_restore do it, which hold nobody up, however long they take.
 * @param admin a session beside it
 * @param made told the copy's name as soon as there may be one to drop
 * @throws {UpgradeError} YF340–YF342, YF347 (refused), YF512 (failed), and what pg_dump's own failures stand for
 */
export async function copyDatabase(
  job: CopyJob,
  admin: Session,
  made: (name: string) => void,
  on: Listener,
): Promise<Copied> {
  await mayCopy(admin);
  on({ phase: 'copy' });
  let why = whyNoTemplate(
    job.inspection.snapshot.sizeBytes,
    (await connectedSessions(admin, job.target.database)).length,
  );
  if (
    why === undefined &&
    (await copyAsTemplate(job, admin, made, (error) => {
      why = `PostgreSQL did not copy it as a template: ${error.message}`;
    }))
  ) {
    return {
      how: 'template',
      why: `nobody is connected, and ${formatBytes(job.inspection.snapshot.sizeBytes)} are copied in a moment`,
    };
  }
  const copied: Copied = { how: 'dump and restore', why: why ?? 'PostgreSQL did not copy it as a template' };
  on({ phase: 'copy', detail: `by pg_dump and pg_restore, because ${copied.why}` });
  await dumpAndRestore(job, admin, made, on);
  return copied;
}

/** Undefined where nothing speaks against it. Pure. */
export function whyNoTemplate(bytes: number, connected: number): string | undefined {
  if (connected > 0)
    return connected === 1 ? 'a session is connected to the database' : 'sessions are connected to the database';
  if (bytes > LARGEST_TEMPLATE_BYTES)
    return `PostgreSQL's own copy of ${formatBytes(bytes)} would keep new connections out for too long`;
  return undefined;
}

async function mayCopy(admin: Session): Promise<void> {
  const [facts] = await admin.rows<{ role: string; may: boolean }>(
    'SELECT current_user AS role, rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user',
  );
  if (!facts?.may) throw mayNotCopy(facts?.role ?? 'this role');
}

/** @returns false where it cannot be had this way: somebody is connected after all, or the role does not own it */
async function copyAsTemplate(
  { target }: CopyJob,
  admin: Session,
  made: (name: string) => void,
  refused: (error: DatabaseError) => void,
): Promise<boolean> {
  try {
    await createScratch(admin, {
      database: target.database,
      purpose: 'rehearsal',
      create: (name) => copyStatement(name, target.database),
      made,
    });
    return true;
  } catch (error) {
    if (error instanceof DatabaseError) refused(error);
    if (
      error instanceof DatabaseError &&
      (error.sqlState === IN_USE || error.sqlState === '42501' || error.sqlState === COLLATION_MISMATCH)
    )
      return false;
    throw error;
  }
}

async function dumpAndRestore(
  { target, inspection, beside, deadline, signal }: CopyJob,
  admin: Session,
  made: (name: string) => void,
  on: Listener,
): Promise<void> {
  const folder = await makeTemporaryFolder(temporaryPrefix());
  try {
    const builtOn = (inspection.conditions?.extensions ?? []).filter(({ tables }) => (tables ?? []).length > 0);
    if (builtOn.length > 0) throw cannotMake(builtOn, 'A copy by dump and restore', 'rehearse');
    const plan = await planBackup(target, inspection, folder);
    const dump = await makeBackup(plan, connector(target), { deadline, signal }, (progress) => {
      if (progress.phase === 'backup')
        on({ ...progress, phase: 'copy', ...(progress.detail && { detail: `dump: ${progress.detail}` }) });
    });
    const like = await readProperties(admin, target.database);
    let name: string | undefined;
    const fresh = async (): Promise<string> => {
      signal.throwIfAborted();
      if (name !== undefined)
        await dropScratch(name, admin, beside, on, 'the copy is begun anew, without what could not be made');
      return createScratch(admin, {
        database: target.database,
        purpose: 'rehearsal',
        create: (scratch) => createStatement(scratch, like),
        made: (scratch) => {
          name = scratch;
          made(scratch);
        },
      });
    };
    const { entries } = await checkArchive(plan.programs, dump.file, dump.bytes, signal);
    const job = {
      programs: plan.programs,
      beside,
      connectTo: (database: string) => connectorTo(target, database),
      file: { path: dump.file, bytes: dump.bytes },
      entries,
      fresh,
      signal,
      wait: { deadline, on },
    };
    const { unfinished } = await fillDatabase(job, (amount) =>
      on({ phase: 'copy', ...amount, detail: `restore: ${amount.detail}` }),
    ).catch((error: unknown) => {
      throw error instanceof NotFilled ? copyFailed(error.result.exitCode, error.result.stderr) : error;
    });
    for (const one of unfinished) on({ phase: 'noted', finding: leftUnfinished(one, 'the copy') });
  } finally {
    // The dump holds every row: it goes even when the rest fails.
    await rm(folder, { recursive: true, force: true });
  }
}
