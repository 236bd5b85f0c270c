import { key, ofKind } from '../catalog/keys.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { formatDuration, plural } from '../inert/words.js';
import type { Check } from '../inspection/check.js';
import type { Plan } from '../planning/plan.js';
import { everyTable } from '../releases/registry.js';
import type { Rewrite } from '../releases/release.js';

/** What a table held: how many rows, and a fingerprint over the columns that it had before the steps. */
export interface TableProof {
  readonly table: string;
  readonly rows: number;
  readonly fingerprint: string;
}

/** A table with the columns whose values are to stay, by the names from before the steps. */
interface Watched {
  readonly table: string;
  readonly columns: readonly string[];
  /** Whether rows from elsewhere may come to its own. */
  readonly isFilled: boolean;
}

/** Whether the due steps move or write rows, so that it has to be shown that all of them are kept. Pure. */
export function provesRows({ steps, renames }: Plan): boolean {
  return renames.length > 0 || steps.some(({ step }) => (step.rewrites ?? []).length > 0);
}

/** YokeFlow's tables with the columns that they have before the steps, but for what a step declares to drop. Pure. */
export function watchedTables({ objects }: Pick<Snapshot, 'objects'>, { steps, renames }: Plan): Watched[] {
  const takenOver = new Set(renames.filter(({ takesOver }) => takesOver).map(({ to }) => to));
  const filled = new Set([
    ...steps.flatMap(({ step }) => step.fills ?? []),
    ...renames.filter(({ takesOver }) => takesOver).map(({ from }) => from),
  ]);
  const goes = new Set(
    steps.flatMap(({ step }) =>
      step.replaces.flatMap(({ relation, column, comesBack }) =>
        column !== undefined && !comesBack ? [key.column(relation, column)] : [],
      ),
    ),
  );
  const tables = ofKind(objects.keys(), 'table').filter(
    ({ relation }) => everyTable.has(relation) && !takenOver.has(relation),
  );
  const columns = ofKind(objects.keys(), 'column');
  return tables
    .map(({ relation }) => ({
      table: relation,
      columns: columns
        .filter((column) => column.relation === relation)
        .map(({ name = '' }) => name)
        .filter((name) => !goes.has(key.column(relation, name))),
      isFilled: filled.has(relation),
    }))
    .sort((a, b) => (a.table < b.table ? -1 : 1));
}

/**
 * Counts the rows of each table, and adds up a hash of each row over the watched columns. What a step has rewritten is read
 * as it stood before, from what the step has remembered of it. Ask it under the locks.
 * @param isAfter whether the steps have run, so that tables bear their new names
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readRows(
  session: Session,
  { schema }: Pick<Snapshot, 'schema'>,
  watched: readonly Watched[],
  plan: Plan,
  isAfter: boolean,
): Promise<TableProof[]> {
  const rewrites = rewritesOf(plan);
  const queries = watched.map(({ table, columns }) => {
    const now = isAfter ? (plan.renames.find(({ from }) => from === table)?.to ?? table) : table;
    const before = rewrites.find((rewrite) => rewrite.table === table)?.before ?? {};
    const values = columns.map((column) => before[column] ?? `t.${quoteIdentifier(column)}`);
    const hash = `pg_catalog.hashtextextended(ROW(${values.join(', ')})::pg_catalog.text COLLATE pg_catalog."C", 0::pg_catalog.int8)::pg_catalog.numeric`;
    return `SELECT ${quoteLiteral(table)} AS "table", pg_catalog.count(*) AS rows, COALESCE(pg_catalog.sum(${hash}), 0)::pg_catalog.text AS fingerprint
  FROM ${quoteIdentifier(schema)}.${quoteIdentifier(now)} AS t`;
  });
  return queries.length === 0 ? [] : session.rows<TableProof>(queries.join('\nUNION ALL\n'));
}

/** What the steps wrote into rows that were there, and whether all of it is what it has to be. */
export interface Rewritten {
  readonly title: string;
  readonly rows: number;
  /** Rows that are not as they have to be. */
  readonly wrong: number;
}

/**
 * Counts what was rewritten. Ask it after the steps.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readRewritten(
  session: Session,
  { schema, objects }: Pick<Snapshot, 'schema' | 'objects'>,
  plan: Plan,
): Promise<Rewritten[]> {
  const has = (table: string) => objects.has(key.table(table));
  const told = rewritesOf(plan).flatMap((one) => (one.told ? [{ table: one.table, ...one.told }] : []));
  const queries = told.map(
    ({ table, title, written, must }) =>
      `SELECT ${quoteLiteral(title)} AS title, pg_catalog.count(*) AS rows, pg_catalog.count(*) FILTER (WHERE (${must(quoteIdentifier(schema), has)}) IS NOT TRUE) AS wrong
  FROM ${quoteIdentifier(schema)}.${quoteIdentifier(table)} AS t WHERE ${written}`,
  );
  return queries.length === 0 ? [] : session.rows<Rewritten>(queries.join('\nUNION ALL\n'));
}

/** Locking, filling and proving took less than this for each row, in ms, on a slow machine of two cores. */
const MS_PER_ROW = 0.06;
const LEAST_MS = 1000;

/** How long YokeFlow's writes are expected to wait, in ms. */
export const expectedWaitMs = (rows: number): number => LEAST_MS + rows * MS_PER_ROW;

function lockedText(heldMs: number, rows: number): string {
  const longer =
    heldMs > expectedWaitMs(rows) ? `, longer than the ${formatDuration(expectedWaitMs(rows))} expected` : '';
  return `its tables were locked for ${formatDuration(heldMs)}${longer}`;
}

/**
 * The check that says that every row is kept, with its numbers. Pure.
 * @param heldMs how long the locks are held so far
 * @throws {UpgradeError} YF502 where a row is not as it was
 */
export function rowCheck(
  watched: readonly Watched[],
  before: readonly TableProof[],
  after: readonly TableProof[],
  rewritten: readonly Rewritten[],
  heldMs: number,
): Check {
  const now = new Map(after.map((proof) => [proof.table, proof]));
  const lost = before.flatMap(({ table, rows, fingerprint }) => {
    const then = now.get(table);
    // Of old rows and new ones together there is no fingerprint that says anything.
    if (watched.some((one) => one.table === table && one.isFilled) && then !== undefined && then.rows > rows) return [];
    if (then?.rows !== rows) return [`${table}: ${rows} rows before, ${then?.rows ?? 'none'} after`];
    return then.fingerprint === fingerprint
      ? []
      : [`${table}: ${plural(rows, 'row', 'rows')}, and not all of them as before`];
  });
  const wrong = rewritten
    .filter((one) => one.wrong > 0)
    .map((one) => `${one.title}: ${one.wrong} are not as they should be`);
  if (lost.length + wrong.length > 0) throw notKept([...lost, ...wrong]);
  const total = before.reduce((sum, { rows }) => sum + rows, 0);
  const done = rewritten.filter(({ rows }) => rows > 0).map(({ title, rows }) => `${title}: ${rows}`);
  return {
    id: 'rows.kept',
    title: `Every row is kept: ${plural(total, 'row', 'rows')} in ${plural(before.length, 'table', 'tables')}`,
    system: 'rows',
    ok: true,
    expected: 'as many rows as before, and the same in every column that was there',
    found: ['as before', ...done, lockedText(heldMs, total)].join('; '),
    remedy: '',
    tellsMore: true,
  };
}

function notKept(found: readonly string[]): UpgradeError {
  return new UpgradeError({
    code: 'YF502',
    message: 'Not every row would be as before, so everything was rolled back.',
    found,
    remedy: 'Look for a trigger or rule of your own on these tables, then run the same command again.',
  });
}

function rewritesOf({ steps }: Plan): Rewrite[] {
  return steps.flatMap(({ step }) => step.rewrites ?? []);
}
