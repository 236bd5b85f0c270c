import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import { DatabaseError, type Session } from '../database/session.js';
import { namesOf } from './keys.js';
import type { Snapshot } from './snapshot.js';

export interface TableSize {
  readonly table: string;
  /** Null where the role may not read the table and PostgreSQL has no estimate. */
  readonly rows: number | null;
  /** False for PostgreSQL's own estimate, of the last VACUUM or ANALYZE. */
  readonly exact: boolean;
  /** pg_total_relation_size: with indexes and out-of-line values, in bytes. */
  readonly bytes: number;
}

/** Counting reads the whole table: above this many bytes the estimate has to do. */
const LARGEST_COUNTED_BYTES = 100_000_000;

/**
 * Rows and bytes of the tables in the schema that was read, by name. Run it as the last of a transaction with a lock
 * timeout: both wait for whoever has a table locked. Where rows cannot be counted, PostgreSQL's estimate does.
 * @param only the tables to look at; without it, all that the snapshot has: to ask for the size of thousands takes many seconds
 * @throws {DatabaseError} where the sizes were not to be had
 * @throws {ConnectionLost}
 */
export async function readSizes(
  session: Session,
  { schema, objects }: Snapshot,
  only: readonly string[] = namesOf(objects.keys(), 'table'),
): Promise<TableSize[]> {
  if (only.length === 0) return [];
  const tables = await session.rows<{ table: string; estimate: number; bytes: number; readable: boolean }>(`
    SELECT c.relname AS "table", c.reltuples::float8 AS estimate, pg_total_relation_size(c.oid) AS bytes,
           has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(c.relnamespace, 'USAGE') AS readable
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ${quoteLiteral(schema)} AND c.relkind IN ('r', 'p')
       AND c.relname IN (${only.map(quoteLiteral).join(', ')}) ORDER BY c.relname`);
  const countable = tables.filter(({ readable, bytes }) => readable && bytes <= LARGEST_COUNTED_BYTES);
  const counts = await count(
    session,
    schema,
    countable.map(({ table }) => table),
  );
  return tables.map(({ table, estimate, bytes }) => {
    const exact = counts.get(table);
    // -1 is "never vacuumed nor analyzed" (pg_class.reltuples, from 14 on).
    return { table, rows: exact ?? (estimate < 0 ? null : estimate), exact: exact !== undefined, bytes };
  });
}

async function count(session: Session, schema: string, tables: readonly string[]): Promise<Map<string, number>> {
  if (tables.length === 0) return new Map();
  const one = (table: string) =>
    `SELECT ${quoteLiteral(table)} AS "table", count(*) AS rows FROM ${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  try {
    const rows = await session.rows<{ table: string; rows: number }>(tables.map(one).join(' UNION ALL '));
    return new Map(rows.map(({ table, rows: counted }) => [table, counted]));
  } catch (error) {
    if (error instanceof DatabaseError) return new Map();
    throw error;
  }
}
