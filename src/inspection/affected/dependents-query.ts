import { quoteLiteral } from '../../database/quote.js';

/** What goes away, or changes so that what is built on it must go out of its way. */
export interface Start {
  readonly kind: 'column' | 'relation' | 'constraint' | 'index' | 'function';
  /** A table or view; of a function, its name. */
  readonly relation: string;
  readonly name?: string | undefined;
}

/** Something that depends on a start, directly or through what goes with it. */
export interface Dependent {
  /** The position of the start in the list that was asked about. */
  readonly start: number;
  /** The catalog that it stands in: `pg_class`, `pg_constraint`, … */
  readonly catalog: string;
  readonly oid: number;
  /** The number of its column, or 0 for the whole of it. */
  readonly column: number;
  /** In words, every name qualified. A view's query counts as the view. */
  readonly object: string;
  /** What it depends on, in words. */
  readonly on: string;
  /** Whether it depends on the start itself. */
  readonly direct: boolean;
  /** Whether PostgreSQL drops it along without a word. */
  readonly goesAlong: boolean;
  /** The relation that it is or is part of; null for a function, a type and so on. */
  readonly relation: number | null;
  readonly relationSchema: string | null;
  readonly relationName: string | null;
  readonly relationKind: string | null;
  /** Of a rule: whether it is a view's query. */
  readonly isViewQuery: boolean;
  /** Whether it is the query of a view that the steps take care of themselves. */
  readonly isOwnView: boolean;
  /** Whether it is what PostgreSQL makes for itself: the type of a relation, a constraint's index, a column's own default. */
  readonly isInternal: boolean;
  /** Name of a constraint, trigger or index within its relation. */
  readonly name: string | null;
  /** Whether every column that it covers goes away. */
  readonly coversOnlyGone: boolean;
}

/**
 * Follows pg_depend ("System Catalogs") from the starts through everything that goes with them, and through views.
 * `a` and `i` mark what PostgreSQL drops along, `n` what it refuses to drop for; every kind of object is reported.
 * @param ownViews views of the schema that the steps take care of themselves
 */
export function dependentsQuery(schema: string, starts: readonly Start[], ownViews: readonly string[]): string {
  const wanted = starts.map(
    ({ kind, relation, name }, n) =>
      `(${n}, ${quoteLiteral(kind)}, ${quoteLiteral(relation)}, ${name === undefined ? 'NULL' : quoteLiteral(name)})`,
  );
  const own =
    ownViews.length === 0
      ? 'false'
      : `(v.relnamespace = s.oid AND v.relname IN (${ownViews.map(quoteLiteral).join(', ')}))`;
  return `
WITH RECURSIVE wanted (n, kind, relation, name) AS (VALUES ${wanted.join(', ')}),
s AS (SELECT oid FROM pg_namespace WHERE nspname = ${quoteLiteral(schema)}),
start (n, classid, objid, objsubid) AS (
  SELECT w.n, 'pg_class'::regclass::oid, c.oid, COALESCE(a.attnum, 0)::integer
    FROM wanted w JOIN s ON true JOIN pg_class c ON c.relname = w.relation AND c.relnamespace = s.oid
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = w.name AND NOT a.attisdropped
   WHERE w.kind = 'relation' OR w.kind = 'column' AND a.attnum IS NOT NULL
  UNION ALL
  SELECT w.n, 'pg_constraint'::regclass, k.oid, 0
    FROM wanted w JOIN s ON true JOIN pg_class c ON c.relname = w.relation AND c.relnamespace = s.oid JOIN pg_constraint k ON k.conrelid = c.oid AND k.conname = w.name
   WHERE w.kind = 'constraint'
  UNION ALL
  SELECT w.n, 'pg_class'::regclass, i.indexrelid, 0
    FROM wanted w JOIN s ON true JOIN pg_class c ON c.relname = w.relation AND c.relnamespace = s.oid
    JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid AND x.relname = w.name
   WHERE w.kind = 'index'
  UNION ALL
  SELECT w.n, 'pg_proc'::regclass, p.oid, 0
    FROM wanted w JOIN s ON true JOIN pg_proc p ON p.proname = w.relation AND p.pronamespace = s.oid
   WHERE w.kind = 'function'
), gone (n, classid, objid, objsubid, silent) AS (
  SELECT n, classid, objid, objsubid, true FROM start
  UNION
  SELECT g.n, CASE WHEN v.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass::oid END, COALESCE(v.oid, d.objid), CASE WHEN v.oid IS NULL THEN d.objsubid ELSE 0 END,
         g.silent AND d.deptype <> 'n'
    FROM gone g
    JOIN pg_depend d ON d.refclassid = g.classid AND d.refobjid = g.objid AND (g.objsubid = 0 OR d.refobjsubid = g.objsubid)
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid AND r.rulename = '_RETURN' AND d.deptype = 'n'
    LEFT JOIN pg_class v ON v.oid = r.ev_class
    JOIN s ON true
   WHERE d.deptype IN ('a', 'i', 'P', 'S') OR (v.oid IS NOT NULL AND NOT ${own})
), silent AS (
  SELECT classid, objid, objsubid FROM gone WHERE silent
), lost_column AS (
  SELECT objid AS relation, array_agg(objsubid) AS numbers FROM start WHERE objsubid > 0 GROUP BY objid
), edge AS (
  SELECT DISTINCT g.n, d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype, g.silent,
         EXISTS (SELECT FROM start t WHERE t.n = g.n AND t.classid = d.refclassid AND t.objid = d.refobjid) AS direct
    FROM gone g
    JOIN pg_depend d ON d.refclassid = g.classid AND d.refobjid = g.objid AND (g.objsubid = 0 OR d.refobjsubid = g.objsubid)
)
SELECT e.n AS start, e.classid::regclass::text AS catalog, e.objid::bigint AS oid, e.objsubid AS "column",
       CASE WHEN r.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
            ELSE pg_describe_object(e.classid, e.objid, e.objsubid) END AS object,
       pg_describe_object(e.refclassid, e.refobjid, e.refobjsubid) AS "on",
       e.direct,
       e.silent AND e.deptype <> 'n' OR EXISTS (SELECT FROM silent x WHERE x.classid = e.classid AND x.objid = e.objid AND x.objsubid IN (0, e.objsubid)) AS "goesAlong",
       v.oid::bigint AS relation, nv.nspname AS "relationSchema", v.relname AS "relationName", v.relkind AS "relationKind",
       COALESCE(r.rulename = '_RETURN', false) AS "isViewQuery",
       COALESCE(r.rulename = '_RETURN', false) AND ${own} AS "isOwnView",
       e.deptype = 'i' OR e.classid = 'pg_type'::regclass AND e.deptype <> 'n'
         OR COALESCE(t.tgisinternal, v.relkind = 't', false) OR COALESCE(k.contype = 'n' AND cardinality(k.conkey) = 1, false)
         OR (f.adrelid = e.refobjid AND f.adnum = e.refobjsubid AND e.refclassid = 'pg_class'::regclass AND e.deptype = 'a') IS TRUE
         -- Up to 13 a view's query depends on the view itself.
         OR (r.rulename = '_RETURN' AND r.ev_class = e.refobjid AND e.refclassid = 'pg_class'::regclass) IS TRUE AS "isInternal",
       COALESCE(k.conname, t.tgname, c.relname)::text AS name,
       COALESCE((SELECT cardinality(k.conkey) > 0 AND k.conkey::integer[] <@ l.numbers FROM lost_column l WHERE l.relation = k.conrelid),
                (SELECT i.indkey::int2[]::integer[] <@ l.numbers AND i.indnatts > 0 FROM pg_index i JOIN lost_column l ON l.relation = i.indrelid WHERE i.indexrelid = c.oid), false) AS "coversOnlyGone"
  FROM edge e
  JOIN s ON true
  LEFT JOIN pg_rewrite r ON e.classid = 'pg_rewrite'::regclass AND r.oid = e.objid
  LEFT JOIN pg_trigger t ON e.classid = 'pg_trigger'::regclass AND t.oid = e.objid
  LEFT JOIN pg_constraint k ON e.classid = 'pg_constraint'::regclass AND k.oid = e.objid
  LEFT JOIN pg_attrdef f ON e.classid = 'pg_attrdef'::regclass AND f.oid = e.objid
  LEFT JOIN pg_policy p ON e.classid = 'pg_policy'::regclass AND p.oid = e.objid
  LEFT JOIN pg_class c ON e.classid = 'pg_class'::regclass AND c.oid = e.objid
  LEFT JOIN pg_index ix ON ix.indexrelid = c.oid
  LEFT JOIN pg_class v ON v.oid = COALESCE(r.ev_class, t.tgrelid, NULLIF(k.conrelid, 0), f.adrelid, p.polrelid, ix.indrelid, c.oid)
  LEFT JOIN pg_namespace nv ON nv.oid = v.relnamespace
 ORDER BY e.n, object`;
}
