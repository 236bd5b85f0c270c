import type { Archive } from '../backup/archive.js';
import type { Settings } from '../cli/settings.js';
import { connectorTo } from '../database/connect.js';
import type { ClientPrograms } from '../database/programs/programs.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import type { DumpFile } from '../restore/dump-file.js';
import { withoutRows } from '../restore/failure.js';
import { hasProjectRows, readLostRows } from '../restore/lost-rows.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import type { Inspection } from '../inspection/inspect.js';
import { askWithoutRows } from '../ui/terminal/conversation.js';
import { cancelled } from './cancelled.js';
import { cancellable } from './signals.js';

/**
 * Makes sure that empty tables are meant to take the place of full ones: by option, or by asking.
 * @returns whether the restored database has to have rows
 * @throws {UpgradeError} YF348 where nothing may be asked, YF701 where the user would rather leave
 */
export async function agreeToEmptyTables(
  {
    target,
    programs,
    dump,
    present,
    archive,
  }: {
    target: DockerTarget | DirectTarget;
    programs: ClientPrograms;
    dump: DumpFile;
    present: Inspection | undefined;
    archive: Archive;
  },
  { discardRows, yes }: Settings,
  terminal: Terminal,
): Promise<boolean> {
  if (present === undefined || present.version.release === null || discardRows) return false;
  const held = await cancellable(
    () => undefined,
    () => cancelled('restore'),
    (signal) =>
      hasProjectRows({ programs, dump, entries: archive.entries, signal }).catch((error: unknown) => {
        throw signal.aborted ? cancelled('restore') : error;
      }),
  );
  const session = await connectorTo(target, target.database)();
  const { lost, hasProjects } = await readLostRows(session, present.snapshot, archive.entries, held).finally(() =>
    session.close(),
  );
  if (lost.length === 0) return hasProjects && held !== undefined;
  if (yes) throw withoutRows(target.database, lost);
  if (!(await askWithoutRows(terminal, lost))) throw cancelled('restore');
  return false;
}
