import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { visible } from '../inert/visible.js';

/** Names of what is going to be dropped, all in one schema. */
export interface Dropped {
  readonly schema: string;
  readonly tables: readonly string[];
  readonly views: readonly string[];
  readonly functions: readonly string[];
}

/**
 * Finds what PostgreSQL would refuse to drop these for: views, foreign keys, functions, columns and whatever else
 * is built on them, directly or through views, and does not go with them.
 * @returns descriptions such as `view public.my_view`, in alphabetical order
 * @throws {DatabaseError}
 * @throws {ConnectionLost}
 */
export async function dependentsOfDropped(session: Session, dropped: Dropped): Promise<string[]> {
  const rows = await session.rows<{ name: string }>(dependentsQuery(dropped));
  return rows.map(({ name }) => visible(name));
}

/**
 * Follows pg_depend ("System Catalogs"): `n` is a dependency that stands in the way of DROP without CASCADE, `a` and `i`
 * are those of an object that goes with the one it depends on.
 */
function dependentsQuery({ schema, tables, views, functions }: Dropped): string {
  const names = (list: readonly string[]) => `(${['', ...list].map(quoteLiteral).join(', ')})`;
  return `
WITH RECURSIVE relation AS (
  SELECT c.oid, c.reltype FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = ${quoteLiteral(schema)}
     AND (c.relkind IN ('r', 'p') AND c.relname IN ${names(tables)} OR c.relkind = 'v' AND c.relname IN ${names(views)})
), dropped AS (
  SELECT 'pg_class'::regclass::oid AS classid, oid AS objid FROM relation
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid FROM relation r JOIN pg_type t ON t.oid = r.reltype OR t.typelem = r.reltype
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname = ${quoteLiteral(schema)} AND p.proname IN ${names(functions)}
), goes_along AS (
  SELECT classid, objid FROM dropped
  UNION
  SELECT d.classid, d.objid FROM pg_depend d JOIN dropped x ON d.refclassid = x.classid AND d.refobjid = x.objid
   WHERE d.deptype IN ('a', 'i')
), dependent AS (
  SELECT d.classid, d.objid, d.objsubid
    FROM pg_depend d JOIN dropped x ON d.refclassid = x.classid AND d.refobjid = x.objid
   WHERE d.deptype = 'n' AND NOT EXISTS (SELECT FROM goes_along g WHERE g.classid = d.classid AND g.objid = d.objid)
  UNION
  SELECT d.classid, d.objid, d.objsubid
    FROM dependent x
    JOIN pg_rewrite r ON x.classid = 'pg_rewrite'::regclass AND r.oid = x.objid
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.ev_class AND d.deptype = 'n'
)
SELECT DISTINCT COALESCE(
         (SELECT CASE v.relkind WHEN 'm' THEN 'materialized view ' WHEN 'v' THEN 'view ' ELSE 'rule of ' END || n.nspname || '.' || v.relname
            FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class JOIN pg_namespace n ON n.oid = v.relnamespace
           WHERE x.classid = 'pg_rewrite'::regclass AND r.oid = x.objid),
         pg_describe_object(x.classid, x.objid, x.objsubid)) AS name
  FROM dependent x
 ORDER BY name`;
}
