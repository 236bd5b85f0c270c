import { quoteIdentifier, quoteLiteral } from '../../database/quote.js';
import { splitStatements } from '../../database/split-statements.js';
import { stepsTo } from '../../releases/registry.js';
import type { Run } from '../history.js';
import { printableScript } from '../printable-script.js';
import { hasLabel, lossesOf, type RollbackPlan } from './plan.js';
import { pinnedPath, searchPath, yokeflowPath } from '../../planning/transaction-settings.js';
import type { Section } from '../../inspection/change-sections.js';
import { readSql } from '../../releases/sql-files.js';
import { lockStatement } from '../table-locks.js';

/** What a rollback is recorded as. Pure. */
export function rollbackRun({ from, to, steps, droppedToo }: RollbackPlan): Omit<Run, 'host'> {
  return {
    operation: 'rollback',
    from: from.version,
    to: to.version,
    steps: steps.map(({ id, undo }) => ({ id, file: undo.file })),
    replaced: droppedToo.replaced,
  };
}

/** Everything of a rollback that changes the database, in order. Pure but for reading sql/. */
export function rollbackSections(plan: RollbackPlan): Section[] {
  const { snapshot } = plan.inspection;
  const { schema } = snapshot;
  const one = (sql: string) => [{ sql, line: 1 }];
  const relabels = lossesOf(plan).relabelled.map((relabel) => ({
    name: `relabel ${relabel.table}`,
    title: `Set ${relabel.from.join(' and ')} ${relabel.table} to ${relabel.to}`,
    statements: [
      yokeflowPath(snapshot),
      `UPDATE ${quoteIdentifier(schema)}.${quoteIdentifier(relabel.table)} SET ${quoteIdentifier(relabel.column)} = ${quoteLiteral(relabel.to)} WHERE ${hasLabel(relabel)}`,
      // A trigger or rule of the user's may have kept a row as it was, without an error.
      `DO $relabelled$ BEGIN IF EXISTS (SELECT FROM ${quoteIdentifier(schema)}.${quoteIdentifier(relabel.table)} WHERE ${hasLabel(relabel)}) THEN ` +
        `RAISE EXCEPTION 'a trigger or rule keeps rows of ${relabel.table} from being set to ${relabel.to}'; END IF; END $relabelled$`,
      pinnedPath,
    ].map((sql) => ({ sql, line: 1 })),
  }));
  return [
    // DROP … IF EXISTS must not find what another schema of the path has under the same name.
    { name: 'prepare', title: 'Prepare', statements: one(searchPath([schema])) },
    ...plan.steps.map(({ id, undo }) => ({
      name: id,
      title: `Undo ${id}`,
      statements: splitStatements(readSql(undo.file)),
    })),
    { name: 'tidy up', title: 'Tidy up', statements: one(pinnedPath) },
    ...relabels,
  ];
}

/** The whole rollback as a script for psql: what `rollback --dry-run` prints. It does what `rollback` does. */
export function rollbackScript(
  plan: RollbackPlan,
  lockTimeoutMs: number,
  { strict = false, discardRows = false } = {},
): string {
  const guard = {
    name: 'second look',
    title: 'Second look',
    statements: [
      ...plan.locks.map((lock) => lockStatement(lock, plan.dropped.schema)),
      ...(discardRows ? unchangedRows(plan) : noRows(plan)),
    ].map((sql) => ({ sql, line: 1 })),
  };
  return printableScript({
    snapshot: plan.inspection.snapshot,
    lockTimeoutMs,
    labels: [],
    sections: [guard, ...rollbackSections(plan)],
    probes: stepsTo(plan.to).flatMap(({ probes }) => probes),
    strict,
    run: rollbackRun(plan),
  });
}

/** Refuses to go on where rows were added since the plan was made. */
const unchangedRows = (plan: RollbackPlan): string[] =>
  rowGuards(plan, ({ rows }) => rows, 'the rows are no longer those that this rollback was planned for');

/** Refuses to go on where there is any row to lose. */
const noRows = (plan: RollbackPlan): string[] =>
  rowGuards(
    plan,
    () => 0,
    'there are rows that this rollback would lose; to give them up, make this script anew with --discard-rows',
  );

function rowGuards(
  { dropped, tables, losses, relabels }: RollbackPlan,
  wanted: (counted: { readonly rows: number }) => number,
  otherwise: string,
): string[] {
  const of = (table: string) => `${quoteIdentifier(dropped.schema)}.${quoteIdentifier(table)}`;
  const changed = [
    ...tables.map((counted) => `(SELECT count(*) FROM ${of(counted.table)}) <> ${wanted(counted)}`),
    ...losses.map(
      (counted) => `(SELECT count(*) FROM ${of(counted.table)} WHERE ${counted.where}) <> ${wanted(counted)}`,
    ),
    ...relabels.map(
      (relabel) => `(SELECT count(*) FROM ${of(relabel.table)} WHERE ${hasLabel(relabel)}) <> ${wanted(relabel)}`,
    ),
  ];
  return changed.map(
    (condition) => `DO $guard$ BEGIN IF ${condition} THEN RAISE EXCEPTION '${otherwise}'; END IF; END $guard$`,
  );
}
