import { lastLines, type ClientPrograms } from '../database/programs/programs.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { readEntries, type ArchiveEntry } from './entries.js';

/** What the head of an archive tells of it. */
export interface ArchiveHead {
  /** The database that it was made of. */
  readonly database: string | undefined;
  /** The server's version at that time. */
  readonly server: string | undefined;
  /** As pg_dump wrote it, in the time zone of where it ran. */
  readonly made: string | undefined;
  readonly entries: readonly ArchiveEntry[];
}

/** An archive that was read to its end. */
export interface Archive extends ArchiveHead {
  readonly file: string;
  readonly bytes: number;
  /** The names of its tables, in whichever schema. */
  readonly tables: readonly string[];
}

/** How much of an archive is read for its table of contents, in bytes: an entry takes some hundred. */
const CONTENTS_BYTES = 64_000_000;

/**
 * Checks that pg_restore can read an archive: its table of contents, and then all of it to the end. The contents
 * come first in the file, so a list alone would not notice a file that was cut short.
 * @throws {UpgradeError} YF344 when it cannot
 * @throws whatever {@link ClientPrograms.run} throws
 */
export async function checkArchive(
  programs: ClientPrograms,
  file: string,
  bytes: number,
  signal: AbortSignal,
  onBytes?: (read: number) => void,
): Promise<Archive> {
  const list = await listOf(programs, file, bytes, signal);
  const whole = await programs.run({
    program: 'pg_restore',
    args: [`--file=${programs.nullDevice}`],
    input: { file, bytes, ...(onBytes && { onBytes }) },
    signal,
  });
  if (whole.exitCode !== 0) throw unreadable(file, whole.stderr);
  return { file, bytes, ...readList(list), tables: readTables(list) };
}

/**
 * Reads what comes first in an archive. Whether the rest is there it does not tell.
 * @throws {UpgradeError} YF344 when pg_restore cannot read that much
 * @throws whatever {@link ClientPrograms.run} throws
 */
export async function readHead(
  programs: ClientPrograms,
  file: string,
  bytes: number,
  signal: AbortSignal,
): Promise<ArchiveHead> {
  return readList(await listOf(programs, file, bytes, signal));
}

async function listOf(programs: ClientPrograms, file: string, bytes: number, signal: AbortSignal): Promise<string> {
  let list = '';
  const listed = await programs.run({
    program: 'pg_restore',
    args: ['--list'],
    input: { file, bytes: Math.min(bytes, CONTENTS_BYTES) },
    output: async (part) => {
      list += part.toString('utf8');
    },
    signal,
  });
  if (listed.exitCode !== 0) throw unreadable(file, listed.stderr);
  return list;
}

/** Reads what `pg_restore --list` prints. Pure. */
export function readList(list: string): ArchiveHead {
  const comment = (name: string) => new RegExp(`^; +${name}: +(.*)$`, 'm').exec(list)?.[1]?.trim();
  return {
    database: comment('dbname'),
    server: comment('Dumped from database version')?.split(' ')[0],
    made: /^; Archive created at (.*)$/m.exec(list)?.[1]?.trim(),
    entries: readEntries(list),
  };
}

/** The tables in what `pg_restore --list` prints; one whose name holds a blank is told in part. Pure. */
export function readTables(list: string): string[] {
  return list.split('\n').flatMap((line) => /^\d+; \d+ \d+ TABLE \S+ (\S+) /.exec(line)?.[1] ?? []);
}

function unreadable(file: string, stderr: string): UpgradeError {
  return new UpgradeError({
    code: 'YF344',
    message: `${file} is not a whole PostgreSQL archive: pg_restore cannot read it.`,
    found: lastLines(stderr, 3),
    remedy: ['Name another backup: ', own('restore', 'FILE')],
  });
}
