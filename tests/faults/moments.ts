import pg from 'pg';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { connected, type TestDatabase } from '../support/databases.js';
import type { Ground } from './ground.js';

type Contents = Awaited<ReturnType<typeof tableContents>>;

/** A database at one moment: its catalog and its rows. */
export interface Moment {
  readonly catalog: readonly string[];
  readonly rows: Contents;
}

/** Runs SQL on the server beside the run. */
export async function ask<T extends object>(ground: Ground, sql: string, database = 'postgres'): Promise<T[]> {
  return connected(await ground.server(), database, async (client) => (await client.query(sql)).rows as T[]);
}

/** Every database of the run's: its own, copies, kept ones. */
export async function databasesOf(ground: Ground): Promise<string[]> {
  const rows = await ask<{ datname: string }>(
    ground,
    `SELECT datname FROM pg_database WHERE starts_with(datname, ${pg.escapeLiteral(ground.name)}) ORDER BY 1`,
  );
  return rows.map(({ datname }) => datname);
}

/** One database of the run's as it is now: every object, every row. */
export async function momentOf(ground: Ground, database = ground.name): Promise<Moment> {
  return connected(await ground.server(), database, async (client) => {
    const there: Pick<TestDatabase, 'query'> = { query: async (sql) => (await client.query(sql)).rows as never };
    return { catalog: await catalogLines(there), rows: await tableContents(there) };
  });
}

/** What a run may change without having done its work: the two labels outlive a roll-back, and the history is the tool's own. */
export function withoutTraces({ catalog, rows }: Moment): Moment {
  return {
    catalog: withoutNewLabels(catalog).filter((line) => !line.includes('yokeflow_upgrade')),
    rows: Object.fromEntries(
      Object.entries(rows).filter(
        ([table]) => !table.startsWith('yokeflow_upgrade.') || table.endsWith('.set_aside_deep_reviews'),
      ),
    ),
  };
}

/** The labels of an enum that are there. */
export const labelsOf = ({ catalog }: Moment): readonly string[] => catalog.filter((line) => line.startsWith('label '));
