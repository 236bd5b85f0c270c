/**
 * Parts of the catalog query about whom this session can trust. They refer to its CTEs `rel` (the relations of the schema
 * that was chosen) and `chosen` (that schema).
 */

/** The role that the transaction's statements run as: the owner of YokeFlow's tables, else the one that connected. */
export const actingRoleQuery = `
  SELECT COALESCE((SELECT relowner FROM rel WHERE relname = 'sessions' AND relkind IN ('r', 'p')),
                  (SELECT oid FROM pg_roles WHERE rolname = current_user)) AS role`;

/**
 * Whether whoever owns something gains nothing by having it run with the rights of this session: a superuser, or a
 * member of the role that connected.
 */
const gainsNothing = (owner: string) => `(SELECT r.rolsuper OR pg_has_role(r.oid, session_user, 'MEMBER') FROM pg_roles r WHERE r.oid = ${owner})`;

/**
 * Operators, and functions with the name of one of PostgreSQL's own, that a role which would gain by it has put where
 * the steps and probes look for names. PostgreSQL takes the one whose argument types fit best, wherever on the path it
 * is ("Operator Type Resolution", "Function Type Resolution"; CVE-2018-1058).
 */
export const shadowingQuery = `
  SELECT json_agg(json_build_object('object', object, 'owner', pg_get_userbyid(owner)) ORDER BY object)
    FROM (SELECT 'operator ' || o.oid::regoperator::text AS object, o.oprowner AS owner, 'pg_operator'::regclass AS classid, o.oid AS objid, o.oprnamespace AS namespace FROM pg_operator o
          UNION ALL
          SELECT CASE p.prokind WHEN 'a' THEN 'aggregate ' WHEN 'p' THEN 'procedure ' ELSE 'function ' END || p.oid::regprocedure::text, p.proowner, 'pg_proc'::regclass, p.oid, p.pronamespace
            FROM pg_proc p WHERE p.proname IN (SELECT b.proname FROM pg_proc b WHERE b.pronamespace = 'pg_catalog'::regnamespace)) o
   WHERE o.namespace IN (SELECT oid FROM chosen UNION SELECT extnamespace FROM pg_extension WHERE extname IN ('uuid-ossp', 'pgcrypto'))
     AND o.namespace <> 'pg_catalog'::regnamespace
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.classid AND d.objid = o.objid AND d.deptype = 'e')
     AND NOT ${gainsNothing('o.owner')}`;

/**
 * Tables whose rows a policy hides from the role that does the work. Owners are exempt unless it is forced, superusers
 * and roles with BYPASSRLS always ("Row Security Policies").
 */
export const hiddenRowsQuery = `
  SELECT json_agg(c.relname ORDER BY c.relname)
    FROM (${actingRoleQuery}) a JOIN pg_roles r ON r.oid = a.role
    JOIN pg_class c ON c.relnamespace IN (SELECT oid FROM chosen)
   WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls
     AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE'))`;

/**
 * Whether a table may be taken for the record of runs: an ordinary one of the database's owner, of the owner of
 * YokeFlow's tables or of a superuser, with nothing on it that would run the code of anybody else.
 */
export const historyIsTrusted = (table: string, tablesOwner: string) => {
  const trusted = (owner: string) => `(${owner} = ${tablesOwner} OR ${owner} = (SELECT datdba FROM pg_database WHERE datname = current_database())
    OR (SELECT rolsuper FROM pg_roles WHERE oid = ${owner}))`;
  return `(${table}.relkind = 'r' AND NOT ${table}.relrowsecurity AND ${trusted(`${table}.relowner`)}
    AND NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = ${table}.oid AND NOT COALESCE(${trusted('p.proowner')}, false))
    AND NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                     WHERE a.attrelid = ${table}.oid AND a.attnum > 0 AND NOT a.attisdropped AND t.typnamespace <> 'pg_catalog'::regnamespace))`;
};
