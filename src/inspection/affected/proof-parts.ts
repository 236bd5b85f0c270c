import { FIRST_USER_OID, ofRelations } from '../../catalog/catalogs.js';
import { quoteLiteral } from '../../database/quote.js';

/** Columns that change by themselves, or follow from columns, constraints and indexes that are compared. */
const passing = [
  'oid',
  'relname',
  'relnamespace',
  'relowner',
  'relacl',
  'reloptions',
  'relfilenode',
  'reltype',
  'reltoastrelid',
  'relpages',
  'reltuples',
  'relallvisible',
  'relallfrozen',
  'relhasindex',
  'relnatts',
  'relchecks',
  'relhasrules',
  'relhastriggers',
  'relhassubclass',
  'relfrozenxid',
  'relminmxid',
  'relrewrite',
];

const rights = (acl: string) =>
  `(SELECT string_agg(concat(g.grantee, '=', g.privilege_type, g.is_grantable, '/', g.grantor), ',' ORDER BY g.grantee, g.privilege_type, g.grantor, g.is_grantable) FROM aclexplode(${acl}) g)`;
const list = (names: readonly string[]) => `ARRAY[${names.map(quoteLiteral).join(', ')}]`;

/**
 * The SELECTs that render each property of the relations in detail, which stand in the CTE `r`.
 * @param text wraps an expression that renders a definition
 */
export function detailedParts(text: (definition: string) => string): string {
  return `
  SELECT CASE WHEN r.indexrelid IS NULL THEN 'relation' ELSE 'index' END, r.nspname, r.relation, CASE WHEN r.indexrelid IS NULL THEN '' ELSE r.relname::text END, v.aspect, v.state
    FROM r LEFT JOIN comment d ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid AND d.objsubid = 0,
         LATERAL (VALUES ('owner', r.relowner::text), ('options', r.reloptions::text), ('comment', d.description),
                         ('rights', CASE WHEN r.indexrelid IS NULL AND r.relkind <> 'c' THEN ${rights(`COALESCE(r.relacl, acldefault(CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", r.relowner))`)} END),
                         ('everything', (to_jsonb(r) - ${list([...passing, 'nspname', 'relation', 'indexrelid'])})::text)) v (aspect, state)
  UNION ALL
  SELECT 'column', r.nspname, r.relation, a.attname::text, v.aspect, v.state
    FROM r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND r.indexrelid IS NULL
    LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    LEFT JOIN comment d ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid AND d.objsubid = a.attnum,
         LATERAL (VALUES ('definition', concat_ws(' ', a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated, a.attcollation, ${text('pg_get_expr(f.adbin, f.adrelid)')})),
                         ('options', concat_ws(' ', a.attoptions, a.attfdwoptions, COALESCE(a.attstattarget, -1), a.attstorage, to_jsonb(a) ->> 'attcompression', a.attislocal, a.attinhcount)),
                         ('comment', d.description), ('rights', CASE WHEN a.attacl IS NOT NULL THEN ${rights('a.attacl')} END)) v (aspect, state)
  UNION ALL
  SELECT 'index', r.nspname, r.relation, r.relname::text, v.aspect, v.state
    FROM r JOIN pg_index i ON i.indexrelid = r.oid,
         LATERAL (VALUES ('definition', ${text('pg_get_indexdef(r.oid)')}),
                         ('marks', concat_ws(' ', i.indisclustered, i.indisreplident, i.indisvalid,
                                             (SELECT string_agg(concat(a.attnum, ':', a.attstattarget), ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attstattarget >= 0)))) v (aspect, state)
  UNION ALL
  SELECT 'constraint', r.nspname, r.relation, k.conname::text, v.aspect, v.state
    FROM pg_constraint k JOIN r ON r.oid = k.conrelid LEFT JOIN comment d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid,
         LATERAL (VALUES ('definition', ${text('pg_get_constraintdef(k.oid)')}), ('comment', d.description),
                         ('marks', concat_ws(' ', k.convalidated, k.conislocal, k.coninhcount, (SELECT string_agg(DISTINCT t.tgenabled::text, '') FROM pg_trigger t WHERE t.tgconstraint = k.oid)))) v (aspect, state)
   -- What a partition has of its parent's, and a foreign key of each partition that it points to, belongs to the parent.
   WHERE k.contype NOT IN ('n', 't') AND k.conparentid = 0
  UNION ALL
  SELECT 'rule', r.nspname, r.relation, w.rulename::text, v.aspect, v.state
    FROM pg_rewrite w JOIN r ON r.oid = w.ev_class LEFT JOIN comment d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = w.oid,
         LATERAL (VALUES ('definition', ${text('pg_get_ruledef(w.oid)')}), ('marks', w.ev_enabled::text), ('comment', d.description)) v (aspect, state)
  UNION ALL
  SELECT 'trigger', r.nspname, r.relation, t.tgname::text, v.aspect, v.state
    FROM pg_trigger t JOIN r ON r.oid = t.tgrelid LEFT JOIN comment d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid,
         LATERAL (VALUES ('definition', ${text('pg_get_triggerdef(t.oid)')}), ('marks', t.tgenabled::text), ('comment', d.description)) v (aspect, state)
   WHERE NOT t.tgisinternal
  UNION ALL
  SELECT 'policy', r.nspname, r.relation, p.polname::text, v.aspect, v.state
    FROM pg_policy p JOIN r ON r.oid = p.polrelid LEFT JOIN comment d ON d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid,
         LATERAL (VALUES ('definition', concat_ws(' ', p.polcmd, p.polpermissive, p.polroles, ${text('pg_get_expr(p.polqual, p.polrelid)')}, '/', ${text('pg_get_expr(p.polwithcheck, p.polrelid)')})), ('comment', d.description)) v (aspect, state)
  UNION ALL
  SELECT 'statistics', r.nspname, r.relation, x.stxname::text, v.aspect, v.state
    FROM pg_statistic_ext x JOIN r ON r.oid = x.stxrelid LEFT JOIN comment d ON d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = x.oid,
         LATERAL (VALUES ('definition', ${text('pg_get_statisticsobjdef(x.oid)')}), ('owner', x.stxowner::text), ('marks', COALESCE(x.stxstattarget, -1)::text), ('comment', d.description)) v (aspect, state)
  UNION ALL
  SELECT 'relation', r.nspname, r.relation, '', 'sequence', to_jsonb(q)::text FROM pg_sequence q JOIN r ON r.oid = q.seqrelid
  UNION ALL
  SELECT 'relation', r.nspname, r.relation, '', 'parent ' || h.inhparent, h.inhseqno::text FROM pg_inherits h JOIN r ON r.oid = h.inhrelid
  UNION ALL
  SELECT 'relation', r.nspname, r.relation, '', 'owned by', concat(d.refobjid, ' ', d.refobjsubid)
    FROM pg_depend d JOIN r ON r.oid = d.objid AND r.relkind = 'S' WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')`;
}

/** A comment may be on the relation or on any part of it. */
const commentOf = `COALESCE(k.conrelid, t.tgrelid, w.ev_class, p.polrelid, s.stxrelid, CASE WHEN c.classoid = 'pg_class'::regclass THEN c.objoid END)`;

/** Where the catalog rows of each relation stand, each row as `c`. Triggers of a foreign key are made anew with the key that points here. */
const places: readonly { catalog: string; relation: string; from: string; where: string }[] = [
  ...ofRelations.map(([catalog, relation]) => ({
    catalog,
    relation: `c.${relation}`,
    from: `${catalog} c`,
    where: `c.${relation} >= ${FIRST_USER_OID}`,
  })),
  { catalog: 'pg_trigger', relation: 'c.tgrelid', from: 'pg_trigger c', where: 'NOT c.tgisinternal' },
  {
    catalog: 'pg_description',
    relation: commentOf,
    from: `comment c LEFT JOIN pg_constraint k ON c.classoid = 'pg_constraint'::regclass AND k.oid = c.objoid LEFT JOIN pg_trigger t ON c.classoid = 'pg_trigger'::regclass AND t.oid = c.objoid
    LEFT JOIN pg_rewrite w ON c.classoid = 'pg_rewrite'::regclass AND w.oid = c.objoid LEFT JOIN pg_policy p ON c.classoid = 'pg_policy'::regclass AND p.oid = c.objoid
    LEFT JOIN pg_statistic_ext s ON c.classoid = 'pg_statistic_ext'::regclass AND s.oid = c.objoid`,
    where: 'true',
  },
];

/** SELECTs of the place and the transaction of every catalog row that belongs to a relation: relation, catalog, ctid, xmin. */
export const restRows = places
  .map(
    ({ catalog, relation, from, where }) =>
      `  SELECT ${relation}, '${catalog}', c.ctid, c.xmin FROM ${from} WHERE ${where}`,
  )
  .join('\n  UNION ALL\n');

/**
 * SELECTs of how many there are in each catalog of the relations of each schema, but for those that are told in detail: schema, catalog, rows.
 * Each is counted by itself, because PostgreSQL would sort all of them.
 * @param isCounted the condition for a row, given its transaction
 */
export const restCounts = (isCounted: (by: string) => string): string =>
  places
    .map(
      ({ catalog, relation, from, where }) =>
        `  SELECT e.nspname, '${catalog}', count(*) FROM ${from} JOIN every e ON NOT e.detailed AND e.oid = ${relation} WHERE ${where} AND ${isCounted('c.xmin')} GROUP BY e.nspname`,
    )
    .join('\n  UNION ALL\n');
