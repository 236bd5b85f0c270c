import type { Session } from '../database/session.js';
import { DatabaseError } from '../database/session.js';
import type { Section } from '../inspection/change-sections.js';
import type { Inspection } from '../inspection/inspection.js';
import { affectedObjects } from '../planning/affected-objects.js';
import { pinnedPath, yokeflowPath } from '../planning/transaction-settings.js';
import { recordTable } from './history.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { isPassing } from './probes.js';
import { shapeStatements } from './samples.js';
import { provesRows } from './row-proof.js';

/**
 * Whether a plan only makes what is new: nothing of what is there is altered, replaced, written to or put back. All that it needs of
 * YokeFlow's tables is then that its foreign keys may point to them. Pure.
 */
export function onlyCreates({ plan, snapshot, affected }: Inspection): boolean {
  const { altered, views, functions } = affectedObjects(plan, snapshot);
  return (
    altered.size + views.size + functions.size === 0 &&
    affected.carried.length + affected.putBack.length === 0 &&
    plan.steps.every(({ step }) => (step.fills ?? []).length === 0) &&
    !provesRows(plan)
  );
}

const NEEDS_LOCKS = /\bFOREIGN KEY\b[\s\S]*\bREFERENCES\b/;

/**
 * Parts the statements of such a plan: what can be made before the first lock, while nobody waits, and the foreign keys, which
 * come under the locks. Of the settings each half has its own, and each step stands in both, so that it is told of. Pure.
 * @param sections the last one tidies up, and so belongs to the second half
 */
export function partedAtLocks(sections: readonly Section[]): { before: readonly Section[]; under: readonly Section[] } {
  const last = sections.at(-1);
  const steps = sections.slice(0, -1);
  const isSetting = (sql: string) => sql.startsWith('SET LOCAL ');
  const of = (under: boolean) =>
    steps.map((section) => ({
      ...section,
      statements: section.statements.filter(({ sql }) => isSetting(sql) || NEEDS_LOCKS.test(sql) === under),
    }));
  return { before: of(false), under: [...of(true), ...(last ? [last] : [])] };
}

/**
 * Makes the table of the runs before the locks are taken. Where that fails, whoever records the run finds out and says so.
 * @throws {DatabaseError} where a lock was not to be had, or somebody cancelled
 * @throws {ConnectionLost}
 */
export async function makeRecordTable(session: Session, snapshot: Snapshot): Promise<void> {
  if (snapshot.mayKeepHistory) await tryAhead(session, snapshot, recordTable());
}

/**
 * Looks at the tables that get sample rows before the locks are taken, where the steps alter none of them.
 * @returns whether that came about; otherwise whoever makes the sample rows finds out and says so
 * @throws {DatabaseError} where a lock was not to be had, or somebody cancelled
 * @throws {ConnectionLost}
 */
export const lookAtShapes = (session: Session, snapshot: Snapshot): Promise<boolean> =>
  tryAhead(session, snapshot, shapeStatements());

async function tryAhead(session: Session, snapshot: Snapshot, statements: readonly string[]): Promise<boolean> {
  let isDone = true;
  try {
    await session.executeAll(['SAVEPOINT yokeflow_upgrade_made', yokeflowPath(snapshot), ...statements, pinnedPath]);
  } catch (error) {
    if (!(error instanceof DatabaseError) || isPassing(error)) throw error;
    isDone = false;
    session.ahead('ROLLBACK TO SAVEPOINT yokeflow_upgrade_made');
  }
  session.ahead('RELEASE SAVEPOINT yokeflow_upgrade_made');
  return isDone;
}
