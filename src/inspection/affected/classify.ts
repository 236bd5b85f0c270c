import type { Act, Action } from './actions.js';
import type { Dependent, Start } from './dependents-query.js';

/** Something of the user's that cannot be kept as it is, and why. */
export interface InTheWay {
  /** Its kind and its name, qualified: `index public.mine`. */
  readonly object: string;
  readonly because: string;
}

/** The starts of the search for dependents, each with the action that it is for. Pure. */
export function startsOf(actions: readonly Action[]): { start: Start; action: Action }[] {
  return actions.flatMap((action): { start: Start; action: Action }[] => {
    const kind = startKind[action.act];
    return kind === undefined ? [] : [{ start: { kind, relation: action.relation, name: action.name }, action }];
  });
}

const startKind: Partial<Record<Act, Start['kind']>> = {
  'drop column': 'column',
  'retype column': 'column',
  'lose view column': 'column',
  'remake view': 'relation',
  'drop constraint': 'constraint',
  'remake constraint': 'constraint',
  'remake index': 'index',
};

/** What PostgreSQL itself makes anew for a column's new type, definition and all ("ALTER TABLE" and `ATExecAlterColumnType`). */
const rebuiltKinds: ReadonlySet<string> = new Set(['pg_constraint', 'pg_statistic_ext']);

export interface Classified {
  /** The user's views that must be taken down, by oid. */
  readonly views: ReadonlySet<number>;
  /** Relations with a part that PostgreSQL rebuilds as it was. */
  readonly rebuilt: readonly { readonly schema: string; readonly relation: string }[];
  readonly inTheWay: readonly InTheWay[];
}

/**
 * Tells what of the dependents is YokeFlow's own, what can be put back, and what is in the way. A kind of object that is
 * not known here is in the way. Pure.
 * @param remade views of YokeFlow's that are made anew, by oid: what is part of them is put back with them
 */
export function classify(
  dependents: readonly Dependent[],
  actions: readonly Action[],
  remade: ReadonlySet<number>,
): Classified {
  const views = new Set(
    dependents.flatMap(({ isViewQuery, isOwnView, relation, relationKind }) =>
      isViewQuery && !isOwnView && relationKind === 'v' && relation !== null ? [relation] : [],
    ),
  );
  const taken = new Set([...views, ...remade]);
  // Dropping a materialized view drops its indexes.
  const dropped = new Set(
    dependents.flatMap(({ isViewQuery, relation }) => (isViewQuery && relation !== null ? [relation] : [])),
  );
  const remadeByPostgres = dependents.filter((dependent) => isRebuilt(dependent, actions[dependent.start]));
  const inTheWay = dependents.flatMap((dependent) => {
    const action = actions[dependent.start];
    const because = action && reasonAgainst(dependent, action, taken, dropped);
    return because === undefined ? [] : [{ object: dependent.object, because }];
  });
  const rebuilt = remadeByPostgres.map(({ relationSchema, relationName }) => ({
    schema: relationSchema ?? '',
    relation: relationName ?? '',
  }));
  return { views, rebuilt, inTheWay: once(inTheWay) };
}

/** Each object once, with the first reason. */
export function once(objects: readonly InTheWay[]): InTheWay[] {
  return objects.filter(({ object }, i) => objects.findIndex((other) => other.object === object) === i);
}

function reasonAgainst(
  dependent: Dependent,
  action: Action,
  taken: ReadonlySet<number>,
  dropped: ReadonlySet<number>,
): string | undefined {
  const { relation, direct, isViewQuery, isInternal, catalog, goesAlong } = dependent;
  const losesColumn = action.act === 'drop column' || action.act === 'lose view column';
  const on = `${action.relation}${action.name === undefined ? '' : `.${action.name}`}`;
  if (isInternal) return undefined;
  // A step replaces these before it takes their columns away.
  if (dependent.isOwnView)
    return direct && action.name !== undefined
      ? undefined
      : `it is YokeFlow's own, and it was changed to use ${dependent.on}, which has to be taken down for the upgrade`;
  if (isViewQuery && dependent.relationKind !== 'v')
    return `it is a materialized view, whose rows only you can fill again, and it is built on ${on}`;
  if (isViewQuery) return losesColumn && direct ? `it uses ${on}, which goes away` : undefined;
  if (isOwn(dependent, action)) return undefined;
  // What is part of a view is put back with it, unless it uses what does not come back.
  const isPart = relation !== null && (taken.has(relation) || dropped.has(relation)) && catalog !== 'pg_policy';
  if (isPart && goesWithItsView(dependent) && !(losesColumn && direct)) return undefined;
  if (isRebuilt(dependent, action)) return undefined;
  if (losesColumn && direct)
    return `it uses ${on}, which goes away${goesAlong ? ', and would be dropped along with it' : ''}`;
  if (action.act === 'retype column' && direct) return `it uses ${on}, whose type changes`;
  if (action.act === 'remake view' && direct) return `it uses the view ${on}, which is made anew`;
  if (direct)
    return `it rests on ${action.act.replace(/^\w+ /, '')} ${action.name ?? ''} of ${action.relation}, which ${action.act.startsWith('drop') ? 'goes away' : 'is made anew'}`;
  return `it uses ${dependent.on}, which has to be taken down for the upgrade`;
}

function isRebuilt(dependent: Dependent, action: Action | undefined): boolean {
  return (
    action?.act === 'retype column' && dependent.direct && (rebuiltKinds.has(dependent.catalog) || isIndex(dependent))
  );
}

/** Defaults, triggers, rules and the row type of a view that is taken down. */
function goesWithItsView({ catalog, goesAlong, isViewQuery, column }: Dependent): boolean {
  return (
    !isViewQuery &&
    column === 0 &&
    (catalog === 'pg_class' ||
      catalog === 'pg_attrdef' ||
      catalog === 'pg_trigger' ||
      catalog === 'pg_rewrite' ||
      (goesAlong && catalog === 'pg_type'))
  );
}

function isIndex({ catalog, name, relationName, column }: Dependent): boolean {
  return catalog === 'pg_class' && column === 0 && name !== null && name !== relationName;
}

/** A constraint or index that YokeFlow made, over nothing but what goes. */
function isOwn({ catalog, name, coversOnlyGone }: Dependent, { relation, takesAlong = [] }: Action): boolean {
  const kind = catalog === 'pg_constraint' ? 'constraint' : catalog === 'pg_class' ? 'index' : undefined;
  return kind !== undefined && coversOnlyGone && takesAlong.includes(`${kind}:${relation}.${name ?? ''}`);
}
