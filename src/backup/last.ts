import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { currentFolderOrDeleted } from '../machine/current-folder.js';
import type { Identity } from '../detect/identity.js';
import type { RecordedRun } from '../engine/history.js';
import { databaseInName } from './file.js';
import { DEFAULT_FOLDER } from './folder.js';
import { belonging, readOrigin, serverTag, type Belonging } from './origin.js';

/** A backup of a database that is known of, from its folder or from the record of a run. */
export interface LastBackup {
  readonly file: string;
  /** ISO 8601, when it was made. */
  readonly at: string;
  /** Null where the file is not on this machine, or not there any more. */
  readonly bytes: number | null;
  /** Where it carries this database's identity. */
  readonly certain?: true;
  /** Where it is of another database of this server, which had this one's name. */
  readonly earlier?: true;
}

interface Known {
  readonly file: string;
  readonly at: string;
  readonly belongs: Belonging;
}

/** Why a backup may be another database's; undefined where it is this one's for certain. */
export function doubtOf({ certain, earlier }: LastBackup): string | undefined {
  if (certain) return undefined;
  return earlier
    ? 'It is of an earlier database of this name on this server.'
    : 'It may be of another database of this name: it does not say which server it is of.';
}

/**
 * The latest backup of a database that this machine or the database itself knows of. A backup that is certainly of
 * another server does not count. One without an identity, from an earlier release of this program, is returned only if
 * there is no better one, and with the doubt named. Never throws: a folder that is missing or unreadable holds none.
 * @param folder `--backup-dir`; undefined for the default
 * @param history the runs recorded in the database
 */
export async function lastBackup(
  database: string,
  folder: string | undefined,
  history: readonly RecordedRun[],
  identity?: Identity,
): Promise<LastBackup | null> {
  const known = [
    ...(await inFolder(resolve(currentFolderOrDeleted(), folder ?? DEFAULT_FOLDER), database, identity)),
    ...inHistory(history, identity),
  ].filter(({ belongs }) => belongs !== 'other');
  const isOwn = ({ belongs }: Known): number => (belongs === 'this' ? 1 : 0);
  const [latest] = known.sort((a, b) => isOwn(b) - isOwn(a) || Date.parse(b.at) - Date.parse(a.at));
  if (latest === undefined) return null;
  const bytes = await stat(latest.file).then(
    ({ size }) => size,
    () => null,
  );
  const { file, at, belongs } = latest;
  return {
    file,
    at: new Date(at).toISOString(),
    bytes,
    ...(belongs === 'this' && { certain: true }),
    ...(belongs === 'earlier' && { earlier: true }),
  };
}

/** A dump takes the record along to other servers, so each run must name the server that it was on. */
function inHistory(history: readonly RecordedRun[], identity: Identity | undefined): Known[] {
  return history.flatMap(({ backupFile, startedAt, server, databaseOid }) =>
    backupFile === null || startedAt === null
      ? []
      : [
          {
            file: backupFile,
            at: startedAt,
            belongs: belonging(server ? serverTag(server) : undefined, databaseOid ?? undefined, identity),
          },
        ],
  );
}

async function inFolder(folder: string, database: string, identity: Identity | undefined): Promise<Known[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => {
    const start = `${databaseInName(database)}-`;
    // Another database's name may begin with this one's and a hyphen.
    const origin = name.startsWith(start) ? readOrigin(name.slice(start.length)) : undefined;
    if (origin === undefined) return [];
    return [
      { file: join(folder, name), at: origin.at, belongs: belonging(origin.server, origin.databaseOid, identity) },
    ];
  });
}
