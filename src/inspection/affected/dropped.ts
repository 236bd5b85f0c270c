import { quoteLiteral } from '../../database/quote.js';
import { MANY_RELATIONS, type Snapshot } from '../../catalog/snapshot.js';
import type { Session } from '../../database/session.js';
import { everyBaseTable } from '../../releases/registry.js';
import { namesAcross } from '../../planning/renames.js';
import type { Rename, Step } from '../../releases/release.js';
import { dependentsQuery, type Dependent, type Start } from './dependents-query.js';
import { underCatalogPath, type ReadPinned } from './pinned.js';
import type { Declared } from './proof.js';
import { readViews } from './relation-states.js';
import { readReplaced, replacedStates, type ReplacedText } from './replaced-texts.js';

/** Names of what is going to be dropped, all in one schema. */
export interface Dropped {
  readonly schema: string;
  readonly tables: readonly string[];
  readonly views: readonly string[];
  readonly functions: readonly string[];
  /** Columns of tables that stay. */
  readonly columns: readonly { readonly table: string; readonly column: string }[];
  /** Tables that get their old name back, `from`. */
  readonly renames: readonly Rename[];
  /** The keys, under old names, of all that the undone steps brought: parts of tables that stay are among them. */
  readonly parts: readonly string[];
}

/** What a drop does to what the user added. */
export interface DroppedToo {
  /** What PostgreSQL drops along without a word, or what is lost with the objects: indexes, policies, rights, comments. */
  readonly goesAlong: readonly string[];
  /** What stands in the way of a DROP without CASCADE: views, foreign keys, functions, columns and whatever else. */
  readonly inTheWay: readonly string[];
  /** Relations among what goes along, such as a sequence that a column owns. */
  readonly relations: readonly { readonly schema: string; readonly relation: string }[];
  /** Texts of the functions and views that are dropped, where they are not this program's own. */
  readonly replaced: readonly ReplacedText[];
}

/**
 * Finds what goes with these objects or stands in the way of dropping them, directly or through views.
 * @param undone the steps that brought them
 * @throws {DatabaseError | ConnectionLost}
 */
export async function findDroppedToo(
  session: Session,
  dropped: Dropped,
  undone: readonly Step[],
  versionNumber: number,
): Promise<DroppedToo> {
  return underCatalogPath(session, async (read) => {
    const dependents = await read<Dependent>(dependentsQuery(dropped.schema, startsOf(dropped), []));
    const along = dependents.filter(
      ({ goesAlong, isInternal, isViewQuery, catalog }) =>
        goesAlong && !isInternal && !isViewQuery && catalog !== 'pg_attrdef',
    );
    // Triggers, defaults and indexes of views are not listed separately.
    const views = new Set(
      dependents.flatMap(({ isViewQuery, relation }) => (isViewQuery && relation !== null ? [relation] : [])),
    );
    const own = new Set(
      undone
        .flatMap(({ checks }) => checks)
        .flatMap(({ expectations }) =>
          expectations.flatMap((expectation) => ('key' in expectation ? [expectation.key] : [])),
        ),
    );
    const others = await read<{ name: string }>(propertiesQuery(dropped));
    return {
      goesAlong: [
        ...new Set([...along.flatMap((dependent) => describeAlong(dependent, own)), ...others.map(({ name }) => name)]),
      ],
      inTheWay: [
        ...new Set(
          dependents
            .filter((dependent) => !dependent.goesAlong && !dependent.isInternal && !isPartOf(views, dependent))
            .map(({ object }) => object),
        ),
      ].sort(),
      relations: along.flatMap(({ catalog, relationSchema, relationName }) =>
        catalog === 'pg_class' && relationSchema !== null && relationName !== null
          ? [{ schema: relationSchema, relation: relationName }]
          : [],
      ),
      replaced: await textsOf(read, dropped, undone, versionNumber),
    };
  });
}

function isPartOf(views: ReadonlySet<number>, { isViewQuery, relation, column, catalog }: Dependent): boolean {
  return !isViewQuery && column === 0 && catalog !== 'pg_policy' && relation !== null && views.has(relation);
}

function startsOf({ tables, views, functions, columns }: Dropped): Start[] {
  return [
    ...[...tables, ...views].map((relation): Start => ({ kind: 'relation', relation })),
    ...functions.map((relation): Start => ({ kind: 'function', relation })),
    ...columns.map(({ table, column }): Start => ({ kind: 'column', relation: table, name: column })),
  ];
}

const partKinds: Readonly<Record<string, string>> = {
  pg_constraint: 'constraint',
  pg_trigger: 'trigger',
  pg_class: 'index',
};

/** In words; nothing for what the undone steps brought themselves. */
function describeAlong({ catalog, name, relationName, object, column }: Dependent, own: ReadonlySet<string>): string[] {
  const kind = name !== relationName && column === 0 ? partKinds[catalog] : undefined;
  if (kind === undefined) return [object];
  return own.has(`${kind}:${relationName}.${name}`) ? [] : [`${kind} ${name} of ${relationName}`];
}

async function textsOf(
  read: ReadPinned,
  { schema, views, functions }: Dropped,
  undone: readonly Step[],
  versionNumber: number,
): Promise<ReplacedText[]> {
  const rows =
    views.length === 0
      ? []
      : await read<{
          oid: number;
        }>(`SELECT c.oid::bigint AS oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = ${quoteLiteral(schema)} AND c.relkind = 'v' AND c.relname IN (${views.map(quoteLiteral).join(', ')}) ORDER BY c.oid`);
  const states = await readViews(
    read,
    rows.map(({ oid }) => oid),
    versionNumber,
  );
  return [
    ...replacedStates(schema, states, [], []),
    ...(await readReplaced(
      read,
      schema,
      undone,
      functions.map((relation) => ({ act: 'drop function', relation })),
    )),
  ];
}

/** What a rollback declares to change: what is dropped, with all that belongs to it. Pure. */
export function declaredByDrop(
  { schema, tables, views, functions, columns, renames, parts }: Dropped,
  { relations }: Pick<DroppedToo, 'relations'>,
  { server, relationCount }: Pick<Snapshot, 'server' | 'relationCount'>,
): Declared {
  // The proof tells the view that bears a table's old name by another one than the table.
  const underOwnName = (view: string) => (renames.some(({ from }) => from === view) ? `${view} (view)` : view);
  const gone = new Set([...tables, ...views.map(underOwnName)]);
  const undone = new Set(parts);
  const altered = columns.map(({ table }) => table);
  return {
    scope: {
      schema,
      versionNumber: server.versionNumber,
      functions,
      inDetail: [
        ...[...new Set([...tables, ...views, ...altered, ...everyBaseTable, ...namesAcross(renames)])].map(
          (relation) => ({
            schema,
            relation,
          }),
        ),
        ...relations,
      ],
      ignoresCasts: false,
      hasMany: relationCount > MANY_RELATIONS,
      renames,
    },
    covers: ({ kind, schema: of, relation, name }) =>
      // These kinds are compared by number only. Nothing else can be missing: other objects are compared one by one.
      kind === 'security label' ||
      kind === 'dependency' ||
      (kind === 'pg_publication_rel' && gone.has(relation)) ||
      (of === schema &&
        (gone.has(relation) ||
          undone.has(`${kind}:${relation}.${name}`) ||
          (kind === 'index' && undone.has(`constraint:${relation}.${name}`)) ||
          (kind === 'function' && functions.includes(name.slice(0, name.indexOf('(')))))) ||
      relations.some((other) => other.schema === of && other.relation === relation),
  };
}

/** What was put on the objects and is lost with them: rights, comments, options. */
function propertiesQuery({ schema, tables, views, functions }: Dropped): string {
  const names = (list: readonly string[]) => `(${['', ...list].map(quoteLiteral).join(', ')})`;
  return `
WITH s AS (SELECT oid FROM pg_namespace WHERE nspname = ${quoteLiteral(schema)}),
r AS (SELECT c.* FROM pg_class c JOIN s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v') AND c.relname IN ${names([...tables, ...views])}),
f AS (SELECT p.oid, p.proowner, p.proacl, p.oid::regprocedure::text AS name FROM pg_proc p JOIN s ON s.oid = p.pronamespace WHERE p.proname IN ${names(functions)}),
role AS (SELECT oid, quote_ident(rolname) AS name FROM pg_roles UNION ALL SELECT 0, 'PUBLIC')
SELECT DISTINCT 'rights of ' || role.name || ' on ' || r.relname AS name FROM r, aclexplode(r.relacl) g, role WHERE role.oid = g.grantee AND g.grantee <> r.relowner
UNION SELECT 'rights of ' || role.name || ' on ' || r.relname || '.' || a.attname FROM r JOIN pg_attribute a ON a.attrelid = r.oid, aclexplode(a.attacl) g, role WHERE role.oid = g.grantee
UNION SELECT 'rights of ' || role.name || ' on ' || f.name FROM f, aclexplode(f.proacl) g, role WHERE role.oid = g.grantee AND g.grantee NOT IN (f.proowner, 0)
UNION SELECT 'comment on ' || pg_describe_object(d.classoid, d.objoid, d.objsubid) FROM pg_description d
       WHERE d.classoid = 'pg_class'::regclass AND d.objoid IN (SELECT oid FROM r UNION ALL SELECT i.indexrelid FROM pg_index i JOIN r ON r.oid = i.indrelid)
          OR d.classoid = 'pg_proc'::regclass AND d.objoid IN (SELECT oid FROM f)
          OR d.classoid = 'pg_constraint'::regclass AND d.objoid IN (SELECT k.oid FROM pg_constraint k JOIN r ON r.oid = k.conrelid)
UNION SELECT 'security label on ' || pg_describe_object(l.classoid, l.objoid, l.objsubid) FROM pg_seclabel l
       WHERE l.classoid = 'pg_class'::regclass AND l.objoid IN (SELECT oid FROM r) OR l.classoid = 'pg_proc'::regclass AND l.objoid IN (SELECT oid FROM f)
UNION SELECT 'options of ' || relname || ': ' || array_to_string(reloptions, ', ') FROM r WHERE reloptions IS NOT NULL
UNION SELECT 'row level security of ' || relname FROM r WHERE relrowsecurity OR relforcerowsecurity
UNION SELECT 'statistics target of ' || r.relname || '.' || a.attname FROM r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND a.attstattarget >= 0 AND r.relkind <> 'v'
ORDER BY 1`;
}
