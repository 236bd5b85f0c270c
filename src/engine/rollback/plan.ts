import type { CatalogCheck } from '../../catalog/expectation.js';
import { key, namesOf, ofKind, parseKey } from '../../catalog/keys.js';
import type { Snapshot } from '../../catalog/snapshot.js';
import { quoteIdentifier, quoteLiteral } from '../../database/quote.js';
import type { Session } from '../../database/session.js';
import { lineOf, stepsTo } from '../../releases/registry.js';
import type { Loss, Relabel, Release, Rename, Step } from '../../releases/release.js';
import { findDroppedToo, type Dropped, type DroppedToo } from '../../inspection/affected/dropped.js';
import type { Inspection } from '../../inspection/inspection.js';
import { readLockHolders, type LockHolder } from '../../inspection/lock-holders.js';
import { readLackingRights, type LackingRight } from '../../inspection/rights.js';
import { neededLocks, type NeededLock, type AffectedObjects } from '../../planning/affected-objects.js';
import { actAsOwner } from '../../planning/transaction-settings.js';
import { partBefore } from '../../planning/renames.js';
import type { UndoableStep, WayBack } from './way-back.js';

export interface TableRows {
  /** Of a table that stays: with the column that goes. */
  readonly table: string;
  readonly rows: number;
}

export interface RollbackPlan {
  /** The database as it is before. */
  readonly inspection: Inspection;
  readonly from: Release;
  readonly to: Release;
  /** The steps to undo, in the order in which that is done: the last one first. */
  readonly steps: readonly UndoableStep[];
  /** What is dropped, as far as it is there. */
  readonly dropped: Dropped;
  readonly tables: readonly TableRows[];
  /** What is lost with columns of tables that stay. */
  readonly losses: readonly (Loss & { readonly rows: number })[];
  readonly relabels: readonly (Relabel & { readonly rows: number })[];
  /** Columns, indexes, constraints, policies, rights and so on of the user's own that go with the tables they are on. */
  readonly goesAlong: readonly string[];
  /** What of the user's is in the way of a DROP. */
  readonly dependents: readonly string[];
  readonly droppedToo: DroppedToo;
  /** Every lock that it needs: on what is dropped, and on what a dropped foreign key points to. */
  readonly locks: readonly NeededLock[];
  readonly lackingRights: readonly LackingRight[];
  readonly lockHolders: readonly LockHolder[];
}

/**
 * Plans a rollback that `wayBack` calls possible, and counts what it would lose. Changes nothing. Ask it in a transaction.
 * @param actsAsOwner whether the session acts as the tables' owner already
 * @throws {DatabaseError | ConnectionLost}
 */
export async function planRollback(
  session: Session,
  inspection: Inspection,
  { from, to, steps }: Extract<WayBack, { kind: 'possible' }>,
  actsAsOwner = false,
): Promise<RollbackPlan> {
  const { snapshot } = inspection;
  const dropped = droppedBy(snapshot, steps, to);
  const losses = steps
    .flatMap(({ undo }) => undo.loses ?? [])
    .filter(({ table, column }) => {
      return snapshot.objects.has(key.column(table, column));
    });
  const relabels = steps.flatMap(({ undo }) => undo.relabels);
  const affected = affectedByDrop(dropped);
  const locks = neededLocks({ ...affected, referenced: pointedAt(steps, relabels) });
  const lackingRights = await readLackingRights(session, snapshot, affected);
  const droppedToo = await findDroppedToo(session, dropped, steps, snapshot.server.versionNumber);
  // Rows are not counted where the role lacks rights, since the rollback is refused then, or where rows are hidden.
  const mayCount = lackingRights.length === 0 && snapshot.mayActAsOwner && snapshot.hiddenRows.length === 0;
  // Counted as the owner: a role that may act as the owner may be unable to read by itself (NOINHERIT).
  const acting = mayCount && !actsAsOwner ? actAsOwner(snapshot) : [];
  for (const statement of acting) await session.execute(statement);
  const tableRows = mayCount ? await countRows(session, dropped) : [];
  const lossRows = mayCount ? await countLosses(session, dropped, losses) : [];
  const relabelRows = mayCount ? await countLabels(session, snapshot, relabels) : [];
  if (acting.length > 0) await session.execute('RESET ROLE');
  return {
    inspection,
    from,
    to,
    steps,
    dropped,
    tables: dropped.tables.map((table, i) => ({ table, rows: tableRows[i] ?? 0 })),
    losses: losses.map((loss, i) => ({ ...loss, rows: lossRows[i] ?? 0 })),
    relabels: relabels.map((relabel, i) => ({ ...relabel, rows: relabelRows[i] ?? 0 })),
    goesAlong: [...addedColumns(snapshot, steps, dropped.tables), ...droppedToo.goesAlong],
    dependents: droppedToo.inTheWay,
    droppedToo,
    locks,
    lackingRights,
    lockHolders: await readLockHolders(session, snapshot, locks),
  };
}

/** What goes, and what stays because the release to go back to has it as well. Pure. */
function droppedBy({ schema, objects }: Snapshot, steps: readonly UndoableStep[], to: Release): Dropped {
  const keysOf = (checks: readonly CatalogCheck[]) =>
    checks.flatMap(({ expectations }) => expectations.flatMap((one) => (one.kind === 'has' ? [one.key] : [])));
  const renames = steps.flatMap(({ renames: some = [] }) => some).filter((rename) => objects.has(key.table(rename.to)));
  const brought = [...new Set(steps.flatMap(({ checks }) => keysOf(checks)))].filter((one) => objects.has(one));
  const ofTo = new Set([...keysOf(lineOf(to).base), ...stepsTo(to).flatMap(({ checks }) => keysOf(checks))]);
  const remade = new Set(steps.flatMap(({ replaces }) => replaces.map(({ relation }) => key.view(relation))));
  const goes = brought.filter((one) => !ofTo.has(underOldName(one, renames)) || remade.has(one));
  const tables = namesOf(goes, 'table').filter((table) => !renames.some((rename) => rename.to === table));
  return {
    schema,
    tables,
    views: namesOf(goes, 'view'),
    functions: namesOf(goes, 'function'),
    columns: ofKind(goes, 'column')
      .filter(({ relation }) => !tables.includes(relation))
      .map(({ relation, name = '' }) => ({ table: relation, column: name })),
    renames,
    parts: brought.map((one) => underOldName(one, renames)),
  };
}

function underOldName(objectKey: string, renames: readonly Rename[]): string {
  const { kind, relation, name } = parseKey(objectKey);
  const rename = renames.find(({ to }) => to === relation);
  if (rename === undefined) return objectKey;
  const before = partBefore(rename, name) ?? name;
  return `${kind}:${rename.from}${before === undefined ? '' : `.${before}`}`;
}

/** Whether something goes that only a backup brings back. Pure. */
export function needsBackup(plan: RollbackPlan): boolean {
  const { discarded, relabelled } = lossesOf(plan);
  return discarded.length + relabelled.length + plan.goesAlong.length > 0;
}

function affectedByDrop({ tables, views, functions, columns, renames }: Dropped): AffectedObjects {
  return {
    altered: new Set([...tables, ...columns.map(({ table }) => table), ...renames.map(({ to }) => to)]),
    referenced: new Map(),
    views: new Set(views),
    functions: new Set(functions),
    types: new Set(),
    creates: false,
  };
}

/** Dropping a foreign key locks both its ends; relabelled rows must not change under our hands either. */
function pointedAt(steps: readonly Step[], relabels: readonly Relabel[]): Map<string, boolean> {
  const definitions = steps
    .flatMap(({ checks }) => checks)
    .flatMap(({ expectations }) =>
      expectations.flatMap((expectation) => ('definition' in expectation ? [expectation.definition] : [])),
    );
  const targets = definitions.flatMap((definition) => /^FOREIGN KEY .* REFERENCES (\w+)\(/.exec(definition)?.[1] ?? []);
  return new Map([...targets, ...relabels.map(({ table }) => table)].map((table) => [table, true]));
}

/** How many rows are lost or relabelled. Pure. */
export function lossesOf({ tables, losses, relabels }: RollbackPlan): {
  discarded: readonly TableRows[];
  relabelled: RollbackPlan['relabels'];
} {
  const columns = losses.map(({ table, column, rows }) => ({ table: `${table}.${column}`, rows }));
  return {
    discarded: [...tables, ...columns].filter(({ rows }) => rows > 0),
    relabelled: relabels.filter(({ rows }) => rows > 0),
  };
}

function countRows(session: Session, { schema, tables }: Dropped): Promise<number[]> {
  return counts(
    session,
    tables.map((table) => `SELECT count(*) FROM ${quoteIdentifier(schema)}.${quoteIdentifier(table)}`),
  );
}

function countLosses(session: Session, { schema }: Dropped, losses: readonly Loss[]): Promise<number[]> {
  return counts(
    session,
    losses.map(
      ({ table, where }) => `SELECT count(*) FROM ${quoteIdentifier(schema)}.${quoteIdentifier(table)} WHERE ${where}`,
    ),
  );
}

function countLabels(session: Session, { schema }: Snapshot, relabels: readonly Relabel[]): Promise<number[]> {
  return counts(
    session,
    relabels.map(
      (relabel) =>
        `SELECT count(*) FROM ${quoteIdentifier(schema)}.${quoteIdentifier(relabel.table)} WHERE ${hasLabel(relabel)}`,
    ),
  );
}

/** The condition for a row to be relabelled. As text, because the labels may not be there; by format(), because a cast may be somebody's function. */
export function hasLabel({ column, from }: Relabel): string {
  return `pg_catalog.format('%s', ${quoteIdentifier(column)}) IN (${from.map(quoteLiteral).join(', ')})`;
}

async function counts(session: Session, queries: readonly string[]): Promise<number[]> {
  if (queries.length === 0) return [];
  const [row] = await session.rows<{ counts: number[] }>(
    `SELECT json_build_array(${queries.map((query) => `(${query})`).join(', ')}) AS counts`,
  );
  return row?.counts ?? [];
}

/** A column is no object of its own, so nothing in pg_depend tells of it. */
function addedColumns({ objects }: Snapshot, steps: readonly Step[], tables: readonly string[]): string[] {
  const ours = new Set(
    steps
      .flatMap(({ checks }) => checks)
      .flatMap(({ expectations }) =>
        expectations.flatMap((expectation) => ('key' in expectation ? [expectation.key] : [])),
      ),
  );
  return ofKind(objects.keys(), 'column').flatMap(({ relation, name = '' }) =>
    tables.includes(relation) && !ours.has(key.column(relation, name)) ? [`column ${name} of ${relation}`] : [],
  );
}
