import { parseKey } from '../../catalog/keys.js';
import { MANY_RELATIONS, type Snapshot } from '../../catalog/snapshot.js';
import { everyBaseTable } from '../../releases/registry.js';
import type { Plan } from '../../planning/plan.js';
import { namesAcross } from '../../planning/renames.js';
import { brought, expectations, type Action } from './actions.js';
import type { Affected } from './affected.js';
import type { Declared } from './proof.js';
import { madeWay, type ObjectState } from './proof-query.js';

/** What the due steps declare to change. All else in the database has to be as it was. Pure. */
export function declaredBy(
  plan: Plan,
  { schema, server, relationCount }: Snapshot,
  { actions, carried, rebuilt }: Affected,
): Declared {
  const keys = expectations(plan).map(({ key }) => key);
  const relations = new Set([...keys.map((key) => parseKey(key).relation), ...actions.map(({ relation }) => relation)]);
  const ownViews = new Set(brought(plan, 'view'));
  const changes = new Set([...keys, ...actions.flatMap(keyOf)]);
  const goes = new Set(
    actions
      .filter(({ act }) => /^(?:drop|lose)/.test(act))
      .flatMap((action) => [...keyOf(action), ...(action.takesAlong ?? [])]),
  );
  const retyped = new Set(actions.flatMap((action) => (action.act === 'retype column' ? keyOf(action) : [])));
  const carriedNames = new Set(carried.map(({ name }) => name));

  const makesWay = new Set(
    plan.renames.filter(({ takesOver }) => takesOver).flatMap(({ to }) => [madeWay(to), madeWay(`${to}_id_seq`)]),
  );
  const covers = (state: ObjectState, change: 'changed' | 'gone'): boolean => {
    const { kind, relation, name, aspect } = state;
    if (state.schema === schema && makesWay.has(relation)) return true;
    // The columns of a view over a column that gets another type get it too.
    if (
      kind === 'column' &&
      aspect === 'definition' &&
      retyped.size > 0 &&
      carriedNames.has(`${state.schema}.${relation}`)
    )
      return true;
    if (state.schema !== schema) return false;
    const key = kind === 'function' ? `function:${name.slice(0, name.indexOf('('))}` : `${kind}:${relation}.${name}`;
    if (goes.has(key) || (kind === 'index' && goes.has(`constraint:${relation}.${name}`))) return true;
    if (change === 'gone') return false;
    // Everything but the definition stays: owner, rights, comment, options, and whether it is switched on.
    if (aspect !== 'definition' && !(kind === 'index' && aspect === 'everything')) return false;
    if (ownViews.has(relation)) return kind === 'rule' ? name === '_RETURN' : kind === 'column';
    return changes.has(key) || (kind === 'index' && changes.has(`constraint:${relation}.${name}`));
  };
  // A foreign key that is made or dropped is noted at the table that it points to as well.
  const inDetail = [...new Set([...relations, ...everyBaseTable, ...namesAcross(plan.renames)])].map((relation) => ({
    schema,
    relation,
  }));
  const functions = [...brought(plan, 'function'), ...actions.map(({ relation }) => relation)];
  return {
    scope: {
      schema,
      versionNumber: server.versionNumber,
      functions,
      inDetail: [...inDetail, ...carried, ...rebuilt],
      ignoresCasts: retyped.size > 0,
      hasMany: relationCount > MANY_RELATIONS,
      renames: plan.renames,
    },
    covers,
  };
}

function keyOf({ act, relation, name }: Action): string[] {
  const kind = act.replace(/^\w+ /, '').replace('view column', 'column');
  return [kind === 'function' ? `function:${relation}` : `${kind}:${relation}.${name ?? ''}`];
}
