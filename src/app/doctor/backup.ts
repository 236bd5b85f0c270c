import { backupFolder, inspectFolder, requireKept } from '../../backup/folder.js';
import { programsFor } from '../../backup/programs-for.js';
import { within } from '../../database/reachable.js';
import type { DirectTarget, DockerTarget } from '../../database/target.js';
import { UpgradeError } from '../../errors/error.js';
import { formatBytes } from '../../inert/words.js';
import type { Inspection } from '../../inspection/inspection.js';
import { tried, type Tried } from './tried.js';

/** How long, in ms, the programs of a backup are looked for. */
const ASK_MS = 3000;

/**
 * Whether a backup could be made.
 * @param seen undefined where no database was found: then only the folder is looked at
 */
export async function backupTried(
  given: string | undefined,
  seen?: { readonly target: DockerTarget | DirectTarget; readonly inspection: Inspection },
): Promise<Tried[]> {
  const programs =
    seen &&
    attempt('pg_dump, for a backup', async () => {
      const { where } = await within(ASK_MS, programsFor(seen.target, seen.inspection.snapshot.server.versionNumber));
      return where;
    });
  const folder = attempt(`folder for backups ${given ?? ''}`.trim(), async () => {
    const place = backupFolder(given);
    await requireKept(place);
    const { freeBytes } = await inspectFolder(place, seen?.inspection.snapshot.sizeBytes ?? 0);
    return `${place} can be written to, ${formatBytes(freeBytes)} free`;
  });
  return (await Promise.all([programs, folder])).flatMap((one) => one ?? []);
}

async function attempt(what: string, look: () => Promise<string>): Promise<Tried> {
  try {
    return tried('backup', what, true, await look());
  } catch (error) {
    const reason =
      error instanceof UpgradeError
        ? `${error.code}: ${[error.message, ...error.found].join(' ')}`
        : error instanceof Error
          ? error.message
          : String(error);
    return tried('backup', what, false, reason);
  }
}
