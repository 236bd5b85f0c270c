import { key } from '../catalog/keys.js';
import type { CatalogObjects } from '../catalog/snapshot.js';
import { newerReleases, type NewerRelease } from '../releases/newer.js';

/** What is known of a database of YokeFlow 2.x. */
export interface Newer {
  /** Null where it cannot be told which of them it is. */
  readonly version: string | null;
  /**
   * `cut short`: its installation stopped, or tables of it were dropped. `over an earlier one`: the schema of 2.1.0 or 2.2.0 was
   * loaded over an earlier release, whose tests are still in the table `tests`, where 2.x does not look for them.
   */
  readonly condition: 'whole' | 'cut short' | 'over an earlier one';
}

/** What it is, to follow "YokeFlow". Pure. */
export function newerText({ version, condition }: Newer): string {
  if (condition === 'over an earlier one') return '2.1.0 or 2.2.0, loaded over an earlier release';
  return `${version ?? '2.x'}${condition === 'cut short' ? ', not all of it' : ''}`;
}

/** A fork of 1.x may well have a table or a column of 2.x: that makes no 2.x of it. */
const ENOUGH_MARKS = 3;
const ENOUGH_TABLES = 2;

/** Recognises a database of YokeFlow 2.x by several marks; undefined for any other. Pure. */
export function recogniseNewer(objects: CatalogObjects): Newer | undefined {
  const has = (table: string) => objects.has(key.table(table));
  if (!['projects', 'sessions', 'epics', 'tasks'].every(has)) return undefined;
  // The newest first: of two with all of their marks the later one is meant, which has the marks of the earlier one too.
  const seen = [...newerReleases].reverse().map((release) => ({ release, ...marksOf(release, objects) }));
  const likeliest = (candidates: typeof seen) => [...candidates].sort((x, y) => y.share - x.share)[0];
  const several = seen.filter(({ tables, marks }) => tables >= ENOUGH_TABLES && marks >= ENOUGH_MARKS);

  if (has('task_tests') && !has('tests')) {
    // The name alone tells the line; which release it is takes one mark more.
    const likely = likeliest(seen.filter(({ release, marks }) => !release.keepsTests && marks > 1));
    return {
      version: likely?.release.version ?? null,
      condition: likely !== undefined && likely.tables === likely.release.tables.length ? 'whole' : 'cut short',
    };
  }
  const without = likeliest(several.filter(({ release }) => !release.keepsTests));
  if (without) return { version: null, condition: has('tests') ? 'over an earlier one' : 'cut short' };
  const withTests = likeliest(several);
  return (
    withTests && {
      version: withTests.release.version,
      condition: withTests.tables === withTests.release.tables.length && has('tests') ? 'whole' : 'cut short',
    }
  );
}

function marksOf(
  { tables, additions }: NewerRelease,
  objects: CatalogObjects,
): { tables: number; marks: number; share: number } {
  const there = tables.filter((table) => objects.has(key.table(table))).length;
  const added = additions.filter((addition) => objects.has(addition)).length;
  return { tables: there, marks: there + added, share: (there + added) / (tables.length + additions.length) };
}
