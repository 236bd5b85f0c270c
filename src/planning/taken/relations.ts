import { key } from '../../catalog/keys.js';
import { needsOf, renamedTables, sequenceOf, shapesOf, firstTables, type Need } from './needs.js';
import { isOwnShape, isReplaceable } from './own-shape.js';
import type { Search } from './search.js';
import { isDueWhen } from '../due-when.js';

/** Tables and views that are not YokeFlow's. Looked for first: their parts are then nobody's. Pure but for what it adds. */
export function searchRelations(search: Search): void {
  for (const need of needsOf('table')) {
    const namesake = search.relationOrType(need.relation);
    if (firstTables.has(need.relation) || namesake === undefined || search.isOwnRelation(namesake, 'table')) continue;
    search.foreignRelations.add(need.relation);
    search.addNamesake(need, namesake, { wouldBeDropped: true });
  }
  setApartOldTables(search);
  for (const need of needsOf('view')) searchView(search, need);
}

/** A table under a name that a table of YokeFlow's had before, beside the one that it has become. */
function setApartOldTables(search: Search): void {
  for (const [from, to] of renamedTables) {
    const namesake = search.relation(from);
    if (namesake === undefined || !search.hasOwnTable(to) || isOwnShape(namesake.columns, shapesOf('table', from)))
      continue;
    search.foreignRelations.add(from);
  }
}

function searchView(search: Search, need: Need): void {
  const view = need.relation;
  const namesake = search.relationOrType(view);
  if (namesake === undefined) return;
  // The table that makes way for the view.
  if (renamedTables.has(view) && search.hasOwnTable(view)) return;
  if (!search.isOwnRelation(namesake, 'view')) {
    search.foreignRelations.add(view);
    search.addNamesake(need, namesake, { wouldBeDropped: true });
    return;
  }
  const isMadeAnew = need.step.replaces.some(
    (one) => one.relation === view && one.column === undefined && isDueWhen(one, search.objects),
  );
  const shape = shapesOf('view', view).find((one) => isOfStep(one, need));
  if (isMadeAnew || shape === undefined || isReplaceable(namesake.columns, shape)) return;
  search.addNamesake(need, namesake, { otherwise: 'or drop it, so that the upgrade makes it anew' });
}

/** Whether a shape is what the step makes, and not what another release has. */
function isOfStep(shape: ReadonlyMap<string, string>, { step, relation }: Need): boolean {
  return step.checks.some(({ expectations }) => {
    const columns = expectations.filter((one) => one.kind === 'has' && one.key.startsWith(`view column:${relation}.`));
    return (
      columns.length === shape.size && [...shape.keys()].every((name) => has(columns, key.viewColumn(relation, name)))
    );
  });
}

const has = (expectations: Need['step']['checks'][number]['expectations'], objectKey: string) =>
  expectations.some((one) => one.kind === 'has' && one.key === objectKey);

/** Sequences of serial columns: PostgreSQL gives a new one another name where that is taken, which no release expects. */
export function searchSequences(search: Search): void {
  for (const need of needsOf('column')) {
    const sequence = sequenceOf(need.expectation.definition);
    const namesake = sequence === undefined ? undefined : search.relationOrType(sequence);
    if (sequence === undefined || namesake === undefined || firstTables.has(need.relation)) continue;
    const isUsed =
      search.hasOwnTable(need.relation) &&
      sequenceOf(search.objects.get(key.column(need.relation, need.part)) ?? '') === sequence;
    if (namesake.what === 'sequence' && (isUsed || search.isOnOwnTable(namesake, need.relation))) continue;
    search.addNamesake(need, namesake, { name: sequence, needed: 'sequence' });
  }
}
