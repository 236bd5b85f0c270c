import { quoteIdentifier } from '../../database/quote.js';
import type { Session } from '../../database/session.js';
import { hasLabel, type RollbackPlan } from './plan.js';

/** What the rows that a rollback drops or relabels hold, by table: equal where no row of it was written in between. */
export type Fingerprint = ReadonlyMap<string, string>;

/**
 * Reads it in one statement, so of one moment. Each row is hashed as a whole and the hashes are summed up: the order of
 * the rows does not matter, and there is nothing to sort or to keep in memory. Two seeds make 128 bits of it.
 * @throws {DatabaseError} 42501 where row level security would hide rows: what cannot be seen cannot be compared
 * @throws {ConnectionLost}
 */
export async function readFingerprint(
  session: Session,
  { dropped: { schema, tables }, losses, relabels }: Pick<RollbackPlan, 'dropped' | 'losses' | 'relabels'>,
): Promise<Fingerprint> {
  const of = (table: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const parts = [
    ...tables.map((table) => ({ name: table, from: `${of(table)} AS "whole row"` })),
    ...losses.map(({ table, column, where }) => ({
      name: `${table}.${column}`,
      from: `${of(table)} AS "whole row" WHERE ${where}`,
    })),
    ...relabels.map((relabel) => ({
      name: `${relabel.table} (${relabel.from.join(', ')})`,
      from: `${of(relabel.table)} AS "whole row" WHERE ${hasLabel(relabel)}`,
    })),
  ];
  if (parts.length === 0) return new Map();
  await session.execute('SET LOCAL row_security = off');
  // Hash and settings are of this server and this program's sessions, on both sides of the comparison.
  const sum = (seed: number) => `COALESCE(sum(hashtextextended(("whole row".*)::text, ${seed})::numeric), 0)`;
  const selects = parts.map(({ from }) => `(SELECT concat_ws(' ', count(*), ${sum(0)}, ${sum(1)}) FROM ${from})`);
  const [row] = await session.rows<{ sums: string[] }>(`SELECT json_build_array(${selects.join(', ')}) AS sums`);
  return new Map(parts.map(({ name }, index) => [name, row?.sums[index] ?? '']));
}

/** The tables in which a row was written in between. Pure. */
export function changedBetween(before: Fingerprint, now: Fingerprint): string[] {
  return [...now].flatMap(([name, sums]) => (before.get(name) === sums ? [] : [name]));
}
