import { FIRST_USER_OID, ofDatabase } from '../../catalog/catalogs.js';
import { quoteLiteral } from '../../database/quote.js';
import type { Rename } from '../../releases/release.js';
import { detailedParts, restCounts, restRows } from './proof-parts.js';

/** One property of one object, hashed. Two moments differ where the hash of the same property does. */
export interface ObjectState {
  /** `relation`, `column`, `constraint`, `index`, `rule`, `trigger`, `policy`, `statistics`, `function`, `type` or the name of a catalog. */
  readonly kind: string;
  readonly schema: string;
  /** The table, view or sequence; empty for what belongs to none. */
  readonly relation: string;
  readonly name: string;
  /** `definition`, `owner`, `rights`, `options`, `comment` or `everything`. */
  readonly aspect: string;
  readonly state: string;
}

export interface ProofScope {
  /** YokeFlow's. */
  readonly schema: string;
  readonly versionNumber: number;
  /** Relations whose properties are told one by one. Of every other one there is a single hash. */
  readonly inDetail: readonly { schema: string; relation: string }[];
  /** Functions of that schema whose properties are told one by one. */
  readonly functions: readonly string[];
  /** Whether casts do not count: a column's new type changes the casts around it and nothing of the meaning. */
  readonly ignoresCasts: boolean;
  /** Whether there are so many relations that the others are counted together, which tells a change and not whose it is. */
  readonly hasMany: boolean;
  /** Tables that get another name, and with them their parts: told under the old name before and after. */
  readonly renames: readonly Rename[];
}

const list = (names: readonly string[]) => `ARRAY[${names.map(quoteLiteral).join(', ')}]`;

/**
 * Everything in the database that is not PostgreSQL's own or the record of the runs. Of the relations in detail, each
 * property is rendered. Of all else the place and the transaction of each catalog row are taken: a row that nobody
 * wrote has both as before (vacuum counts in place), whatever kind of object it is for, and nothing has to be rendered.
 */
export function proofQuery({
  schema,
  versionNumber,
  inDetail,
  functions,
  ignoresCasts,
  hasMany,
  renames,
}: ProofScope): string {
  const named = (name: string) =>
    renames.reduce((sql, { from, to }) => `replace(${sql}, ${quoteLiteral(to)}, ${quoteLiteral(from)})`, name);
  const withoutCasts = (definition: string) =>
    ignoresCasts ? `regexp_replace(${definition}, '::[a-z ]+([(][0-9]+[)])?|[() ]', '', 'g')` : definition;
  const text = (definition: string) => named(withoutCasts(definition));
  const detailed = [
    ...inDetail.map(({ schema: of, relation }) => `(${quoteLiteral(of)}, ${quoteLiteral(relation)})`),
    `('', '')`,
  ].join(', ');
  const ownFunction = `(n.nspname = ${quoteLiteral(schema)} AND p.proname IN (${['', ...functions].map(quoteLiteral).join(', ')}))`;
  const raw = ofDatabase(versionNumber).map((catalog) => rawRows(catalog, named));
  return `
WITH n AS (
  SELECT oid, nspname::text FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'yokeflow_upgrade')
), every AS (
  SELECT c.oid, n.nspname, ${underOldName(schema, renames)} AS relation, (n.nspname, COALESCE(t.relname, c.relname)) IN (VALUES ${detailed}) AS detailed
    FROM pg_class c JOIN n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
), r AS MATERIALIZED (
  SELECT c.*, e.nspname, e.relation, i.indexrelid
    FROM every e JOIN pg_class c ON c.oid = e.oid LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE e.detailed
), comment AS MATERIALIZED (
  SELECT classoid, objoid, objsubid, description, ctid, xmin FROM pg_description WHERE objoid >= ${FIRST_USER_OID}
), part (kind, schema, relation, name, aspect, state) AS (
${detailedParts(text)}
  UNION ALL
  SELECT 'function', n.nspname, '', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', v.aspect, v.state
    FROM pg_proc p JOIN n ON n.oid = p.pronamespace LEFT JOIN comment d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid,
         LATERAL (VALUES ('definition', (to_jsonb(p) - ${list(['oid', 'proname', 'proowner', 'proacl'])})::text), ('owner', p.proowner::text), ('rights', p.proacl::text), ('comment', d.description)) v (aspect, state)
   WHERE ${ownFunction}
  UNION ALL
  SELECT 'function', n.nspname, '', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', 'everything', concat(p.ctid, p.xmin, d.ctid, d.xmin)
    FROM pg_proc p JOIN n ON n.oid = p.pronamespace LEFT JOIN comment d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
   WHERE NOT ${ownFunction}
  UNION ALL
  SELECT 'type', n.nspname, '', y.typname::text, 'everything', concat(y.ctid, y.xmin, d.ctid, d.xmin)
    FROM pg_type y JOIN n ON n.oid = y.typnamespace LEFT JOIN comment d ON d.classoid = 'pg_type'::regclass AND d.objoid = y.oid
   WHERE y.typrelid = 0 AND y.typcategory <> 'A'
  UNION ALL
  SELECT 'constraint', n.nspname, '', concat(k.conname, ' of ', format_type(k.contypid, NULL)), 'everything', concat(k.ctid, k.xmin)
    FROM pg_constraint k JOIN n ON n.oid = k.connamespace WHERE k.contypid <> 0
  UNION ALL
  SELECT 'label', '', '', concat(e.enumtypid, ' ', e.enumlabel), 'everything', e.enumsortorder::text FROM pg_enum e
  UNION ALL
  SELECT 'dependency', '', '', pg_describe_object(d.classid, d.objid, d.objsubid) || ' on ' || pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid), 'everything', ''
    FROM pg_depend d WHERE d.deptype = 'x'
  UNION ALL
  SELECT 'security label', '', '', concat(l.classoid, ' ', l.objoid, ' ', l.objsubid, ' ', l.provider), 'everything', l.label FROM pg_seclabel l
  UNION ALL
  SELECT 'comment', '', '', concat(d.classoid, ' ', d.objoid), 'comment', d.description FROM comment d
   WHERE d.classoid NOT IN ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_rewrite'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
                            'pg_statistic_ext'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
  UNION ALL${raw.join('\n  UNION ALL')}
), catalog_row ${hasMany ? `(schema, catalog, rows) AS (\n${restCounts(isOlder)}` : `(relid, catalog, at, by) AS (\n${restRows}`}
)
SELECT kind, schema, relation, name, aspect, md5(state) AS state FROM part WHERE state IS NOT NULL
UNION ALL
${hasMany ? countedTogether : eachByItself}`;
}

/** How the proof calls the relations that it counts together. */
export const TOGETHER = 'tables that no step touches';

const eachByItself = `
SELECT 'relation', e.nspname, e.relation, '', 'everything', sum(hashtextextended(concat(w.catalog, w.at, w.by), 0)::numeric)::text
  FROM every e JOIN catalog_row w ON w.relid = e.oid WHERE NOT e.detailed GROUP BY e.nspname, e.relation`;

/**
 * Whoever changes or removes a row of a catalog leaves one less that is older than this transaction. Others' new rows do not count. Asking for
 * the transaction's number gives it one ("txid_current").
 */
const countedTogether = `
SELECT '${TOGETHER}', schema, '', catalog, 'everything', rows::text FROM catalog_row`;

const isOlder = (by: string): string => `age(${by}) > (SELECT age((txid_current() % 4294967296)::text::xid))`;

/** How the proof calls a table that makes way for another one, which takes its name. */
export const madeWay = (name: string): string => `${name} (made way)`;

/** The name of a relation or of an index's table. The view that goes on under a table's old name is another relation. */
function underOldName(schema: string, renames: readonly Rename[]): string {
  const name = 'COALESCE(t.relname, c.relname)::text';
  if (renames.length === 0) return name;
  const whens = renames.flatMap(({ from, to }) => [
    `WHEN c.relkind = 'v' AND c.relname = ${quoteLiteral(from)} THEN ${quoteLiteral(`${from} (view)`)}`,
    ...[to, `${to}_id_seq`].map((now) => {
      const before = now.replace(to, from);
      // As long as there is one of the old name, that of the new name is another table, which makes way for it.
      const isOther = `EXISTS (SELECT FROM pg_class o WHERE o.relnamespace = c.relnamespace AND o.relname = ${quoteLiteral(before)} AND o.relkind <> 'v')`;
      return `WHEN COALESCE(t.relname, c.relname) = ${quoteLiteral(now)} THEN CASE WHEN ${isOther} THEN ${quoteLiteral(madeWay(now))} ELSE ${quoteLiteral(before)} END`;
    }),
  ]);
  return `CASE WHEN n.nspname <> ${quoteLiteral(schema)} THEN ${name} ${whens.join(' ')} ELSE ${name} END`;
}

function rawRows(catalog: string, named: (name: string) => string): string {
  const table = named('(SELECT relname::text FROM pg_class WHERE oid = x.prrelid)');
  return `
  SELECT '${catalog}', ''::text, ${catalog === 'pg_publication_rel' ? table : `''`},
         ${named(`COALESCE(pg_describe_object('${catalog}'::regclass, x.oid, 0), x.oid::text)`)}, 'everything', to_jsonb(x)::text FROM ${catalog} x WHERE x.oid >= ${FIRST_USER_OID}`;
}
