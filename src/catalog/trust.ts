import { quoteLiteral } from '../database/quote.js';

/**
 * Parts of the catalog query about whom this session can trust. They refer to its CTEs `rel` (the relations of the schema
 * that was chosen) and `chosen` (that schema).
 */

/** Schemas of a search path in which no role that would gain by it has put an operator, or a function named like one of PostgreSQL's. */
export const safePathQuery = (path: readonly string[]) => `
  SELECT json_agg(p.name ORDER BY p.position)
    FROM unnest(ARRAY[${path.map(quoteLiteral).join(', ')}]::text[]) WITH ORDINALITY AS p (name, position) JOIN pg_namespace n ON n.nspname = p.name
   -- PostgreSQL's own are left out first: to look at the owner of each takes longer than all the rest.
   WHERE NOT EXISTS (SELECT FROM pg_operator o WHERE o.oprnamespace <> 'pg_catalog'::regnamespace AND o.oprnamespace = n.oid AND NOT ${gainsNothing('o.oprowner')})
     AND NOT EXISTS (SELECT FROM pg_proc f WHERE f.pronamespace <> 'pg_catalog'::regnamespace AND f.pronamespace = n.oid AND NOT ${gainsNothing('f.proowner')}
                        AND f.proname IN (SELECT b.proname FROM pg_proc b WHERE b.pronamespace = 'pg_catalog'::regnamespace))`;

/** The role that the transaction's statements run as: the owner of YokeFlow's tables, else the one that connected. */
export const actingRoleQuery = `
  SELECT COALESCE((SELECT relowner FROM rel WHERE relname = 'sessions' AND relkind IN ('r', 'p')),
                  (SELECT oid FROM pg_roles WHERE rolname = current_user)) AS role`;

/**
 * Whether whoever owns something gains nothing by having it run with the rights of this session: a superuser, or a
 * member of the role that connected.
 */
const gainsNothing = (owner: string) =>
  `(SELECT r.rolsuper OR pg_has_role(r.oid, session_user, 'MEMBER') FROM pg_roles r WHERE r.oid = ${owner})`;

/** Functions that YokeFlow's tables and our statements call and that lie outside of pg_catalog. */
const calledByName = ['uuid_generate_v4', 'gen_random_uuid'];

/**
 * Operators, and functions with the name of one of PostgreSQL's own, that a role which would gain by it has put where
 * the steps and probes look for names. PostgreSQL takes the one whose argument types fit best, wherever on the path it
 * is ("Operator Type Resolution", "Function Type Resolution"; CVE-2018-1058).
 */
export const shadowingQuery = `
  SELECT json_agg(json_build_object('object', object, 'owner', pg_get_userbyid(owner)) ORDER BY object)
    FROM (SELECT 'operator ' || o.oid::regoperator::text AS object, o.oprowner AS owner, o.oprnamespace AS namespace FROM pg_operator o
          UNION ALL
          SELECT CASE p.prokind WHEN 'a' THEN 'aggregate ' WHEN 'p' THEN 'procedure ' ELSE 'function ' END || p.oid::regprocedure::text, p.proowner, p.pronamespace
            FROM pg_proc p
           WHERE p.proname IN (SELECT b.proname FROM pg_proc b WHERE b.pronamespace = 'pg_catalog'::regnamespace) OR p.proname IN (${calledByName.map(quoteLiteral).join(', ')})) o
   WHERE o.namespace IN (SELECT oid FROM chosen UNION SELECT extnamespace FROM pg_extension WHERE extname IN ('uuid-ossp', 'pgcrypto'))
     AND o.namespace <> 'pg_catalog'::regnamespace
     -- That of an extension too: its owner may add to it what he likes.
     AND NOT ${gainsNothing('o.owner')}`;

/**
 * Relations and functions of the schema, and functions of triggers on its tables, that belong to a role which would gain
 * by our using them and which does not own the tables. Whether they bear names of YokeFlow's is for the caller to see.
 */
export const foreignOwnedQuery = `
  SELECT json_agg(json_build_object('kind', kind, 'name', name, 'object', object, 'owner', pg_get_userbyid(owner)) ORDER BY object)
    FROM (SELECT 'relation' AS kind, c.relname::text AS name, pg_describe_object('pg_class'::regclass, c.oid, 0) AS object, c.relowner AS owner
            FROM rel c
           WHERE c.relkind IN ('r', 'p')
              -- A view by itself only reads; it is what it calls that runs.
              OR c.relkind = 'v' AND EXISTS (
                   SELECT FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
                     LEFT JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
                     LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
                     LEFT JOIN pg_class v ON d.refclassid = 'pg_class'::regclass AND v.oid = d.refobjid AND v.relkind = 'v' AND v.oid <> c.oid
                    WHERE w.ev_class = c.oid AND NOT ${gainsNothing('COALESCE(p.proowner, o.oprowner, v.relowner)')})
          UNION ALL
          SELECT 'function', p.proname::text, pg_describe_object('pg_proc'::regclass, p.oid, 0), p.proowner FROM pg_proc p JOIN chosen ON chosen.oid = p.pronamespace
          UNION ALL
          SELECT 'trigger', c.relname::text, pg_describe_object('pg_trigger'::regclass, t.oid, 0), p.proowner
            FROM pg_trigger t JOIN rel c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
           WHERE NOT t.tgisinternal AND t.tgrelid = ANY (ARRAY(SELECT oid FROM rel))) f
   WHERE f.owner IS DISTINCT FROM (SELECT relowner FROM rel WHERE relname = 'sessions' AND relkind IN ('r', 'p')) AND NOT ${gainsNothing('f.owner')}`;

/**
 * Tables whose rows a policy hides from the role that does the work. Owners are exempt unless it is forced, superusers
 * and roles with BYPASSRLS always ("Row Security Policies").
 */
export const hiddenRowsQuery = `
  SELECT json_agg(c.relname ORDER BY c.relname)
    FROM (${actingRoleQuery}) a JOIN pg_roles r ON r.oid = a.role
    CROSS JOIN rel c
   WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls
     AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE'))`;

/**
 * Whether a table may be taken for the record of runs: an ordinary one of the database's owner, of the owner of
 * YokeFlow's tables or of a superuser, with nothing on it that would run the code of anybody else.
 */
export const historyIsTrusted = (table: string, tablesOwner: string) => {
  const trusted = (
    owner: string,
  ) => `(${owner} = ${tablesOwner} OR ${owner} = (SELECT datdba FROM pg_database WHERE datname = current_database())
    OR (SELECT rolsuper FROM pg_roles WHERE oid = ${owner}))`;
  return `(${table}.relkind = 'r' AND NOT ${table}.relrowsecurity AND ${trusted(`${table}.relowner`)}
    AND NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = ${table}.oid
                     AND NOT COALESCE(p.proowner = ${tablesOwner} OR ${gainsNothing('p.proowner')}, false))
    AND NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                     WHERE a.attrelid = ${table}.oid AND a.attnum > 0 AND NOT a.attisdropped AND t.typnamespace <> 'pg_catalog'::regnamespace))`;
};
