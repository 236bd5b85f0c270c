import type { Session } from '../../database/session.js';

/** Runs one SELECT so that every name it renders is qualified, whatever the session's search path. */
export type ReadPinned = <T>(select: string) => Promise<T[]>;

/**
 * Lets `work` read definitions under `search_path = pg_catalog, pg_temp`: pg_get_viewdef and its like leave out the
 * schema of whatever the path finds. It is the path that every session has but for the steps and probes, which set theirs.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function underCatalogPath<T>(session: Session, work: (read: ReadPinned) => Promise<T>): Promise<T> {
  const read: ReadPinned = async <R>(select: string) => {
    // CASE looks at its condition first, and a subquery is run only when it is asked for. Outside a transaction the
    // setting ends with the statement, so it has to be made in the very same one.
    const [row] = await session.rows<{ result: R[] }>(`
SELECT CASE WHEN pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true) IS NOT NULL
            THEN (SELECT COALESCE(json_agg(r), '[]') FROM (${select}
) r) END AS result`);
    return row?.result ?? [];
  };
  return work(read);
}
