import { isOfTable, type ArchiveEntry } from '../backup/entries.js';
import { readSizes } from '../catalog/sizes.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { quoteLiteral } from '../database/quote.js';
import type { ClientPrograms } from '../database/programs/programs.js';
import type { Session } from '../database/session.js';
import { everyBaseTable } from '../releases/registry.js';
import type { DumpFile } from './dump-file.js';
import type { LostRows } from './failure.js';

/**
 * Whether an archive holds rows of projects, without which YokeFlow has none of anything. An entry for their rows may
 * be there with no row in it, so pg_restore is asked for what it would send.
 * @returns undefined where it has no such table: whether it is YokeFlow's at all is looked at later
 * @throws whatever {@link ClientPrograms.run} throws
 */
export async function hasProjectRows({
  programs,
  dump,
  entries,
  signal,
}: {
  programs: ClientPrograms;
  dump: DumpFile;
  entries: readonly ArchiveEntry[];
  signal: AbortSignal;
}): Promise<boolean | undefined> {
  if (!entries.some((entry) => isOfTable(entry, 'TABLE', 'projects'))) return undefined;
  const data = entries.filter((entry) => isOfTable(entry, 'TABLE DATA', 'projects'));
  if (data.length === 0) return false;
  let [rest, copying, found] = ['', false, false];
  await programs.run({
    program: 'pg_restore',
    args: ['--file=-'],
    entries: data.map(({ id }) => id),
    input: { file: dump.path, bytes: dump.bytes },
    signal,
    output: async (part) => {
      if (found) return;
      const lines = (rest + part.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        // COPY … FROM stdin, its rows, and \. at their end; or, after pg_dump --inserts, a statement for each row.
        if ((copying && line !== '\\.') || line.startsWith('INSERT INTO ')) found = true;
        copying = copying ? line !== '\\.' : /^COPY .* FROM stdin;$/.test(line);
      }
    },
  });
  return found;
}

/**
 * The tables that have rows now and would have none: all of YokeFlow's where the archive has no project, else those whose
 * rows were left out of it. A table that is not in the archive came later, and does not count.
 * @param held what {@link hasProjectRows} says
 * @throws {ConnectionLost}
 */
export async function readLostRows(
  session: Session,
  snapshot: Snapshot,
  entries: readonly ArchiveEntry[],
  held: boolean | undefined,
): Promise<{ lost: LostRows[]; hasProjects: boolean }> {
  // The rows of a partitioned table are in its partitions.
  const plain = await session.rows<{ table: string }>(
    `SELECT c.relname AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${quoteLiteral(snapshot.schema)} AND c.relkind = 'r'`,
  );
  const inArchive = (kind: 'TABLE' | 'TABLE DATA', table: string) =>
    entries.some((entry) => isOfTable(entry, kind, table));
  const leftOut = plain
    .map(({ table }) => table)
    .filter((table) => inArchive('TABLE', table) && !inArchive('TABLE DATA', table));
  const wanted = [...new Set(['projects', ...(held === false ? everyBaseTable : []), ...leftOut])];
  const sizes = await readSizes(session, snapshot, wanted);
  const full = sizes.filter(({ rows }) => rows !== 0).map(({ table, rows }) => ({ table, rows }));
  const lost = full.filter(({ table }) => held === false || leftOut.includes(table));
  return { lost, hasProjects: full.some(({ table }) => table === 'projects') };
}
