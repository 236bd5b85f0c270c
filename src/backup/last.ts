import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RecordedRun } from '../upgrade/history.js';
import { databaseInName } from './file.js';
import { DEFAULT_FOLDER } from './folder.js';

/** A backup of a database that is known of, from its folder or from the record of a run. */
export interface LastBackup {
  readonly file: string;
  /** ISO 8601, when it was made. */
  readonly at: string;
  /** Null where the file is not on this machine, or not there any more. */
  readonly bytes: number | null;
}

/**
 * The latest backup of a database that this machine or the database itself knows of. Never throws: a folder that is not
 * there, or may not be read, holds none.
 * @param folder `--backup-dir`; undefined for the default
 * @param history the runs recorded in the database
 */
export async function lastBackup(database: string, folder: string | undefined, history: readonly RecordedRun[]): Promise<LastBackup | null> {
  const recorded = history.flatMap(({ backupFile, startedAt }) => (backupFile === null || startedAt === null ? [] : [{ file: backupFile, at: startedAt }]));
  const known = [...(await inFolder(resolve(folder ?? DEFAULT_FOLDER), database)), ...recorded];
  const [latest] = known.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  if (latest === undefined) return null;
  const bytes = await stat(latest.file).then(({ size }) => size, () => null);
  return { file: latest.file, at: new Date(latest.at).toISOString(), bytes };
}

async function inFolder(folder: string, database: string): Promise<{ file: string; at: string }[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => {
    const start = `${databaseInName(database)}-`;
    // No release has a hyphen in it; another database's name may begin with this one's and a hyphen.
    const time = name.startsWith(start) ? /^[^-]+-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:-\d+)?\.dump$/.exec(name.slice(start.length)) : null;
    if (time === null) return [];
    const [, year, month, day, hour, minute, second] = time;
    const at = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
    return Number.isNaN(Date.parse(at)) ? [] : [{ file: join(folder, name), at }];
  });
}
