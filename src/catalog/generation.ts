import type { Session } from '../database/session.js';
import { ofDatabase, ofRelations } from './catalogs.js';

/**
 * Stands for all that a database's catalog says. As long as it is the same, nobody has made, changed or
 * dropped anything: whoever changes a row of a catalog leaves a row of another transaction behind ("Multiversion Concurrency Control"), or one less.
 * VACUUM and ANALYZE count in place.
 */
export type Generation = string;

/** `others'` leaves out what this transaction itself has written, in its savepoints too; that takes a transaction id. */
export type Whose = 'all' | "others'";

/**
 * Reads it, without rendering anything. Ask it before whatever is to hold as long as it stays the same.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readGeneration(session: Session, whose: Whose = 'all'): Promise<Generation> {
  const [row] = await session.rows<{ generation: string }>(
    generationQuery(session.versionNumber, whose === "others'" ? withoutOwn : ''),
  );
  if (row === undefined) throw new Error('the query returned no row');
  return row.generation;
}

/**
 * Whether it is still this one, but for what this transaction itself has written. Of one that nobody has read that cannot be said.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function isStill(session: Session, known: Generation | undefined): Promise<boolean> {
  return known !== undefined && (await readGeneration(session, "others'")) === known;
}

/** Rows that are seen are committed, or of this transaction, whose id is lower than those of its savepoints ("Transaction ID and Snapshot Information Functions"). */
const withoutOwn = `, (SELECT id, age((id % 4294967296)::text::xid) AS age FROM (SELECT txid_current() AS id) AS this) AS own
 WHERE CASE WHEN age(by) > own.age THEN true ELSE txid_status(own.id + own.age - age(by)) <> 'in progress' END`;

function generationQuery(versionNumber: number, condition: string): string {
  const catalogs = [
    ...ofRelations.map(([catalog]) => catalog),
    ...ofDatabase(versionNumber),
    ...['pg_proc', 'pg_type', 'pg_trigger', 'pg_enum', 'pg_seclabel', 'pg_description', 'pg_depend'],
  ];
  return `
WITH written (catalog, by, rows) AS (
  ${catalogs.map((catalog) => `SELECT '${catalog}', xmin, count(*) FROM ${catalog} GROUP BY xmin`).join(' UNION ALL\n  ')}
)
SELECT COALESCE(sum(hashtextextended(concat(catalog, ' ', by, ' ', rows), 0)::numeric), 0)::text AS generation FROM written${condition}`;
}
