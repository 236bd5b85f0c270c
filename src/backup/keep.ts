import { lstat, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UpgradeError } from '../errors/error.js';
import { shellWord } from '../inert/shell.js';
import type { Finding } from '../inspection/finding.js';
import type { Listener } from '../engine/progress.js';
import { checkArchive, readHead, type ArchiveHead } from './archive.js';
import { databaseInName } from './file.js';
import { belonging, readOrigin } from './origin.js';
import type { BackupPlan } from './plan.js';
import { isMine } from './remains.js';

/** A file that by its name is a backup of the same database. */
interface Named {
  readonly path: string;
  readonly bytes: number;
  /** When it was made, by its name: ms since 1970. */
  readonly at: number;
}

/** An archive has the local time of pg_dump without its zone. No two zones are further apart than this, in ms. */
const ZONES_MS = 16 * 3_600_000;

/**
 * Removes older backups of a database and keeps the newest `keep` whole ones, counting the new one. It removes only a
 * file of this user whose name and archive both say that it is of this server and this database. Other files stay and
 * do not count. Damaged backups stay and do not count either, so that none takes the place of a whole one. Never
 * throws, and ends early where it is cancelled: the new backup is good in any case.
 */
export async function keepNewest(
  plan: BackupPlan,
  made: string,
  keep: number,
  signal: AbortSignal,
  on: Listener,
): Promise<void> {
  const note = (finding: Finding) => on({ phase: 'noted', finding });
  if (!plan.identity.systemIdentifier) return note(unknownServer());
  const { at: now = 0 } = namedIn(plan, basename(made)) ?? {};
  const others = (await ownBackups(plan)).filter(({ path }) => path !== made).sort((a, b) => b.at - a.at);
  let good = 1;
  for (const other of others) {
    if (signal.aborted) return;
    const stays = good < keep || other.at >= now;
    on({ phase: 'backup', detail: `${stays ? 'read to its end' : 'looked at'}, for --keep: ${basename(other.path)}` });
    try {
      const head = stays
        ? await checkArchive(plan.programs, other.path, other.bytes, signal)
        : await readHead(plan.programs, other.path, other.bytes, signal);
      const doubt = doubtOf(head, other, plan);
      if (doubt !== undefined) note(leftAlone(other.path, doubt));
      else if (stays) good++;
      else await remove(other.path, keep, on);
    } catch (error) {
      if (signal.aborted) return;
      note(
        leftAlone(
          other.path,
          error instanceof UpgradeError ? [error.message, ...error.found].join(' ') : String((error as Error).message),
        ),
      );
    }
  }
}

/** Files that this user owns, and neither links nor anything else that stands under such a name. */
async function ownBackups(plan: BackupPlan): Promise<Named[]> {
  const names = await readdir(plan.folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name): Promise<Named[]> => {
      const origin = namedIn(plan, name);
      if (origin === undefined) return [];
      const path = join(plan.folder, name);
      const facts = await lstat(path).catch(() => undefined);
      return facts?.isFile() && isMine(facts.uid) ? [{ path, bytes: facts.size, at: origin.at }] : [];
    }),
  );
  return found.flat();
}

/** The time in a name, where by it the file is a backup of this very database. */
function namedIn(
  { database, identity }: Pick<BackupPlan, 'database' | 'identity'>,
  name: string,
): { at: number } | undefined {
  const start = `${databaseInName(database)}-`;
  const origin = name.startsWith(start) ? readOrigin(name.slice(start.length)) : undefined;
  return origin && belonging(origin.server, origin.databaseOid, identity) === 'this'
    ? { at: Date.parse(origin.at) }
    : undefined;
}

/** What in an archive does not go with its name; undefined where all does. */
function doubtOf({ database, made }: ArchiveHead, { at }: Named, plan: BackupPlan): string | undefined {
  // pg_restore puts a space for each line break in it (sanitize_line in dumputils.c).
  if (database !== plan.database.replace(/[\r\n]/g, ' ').trim())
    return `it holds the database ${database ?? 'of no name'}`;
  const local = Date.parse(`${/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.exec(made ?? '')?.[0]?.replace(' ', 'T')}Z`);
  if (!(Math.abs(local - at) <= ZONES_MS)) return `by its name it was made at another time than ${made ?? 'it says'}`;
  return undefined;
}

async function remove(path: string, keep: number, on: Listener): Promise<void> {
  try {
    await rm(path);
    on({
      phase: 'removed',
      kind: 'file',
      name: path,
      reason: `an older backup of this database, of which --keep ${keep} keeps the newest ${keep === 1 ? 'one' : keep}`,
    });
  } catch (error) {
    on({
      phase: 'noted',
      finding: {
        code: 'YF831',
        title: `The older backup ${path} could not be removed: ${(error as Error).message}`,
        remedy: `If nobody needs it: rm ${shellWord(path)}`,
      },
    });
  }
}

function leftAlone(path: string, why: string): Finding {
  return {
    code: 'YF830',
    title: `The file ${path} is called a backup of this database, and --keep leaves it alone: ${why}`,
    remedy: `Look at it: pg_restore --list ${shellWord(path)}. If nobody needs it: rm ${shellWord(path)}`,
  };
}

function unknownServer(): Finding {
  return {
    code: 'YF832',
    title:
      'No older backup was removed: this role may not ask which server this is, so none is known to be of this database.',
    remedy:
      'Let a superuser run, in psql: GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC; or remove them yourself.',
  };
}
