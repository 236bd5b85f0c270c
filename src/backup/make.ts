import { randomBytes } from 'node:crypto';
import type { Connect } from '../database/connect.js';
import { endSessions } from '../database/end-sessions.js';
import { watchProgram } from '../database/programs/watch-program.js';
import type { Deadline } from '../machine/deadline.js';
import { formatBytes } from '../inert/words.js';
import type { Listener } from '../engine/progress.js';
import { checkArchive } from './archive.js';
import { backupFailure, dumpRefused } from './failure.js';
import { backupName, PartialFile } from './file.js';
import { makeFolder } from './folder.js';
import { keepNewest } from './keep.js';
import type { BackupPlan } from './plan.js';
import { removePartials, removeTemporary } from './remains.js';

/** A finished, checked backup. */
export interface Backup {
  /** Absolute path. */
  readonly file: string;
  readonly bytes: number;
}

/** The least limit for pg_dump, in ms. It covers all its locks together, so a shorter one might end a dump that nobody blocks. */
const LEAST_LOCK_WAIT_MS = 1000;

export interface BackupOptions {
  /** Ends every wait: for a table that somebody else has locked, for a server that has fallen silent. */
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** A snapshot for pg_dump to read, of a transaction that stays open until `taken` is called. */
  readonly snapshot?: { readonly id: string; readonly taken: () => void };
}

/**
 * Dumps the database into a `.partial` file, checks that pg_restore can read it to the end, and only then gives it
 * its name. Whatever goes wrong, no unfinished file and no session on the server remain. Older ones go only then, as far as the plan says so.
 * @throws {UpgradeError} YF341, YF342, YF402 (a table stayed locked), YF510 (it failed), YF701 (cancelled)
 */
export async function makeBackup(
  plan: BackupPlan,
  connect: Connect,
  options: BackupOptions,
  on: Listener,
): Promise<Backup> {
  const made = await dump(plan, connect, options, on);
  if (plan.keep !== undefined) await keepNewest(plan, made.file, plan.keep, options.signal, on);
  return made;
}

async function dump(
  plan: BackupPlan,
  connect: Connect,
  { deadline, signal, snapshot }: BackupOptions,
  on: Listener,
): Promise<Backup> {
  const { programs, folder, databaseBytes } = plan;
  on({ phase: 'backup' });
  let partial: PartialFile | undefined;
  try {
    signal.throwIfAborted();
    await makeFolder(folder);
    await removePartials(folder, on);
    await removeTemporary(on);
    const file = (partial = await PartialFile.create(
      folder,
      backupName(plan.database, plan.release, new Date(), plan.identity),
    ));
    const applicationName = `yokeflow-upgrade-backup-${randomBytes(4).toString('hex')}`;
    const dumped = await watchProgram({ connect, applicationName, wait: { deadline, on }, signal }, (signal, heard) =>
      programs.run({
        program: 'pg_dump',
        args: [
          '--format=custom',
          '--no-password',
          `--lock-wait-timeout=${Math.max(LEAST_LOCK_WAIT_MS, Math.round(deadline.remainingMs))}`,
          ...(snapshot ? [`--snapshot=${snapshot.id}`] : []),
        ],
        connection: { database: plan.database, applicationName },
        output: async (bytes) => {
          // It writes nothing before it has read the whole catalog, and so has imported the snapshot (pg_dump.c, setup_connection).
          snapshot?.taken();
          heard();
          await file.write(bytes);
          on({
            phase: 'backup',
            detail: `${formatBytes(file.bytes)} written (the database: ${formatBytes(databaseBytes)})`,
            bytes: file.bytes,
          });
        },
        endOnServer: () => endSessions(connect, applicationName),
        signal,
      }),
    );
    if (dumped.exitCode !== 0) throw dumpRefused(dumped);
    await file.flush();
    await checkArchive(programs, file.path, file.bytes, signal, (read) =>
      on({
        phase: 'backup',
        detail: `read back: ${formatBytes(read)} of ${formatBytes(file.bytes)}`,
        bytes: read,
        totalBytes: file.bytes,
      }),
    );
    signal.throwIfAborted();
    return { file: await file.publish(), bytes: file.bytes };
  } catch (error) {
    await partial?.discard();
    throw backupFailure(error, folder, signal);
  }
}
