import type { Archive } from '../backup/archive.js';
import { connectorTo } from '../database/connect.js';
import type { ClientPrograms } from '../database/programs/programs.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import { withSession } from '../database/with-session.js';
import type { Inspection } from '../inspection/inspection.js';
import type { DumpFile } from '../restore/dump-file.js';
import { withoutRows } from '../restore/failure.js';
import { hasProjectRows, readLostRows } from '../restore/lost-rows.js';
import { cancelled } from './cancelled.js';
import type { Run } from './run.js';

/** What is to be restored, and where. */
export interface Restoring {
  readonly target: DockerTarget | DirectTarget;
  readonly programs: ClientPrograms;
  readonly dump: DumpFile;
  readonly present: Inspection | undefined;
  readonly archive: Archive;
}

/**
 * Makes sure that the user wants to replace tables with rows by empty ones: by option, or by asking.
 * @returns whether the restored database has to have rows
 * @throws {UpgradeError} YF348 where nobody answers, YF701 where the user would rather leave
 */
export async function agreeToEmptyTables(
  run: Run<'restore'>,
  { target, programs, dump, present, archive: { entries } }: Restoring,
): Promise<boolean> {
  if (present === undefined || present.version.release === null || run.options.discardRows) return false;
  const held = await run.readable(
    () => cancelled('restore'),
    (signal) => hasProjectRows({ programs, dump, entries, signal }),
  );
  const { lost, hasProjects } = await withSession(connectorTo(target, target.database), (session) =>
    readLostRows(session, present.snapshot, entries, held),
  );
  if (lost.length === 0) return hasProjects && held !== undefined;
  const agreed = await run.decide({ kind: 'empty-tables', lost });
  if (agreed === undefined) throw withoutRows(target.database, lost);
  if (!agreed) throw cancelled('restore');
  return false;
}
