import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkArchive } from '../backup/archive.js';
import { makeBackup } from '../backup/make.js';
import { planBackup } from '../backup/plan.js';
import { temporaryPrefix } from '../backup/remains.js';
import { connector, connectorTo, type Connect } from '../database/connect.js';
import { DatabaseError, type Session } from '../database/session.js';
import type { DirectTarget, DockerTarget } from '../detect/target.js';
import { cannotMake } from '../restore/extensions.js';
import { connectedSessions } from '../scratch/connected.js';
import { fillDatabase } from '../scratch/fill.js';
import { NotFilled } from '../scratch/run-restore.js';
import { copyStatement, createStatement, readProperties } from '../scratch/properties.js';
import { createScratch, dropScratch } from '../scratch/scratch.js';
import { leftUnfinished } from '../upgrade/findings.js';
import type { Inspection } from '../upgrade/inspect.js';
import type { Listener } from '../upgrade/progress.js';
import { copyFailed, mayNotCopy } from './failure.js';

/** internal_error: among others, the version of the database's collation is another one than that of the machine (createdb in dbcommands.c gives it no code of its own). */
const COLLATION_MISMATCH = 'XX000';

export interface CopyJob {
  readonly target: DockerTarget | DirectTarget;
  readonly inspection: Inspection;
  /** Opens sessions beside the database. */
  readonly beside: Connect;
  readonly signal: AbortSignal;
}

export type How = 'template' | 'dump and restore';

/** object_in_use: somebody connected in the meantime. */
const IN_USE = '55006';

/**
 * Copies the database to a scratch one on the same server. Where nobody is connected PostgreSQL copies the files
 * ("Template Databases"); else pg_dump and pg_restore do it, which hold nobody up.
 * @param admin a session beside it
 * @param made told the copy's name as soon as there may be one to drop
 * @throws {UpgradeError} YF340–YF342, YF347 (refused), YF512 (failed), and what pg_dump's own failures stand for
 */
export async function copyDatabase(job: CopyJob, admin: Session, made: (name: string) => void, on: Listener): Promise<How> {
  await mayCopy(admin);
  on({ phase: 'copy' });
  if ((await connectedSessions(admin, job.target.database)).length === 0 && (await copyAsTemplate(job, admin, made))) return 'template';
  await dumpAndRestore(job, admin, made, on);
  return 'dump and restore';
}

async function mayCopy(admin: Session): Promise<void> {
  const [facts] = await admin.rows<{ role: string; may: boolean }>(
    'SELECT current_user AS role, rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user');
  if (!facts?.may) throw mayNotCopy(facts?.role ?? 'this role');
}

/** @returns false where it cannot be had this way: somebody is connected after all, or the role does not own it */
async function copyAsTemplate({ target }: CopyJob, admin: Session, made: (name: string) => void): Promise<boolean> {
  try {
    await createScratch(admin, { database: target.database, purpose: 'rehearsal', create: (name) => copyStatement(name, target.database), made });
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && (error.sqlState === IN_USE || error.sqlState === '42501' || error.sqlState === COLLATION_MISMATCH)) return false;
    throw error;
  }
}

async function dumpAndRestore({ target, inspection, beside, signal }: CopyJob, admin: Session, made: (name: string) => void, on: Listener): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), temporaryPrefix()));
  try {
    const builtOn = (inspection.conditions?.extensions ?? []).filter(({ tables }) => (tables ?? []).length > 0);
    if (builtOn.length > 0) throw cannotMake(builtOn, 'A copy by dump and restore', 'rehearse');
    const plan = await planBackup(target, inspection, folder);
    const dump = await makeBackup(plan, connector(target), { lockWaitMs: 10_000, signal }, (progress) => {
      if (progress.phase === 'backup') on({ ...progress, phase: 'copy', ...(progress.detail && { detail: `dump: ${progress.detail}` }) });
    });
    const like = await readProperties(admin, target.database);
    let name: string | undefined;
    const fresh = async (): Promise<string> => {
      signal.throwIfAborted();
      if (name !== undefined) await dropScratch(name, admin, beside, on, 'the copy is begun anew, without what could not be made');
      return createScratch(admin, { database: target.database, purpose: 'rehearsal', create: (scratch) => createStatement(scratch, like), made: (scratch) => { name = scratch; made(scratch); } });
    };
    const { entries } = await checkArchive(plan.programs, dump.file, dump.bytes, signal);
    const job = { programs: plan.programs, beside, connectTo: (database: string) => connectorTo(target, database), file: { path: dump.file, bytes: dump.bytes }, entries, fresh, signal };
    const { unfinished } = await fillDatabase(job, (amount) => on({ phase: 'copy', ...amount, detail: `restore: ${amount.detail}` }))
      .catch((error: unknown) => { throw error instanceof NotFilled ? copyFailed(error.result.exitCode, error.result.stderr) : error; });
    for (const one of unfinished) on({ phase: 'noted', finding: leftUnfinished(one, 'the copy') });
  } finally {
    // The dump holds every row: it goes even when the rest fails.
    await rm(folder, { recursive: true, force: true });
  }
}
