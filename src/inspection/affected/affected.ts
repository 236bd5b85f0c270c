import { key } from '../../catalog/keys.js';
import { withoutSchemas } from '../../catalog/without-schemas.js';
import type { Snapshot } from '../../catalog/snapshot.js';
import type { Session } from '../../database/session.js';
import { quoteLiteral } from '../../database/quote.js';
import type { Plan } from '../../planning/plan.js';
import { actionsOf, brought, expectations, viewColumns, type Action } from './actions.js';
import { carriedView, restoredOptions, restoredParts, whyNotCarried, type CarriedView } from './carry-view.js';
import { classify, once, startsOf, type InTheWay } from './classify.js';
import { dependentsQuery, type Dependent } from './dependents-query.js';
import { obstructionsQuery, type Obstruction } from './obstructions-query.js';
import { putBackPart, readParts, whyNotPutBack } from './part-states.js';
import { underCatalogPath, type ReadPinned } from './pinned.js';
import { readViews, type ViewState } from './relation-states.js';
import { readReplaced, replacedStates, type ReplacedText } from './replaced-texts.js';

/** What the due steps do to what the user added or changed. */
export interface Affected {
  readonly actions: readonly Action[];
  /** Views of the user's that are taken down and put back, in the order in which they are made. */
  readonly carried: readonly CarriedView[];
  /** Relations with a constraint, an index or statistics that PostgreSQL rebuilds as they were, for a column's new type. */
  readonly rebuilt: readonly { readonly schema: string; readonly relation: string }[];
  /** Statements, after the steps, that give YokeFlow's own objects back what was put on them: options, rights, comments. */
  readonly putBack: readonly string[];
  /** What cannot be kept as it is: the run is refused for it. */
  readonly inTheWay: readonly InTheWay[];
  /** Texts of the user's under YokeFlow's names that are replaced; the record of the run keeps them. */
  readonly replaced: readonly ReplacedText[];
}

export const nothingAffected: Affected = {
  actions: [],
  carried: [],
  rebuilt: [],
  putBack: [],
  inTheWay: [],
  replaced: [],
};

/**
 * Finds everything in this database that the due steps affect, by kind and name, and decides of each whether it is
 * carried over as it is or is in the way. Changes nothing.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function findAffected(session: Session, snapshot: Snapshot, plan: Plan): Promise<Affected> {
  if (plan.steps.length === 0) return nothingAffected;
  return underCatalogPath(session, (read) => readAffected(read, snapshot, plan));
}

async function readAffected(read: ReadPinned, snapshot: Snapshot, plan: Plan): Promise<Affected> {
  const { schema, server } = snapshot;
  const actions = actionsOf(plan, snapshot);
  const starts = startsOf(actions);
  const [ownViews, dependents, parts, obstructions, replaced] = await Promise.all([
    readOwnViews(read, snapshot, actions),
    starts.length === 0
      ? []
      : read<Dependent>(
          dependentsQuery(
            schema,
            starts.map(({ start }) => start),
            brought(plan, 'view'),
          ),
        ),
    readParts(read, schema, actions),
    read<Obstruction>(obstructionsQuery(schema, actions)),
    readReplaced(
      read,
      schema,
      plan.steps.map(({ step }) => step),
      actions,
    ),
  ]);
  const remade = ownViews.filter(({ name }) =>
    actions.some(({ act, relation }) => act === 'remake view' && relation === name),
  );
  const { views, rebuilt, inTheWay } = classify(
    dependents,
    starts.map(({ action }) => action),
    new Set(remade.map(({ oid }) => oid)),
  );
  const carried = inOrder(await readViews(read, [...views], server.versionNumber));
  const actionOf = (table: string, part: string) =>
    actions.find(({ act, relation, name }) => relation === table && name === part && /(?:constraint|index)$/.test(act));
  const columns = viewColumns(plan);
  return {
    actions,
    carried: (carried ?? []).map(carriedView),
    rebuilt,
    putBack: [
      ...ownViews.flatMap((view) =>
        remade.includes(view)
          ? restoredParts(
              view,
              (columns.get(view.name) ?? []).map(({ name }) => name),
            )
          : restoredOptions(view),
      ),
      ...parts.flatMap((part) =>
        putBackPart(
          schema,
          part,
          actionOf(part.table, part.name),
          expectations(plan).some((one) => one.key === key.index(part.table, part.name)),
        ),
      ),
    ],
    inTheWay: once([
      ...inTheWay,
      ...(carried?.flatMap(cannotCarry) ?? [
        { object: 'your views', because: 'rules of them use each other in a circle' },
      ]),
      ...ownViews.flatMap((view) =>
        remade.includes(view) ? cannotCarry(view) : cannotReplace(view, columns.get(view.name) ?? []),
      ),
      ...parts.flatMap((part) => {
        const because = whyNotPutBack(part, actionOf(part.table, part.name));
        return because === undefined
          ? []
          : [{ object: `${part.kind} ${part.name} on ${schema}.${part.table}`, because }];
      }),
      ...obstructions.map(describeObstruction),
      ...differentSignatures(snapshot, actions),
    ]),
    replaced: [...replacedStates(schema, ownViews, parts, actions), ...replaced],
  };
}

async function readOwnViews(
  read: ReadPinned,
  { schema, server }: Snapshot,
  actions: readonly Action[],
): Promise<ViewState[]> {
  const names = actions.flatMap(({ act, relation }) =>
    act === 'remake view' || act === 'replace view' ? [quoteLiteral(relation)] : [],
  );
  if (names.length === 0) return [];
  const rows = await read<{
    oid: number;
  }>(`SELECT c.oid::bigint AS oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = ${quoteLiteral(schema)} AND c.relkind = 'v' AND c.relname IN (${names.join(', ')}) ORDER BY c.oid`);
  return readViews(
    read,
    rows.map(({ oid }) => oid),
    server.versionNumber,
  );
}

/** Each view after those that it uses; undefined where they use each other in a circle, as rules can make them. */
function inOrder(views: readonly ViewState[]): ViewState[] | undefined {
  const ordered: ViewState[] = [];
  while (ordered.length < views.length) {
    const next = views.find(
      (view) => !ordered.includes(view) && view.uses.every((oid) => ordered.some((other) => other.oid === oid)),
    );
    if (next === undefined) return undefined;
    ordered.push(next);
  }
  return ordered;
}

function cannotCarry(view: ViewState): InTheWay[] {
  const because = whyNotCarried(view);
  return because === undefined ? [] : [{ object: `view ${view.schema}.${view.name}`, because }];
}

/** A fork may have made a name of its tables shorter or longer: then the old view and the new one both show it like that. */
function sameType(found: string, ours: string): boolean {
  const ofAnyLength = /^(?:character varying(?:\(\d+\))?|text)$/;
  return found === ours || (ofAnyLength.test(found) && ours.startsWith('character varying'));
}

/** CREATE OR REPLACE VIEW adds columns at the end and changes none ("CREATE VIEW"). */
function cannotReplace(
  { schema, name, columns, options }: ViewState,
  own: readonly { name: string; type: string }[],
): InTheWay[] {
  const object = `view ${schema}.${name}`;
  const other = columns.find(
    (column, i) => column.name !== own[i]?.name || !sameType(withoutSchemas(column.type), own[i].type),
  );
  if (other !== undefined)
    return [
      {
        object,
        because: `YokeFlow's view of this name has no column ${other.name} of the type ${other.type} in that place, and PostgreSQL replaces a view only by one with the same columns`,
      },
    ];
  if (options.some((option) => option.startsWith('check_option=')))
    return [{ object, because: "it has a check option, which YokeFlow's view of this name cannot have" }];
  return [];
}

function describeObstruction({ why, object, relation }: Obstruction): InTheWay {
  const because = {
    'text names column': `the text of its function names ${relation}, which goes away`,
    inherits: `it inherits from ${relation}, whose columns or constraints change`,
    inherited: `${relation} inherits a column from it that has to change`,
    'row type': `it has the type of a row of ${relation}, whose columns change`,
  }[why];
  return { object, because };
}

/** What a step would leave as it is, although the release needs it otherwise. */
function differentSignatures({ schema, objects }: Snapshot, actions: readonly Action[]): InTheWay[] {
  return actions.flatMap(({ act, relation, name, definition }): InTheWay[] => {
    if (act === 'keep trigger') {
      return [
        {
          object: `trigger ${name} on ${schema}.${relation}`,
          because: `YokeFlow's is ${definition ?? ''}, this one is ${objects.get(`trigger:${relation}.${name ?? ''}`) ?? ''}`,
        },
      ];
    }
    const found = objects.get(`function:${relation}`);
    if (act !== 'replace function' || found === definition) return [];
    return [
      {
        object: `function ${schema}.${relation}`,
        because: `YokeFlow's is ${definition ?? ''}, here it is ${found ?? ''}`,
      },
    ];
  });
}
