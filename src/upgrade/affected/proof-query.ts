import { quoteLiteral } from '../../database/quote.js';

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
  readonly versionNumber: number;
  /** Relations whose properties are told one by one. Of every other one there is a single hash. */
  readonly inDetail: readonly { schema: string; relation: string }[];
  /** Whether casts do not count: a column's new type changes the casts around it and nothing of the meaning. */
  readonly ignoresCasts: boolean;
}

/** Catalogs whose rows are compared as they are, and from which version on they are there ("System Catalogs"). */
const asTheyAre: readonly (readonly [catalog: string, since: number])[] = [
  ['pg_extension', 0], ['pg_namespace', 0], ['pg_cast', 0], ['pg_operator', 0], ['pg_opclass', 0], ['pg_opfamily', 0], ['pg_amop', 0], ['pg_amproc', 0],
  ['pg_am', 0], ['pg_collation', 0], ['pg_conversion', 0], ['pg_ts_config', 0], ['pg_ts_dict', 0], ['pg_ts_parser', 0], ['pg_ts_template', 0],
  ['pg_publication', 0], ['pg_publication_rel', 0], ['pg_publication_namespace', 150000], ['pg_event_trigger', 0], ['pg_foreign_data_wrapper', 0],
  ['pg_foreign_server', 0], ['pg_transform', 0], ['pg_language', 0], ['pg_default_acl', 0],
];
/** Oids below are PostgreSQL's own (FirstNormalObjectId in its source). */
const FIRST_USER_OID = 16384;

/** What changes by itself, or follows from columns, constraints and indexes that are compared themselves. */
const passing = ['oid', 'relname', 'relnamespace', 'relowner', 'relacl', 'reloptions', 'relfilenode', 'reltype', 'reltoastrelid', 'relpages', 'reltuples', 'relallvisible', 'relallfrozen',
  'relhasindex', 'relnatts', 'relchecks', 'relhasrules', 'relhastriggers', 'relhassubclass', 'relfrozenxid', 'relminmxid', 'relrewrite'];

const rights = (acl: string) => `(SELECT string_agg(concat(g.grantee, '=', g.privilege_type, g.is_grantable, '/', g.grantor), ',' ORDER BY g.grantee, g.privilege_type, g.grantor, g.is_grantable) FROM aclexplode(${acl}) g)`;
const list = (names: readonly string[]) => `ARRAY[${names.map(quoteLiteral).join(', ')}]`;

/**
 * Everything in the database that is not PostgreSQL's own or the record of the runs, property by property. Rows of
 * catalogs are taken whole where that is possible, so that a kind of object or a property that this program never
 * heard of counts too.
 */
export function proofQuery({ versionNumber, inDetail, ignoresCasts }: ProofScope): string {
  const text = (definition: string) => (ignoresCasts ? `regexp_replace(${definition}, '::[a-z ]+([(][0-9]+[)])?|[() ]', '', 'g')` : definition);
  const detailed = [...inDetail.map(({ schema, relation }) => `(${quoteLiteral(schema)}, ${quoteLiteral(relation)})`), `('', '')`].join(', ');
  const raw = asTheyAre.filter(([, since]) => versionNumber >= since).map(([catalog]) => `
  SELECT '${catalog}', ''::text, ${catalog === 'pg_publication_rel' ? '(SELECT relname::text FROM pg_class WHERE oid = x.prrelid)' : `''`},
         COALESCE(pg_describe_object('${catalog}'::regclass, x.oid, 0), '') || ' ' || x.oid, 'everything', to_jsonb(x)::text FROM ${catalog} x WHERE x.oid >= ${FIRST_USER_OID}`);
  return `
WITH n AS (
  SELECT oid, nspname::text FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'yokeflow_upgrade')
), r AS (
  SELECT c.*, n.nspname, COALESCE(t.relname, c.relname)::text AS relation, i.indexrelid
    FROM pg_class c JOIN n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
), comment AS (
  SELECT classoid, objoid, objsubid, description FROM pg_description
), part (kind, schema, relation, name, aspect, state) AS (
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
         LATERAL (VALUES ('definition', concat_ws(' ', a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated, a.attcollation, pg_get_expr(f.adbin, f.adrelid))),
                         ('options', concat_ws(' ', a.attoptions, a.attfdwoptions, COALESCE(a.attstattarget, -1), a.attstorage, a.attislocal, a.attinhcount)),
                         ('comment', d.description), ('rights', CASE WHEN a.attacl IS NOT NULL THEN ${rights('a.attacl')} END)) v (aspect, state)
  UNION ALL
  SELECT 'index', r.nspname, r.relation, r.relname::text, v.aspect, v.state
    FROM r JOIN pg_index i ON i.indexrelid = r.oid,
         LATERAL (VALUES ('definition', ${text('pg_get_indexdef(r.oid)')}),
                         ('marks', concat_ws(' ', i.indisclustered, i.indisreplident, i.indisvalid,
                                             (SELECT string_agg(concat(a.attnum, ':', a.attstattarget), ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attstattarget >= 0)))) v (aspect, state)
  UNION ALL
  SELECT 'constraint', n.nspname, COALESCE(c.relname, y.typname)::text, k.conname::text, v.aspect, v.state
    FROM pg_constraint k JOIN n ON n.oid = k.connamespace LEFT JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_type y ON y.oid = k.contypid
    LEFT JOIN comment d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid,
         LATERAL (VALUES ('definition', ${text('pg_get_constraintdef(k.oid)')}), ('comment', d.description),
                         ('marks', concat_ws(' ', k.convalidated, k.conislocal, k.coninhcount, (SELECT string_agg(DISTINCT t.tgenabled::text, '') FROM pg_trigger t WHERE t.tgconstraint = k.oid)))) v (aspect, state)
   WHERE k.contype NOT IN ('n', 't')
  UNION ALL
  SELECT 'rule', r.nspname, r.relation, w.rulename::text, v.aspect, v.state
    FROM pg_rewrite w JOIN r ON r.oid = w.ev_class LEFT JOIN comment d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = w.oid,
         LATERAL (VALUES ('definition', ${text('pg_get_ruledef(w.oid)')}), ('marks', w.ev_enabled::text), ('comment', d.description)) v (aspect, state)
  UNION ALL
  SELECT 'trigger', r.nspname, r.relation, t.tgname::text, v.aspect, v.state
    FROM pg_trigger t JOIN r ON r.oid = t.tgrelid LEFT JOIN comment d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid,
         LATERAL (VALUES ('definition', pg_get_triggerdef(t.oid)), ('marks', t.tgenabled::text), ('comment', d.description)) v (aspect, state)
   WHERE NOT t.tgisinternal
  UNION ALL
  SELECT 'policy', r.nspname, r.relation, p.polname::text, v.aspect, v.state
    FROM pg_policy p JOIN r ON r.oid = p.polrelid LEFT JOIN comment d ON d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid,
         LATERAL (VALUES ('definition', concat_ws(' ', p.polcmd, p.polpermissive, p.polroles, pg_get_expr(p.polqual, p.polrelid), '/', pg_get_expr(p.polwithcheck, p.polrelid))), ('comment', d.description)) v (aspect, state)
  UNION ALL
  SELECT 'statistics', n.nspname, c.relname::text, x.stxname::text, v.aspect, v.state
    FROM pg_statistic_ext x JOIN n ON n.oid = x.stxnamespace JOIN pg_class c ON c.oid = x.stxrelid LEFT JOIN comment d ON d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = x.oid,
         LATERAL (VALUES ('definition', ${text('pg_get_statisticsobjdef(x.oid)')}), ('owner', x.stxowner::text), ('marks', COALESCE(x.stxstattarget, -1)::text), ('comment', d.description)) v (aspect, state)
  UNION ALL
  SELECT 'function', n.nspname, '', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', v.aspect, v.state
    FROM pg_proc p JOIN n ON n.oid = p.pronamespace LEFT JOIN comment d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid,
         LATERAL (VALUES ('definition', (to_jsonb(p) - ${list(['oid', 'proname', 'proowner', 'proacl'])})::text), ('owner', p.proowner::text), ('rights', p.proacl::text), ('comment', d.description),
                         ('marks', (SELECT to_jsonb(g)::text FROM pg_aggregate g WHERE g.aggfnoid = p.oid))) v (aspect, state)
  UNION ALL
  SELECT 'type', n.nspname, '', y.typname::text, v.aspect, v.state
    FROM pg_type y JOIN n ON n.oid = y.typnamespace LEFT JOIN pg_class c ON c.oid = y.typrelid LEFT JOIN comment d ON d.classoid = 'pg_type'::regclass AND d.objoid = y.oid,
         LATERAL (VALUES ('everything', to_jsonb(y)::text), ('comment', d.description)) v (aspect, state)
   WHERE (y.typrelid = 0 OR c.relkind = 'c') AND y.typcategory <> 'A'
  UNION ALL
  SELECT 'label', '', '', concat(e.enumtypid, ' ', e.enumlabel), 'everything', e.enumsortorder::text FROM pg_enum e
  UNION ALL
  SELECT 'relation', r.nspname, r.relation, '', 'sequence', to_jsonb(q)::text FROM pg_sequence q JOIN r ON r.oid = q.seqrelid
  UNION ALL
  SELECT 'relation', r.nspname, r.relation, '', 'parent ' || h.inhparent, h.inhseqno::text FROM pg_inherits h JOIN r ON r.oid = h.inhrelid
  UNION ALL
  SELECT 'relation', r.nspname, r.relation, '', 'owned by', concat(d.refobjid, ' ', d.refobjsubid)
    FROM pg_depend d JOIN r ON r.oid = d.objid AND r.relkind = 'S' WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  UNION ALL
  SELECT 'dependency', '', '', pg_describe_object(d.classid, d.objid, d.objsubid) || ' on ' || pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid), 'everything', ''
    FROM pg_depend d WHERE d.deptype = 'x'
  UNION ALL
  SELECT 'security label', '', '', concat(l.classoid, ' ', l.objoid, ' ', l.objsubid, ' ', l.provider), 'everything', l.label FROM pg_seclabel l
  UNION ALL
  SELECT 'comment', '', '', concat(d.classoid, ' ', d.objoid), 'comment', d.description FROM comment d
   WHERE d.objoid >= ${FIRST_USER_OID} AND d.classoid NOT IN ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_rewrite'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
                                                             'pg_statistic_ext'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
  UNION ALL${raw.join('\n  UNION ALL')}
), hashed AS (
  SELECT kind, schema, relation, name, aspect, md5(state) AS state, (schema, relation) IN (${detailed}) OR relation = '' AS detailed FROM part WHERE state IS NOT NULL
)
SELECT kind, schema, relation, name, aspect, state FROM hashed WHERE detailed
UNION ALL
SELECT 'relation', schema, relation, '', 'everything', md5(string_agg(concat_ws(' ', kind, name, aspect, state), ',' ORDER BY kind, name, aspect, state)) FROM hashed WHERE NOT detailed GROUP BY schema, relation`;
}
