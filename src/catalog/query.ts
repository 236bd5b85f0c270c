import { MANY_RELATIONS } from './snapshot.js';
import { quoteLiteral } from '../database/quote.js';
import { marksOf } from './marks.js';
import {
  actingRoleQuery,
  foreignOwnedQuery,
  hiddenRowsQuery,
  historyIsTrusted,
  safePathQuery,
  shadowingQuery,
} from './trust.js';

/** How many tables and views that bear none of YokeFlow's names are read, for the report and for messages. */
const MOST_OTHERS = 100;

/** How a constraint is told: `r` is its table's row of pg_class, `c` its own of pg_constraint. */
const constraints = `SELECT 'constraint:' || r.relname || '.' || c.conname AS key, pg_get_constraintdef(c.oid) AS definition`;

/** The foreign keys of some tables, as {@link catalogQuery} tells them. */
export function foreignKeysQuery(schema: string, tables: readonly string[]): string {
  return `${constraints}
  FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_constraint c ON c.conrelid = r.oid
 WHERE n.nspname = ${quoteLiteral(schema)} AND r.relname IN (${['', ...tables].map(quoteLiteral).join(', ')}) AND c.contype = 'f'`;
}

/** Whether no extension brought an object. pg_depend is read by the extension, of which there are few ("pg_depend"). */
export const notOfExtension = (catalog: 'pg_class' | 'pg_proc', oid: string): string =>
  `${oid} NOT IN (SELECT d.objid FROM pg_depend d WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = '${catalog}'::regclass AND d.deptype = 'e')`;

/**
 * The one query that reads everything the planner needs. Definitions are rendered by PostgreSQL's own
 * pg_get_… functions ("System Catalog Information Functions"); `read.ts` takes the schema names out of them.
 * Only catalogs are read, and no row of the user's; rendering a definition still waits for whoever has its table locked. It begins at
 * YokeFlow's own tables, so that it takes no longer where thousands of others are beside them.
 *
 * @param defaultPath the schemas that the role looks for names in by itself: the first one that holds YokeFlow's tables is taken
 * @param relations the names of YokeFlow's tables and views. All of these are read, and of the others the first few
 * @param schema read this schema instead of looking for the one that holds YokeFlow's tables
 */
export function catalogQuery(defaultPath: readonly string[], relations: readonly string[], schema?: string): string {
  const path = defaultPath.filter((name) => !name.startsWith('pg_'));
  const first = quoteLiteral(path[0] ?? 'public');
  const preferred = `unnest(ARRAY[${path.map(quoteLiteral).join(', ')}]::text[]) WITH ORDINALITY AS path (name, position)`;
  const marks = marksOf('r.relname');
  const wanted = schema === undefined ? 'NULL' : quoteLiteral(schema);
  return `
WITH user_schema AS (
  SELECT oid, nspname FROM pg_namespace
   WHERE nspname <> 'information_schema' AND nspname <> 'yokeflow_upgrade' AND nspname !~ '^pg_'
), relation AS (
  SELECT c.oid, c.relname, c.relkind, c.relnamespace, c.relowner, c.relrowsecurity, c.relforcerowsecurity
    FROM pg_class c JOIN user_schema n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${notOfExtension('pg_class', 'c.oid')}
), candidate AS (
  SELECT n.nspname, n.oid, ${marks.hasTests} AS has_tests FROM user_schema n JOIN relation r ON r.relnamespace = n.oid
   WHERE r.relkind IN ('r', 'p') AND ${marks.isMark} GROUP BY n.nspname, n.oid HAVING ${marks.hasCore}
), chosen AS (
  SELECT oid, nspname FROM user_schema
   WHERE nspname = COALESCE(${wanted},
                            (SELECT nspname FROM candidate JOIN ${preferred} ON nspname = name ORDER BY position LIMIT 1),
                            (SELECT min(nspname::text) FROM candidate HAVING count(*) = 1),
                            ${first})
), here AS (
  SELECT r.*, r.relname IN (${relations.map(quoteLiteral).join(', ')}) AS bears_our_name FROM relation r JOIN chosen ON chosen.oid = r.relnamespace
), rel AS (
  SELECT * FROM here WHERE bears_our_name
  UNION ALL
  (SELECT * FROM here WHERE NOT bears_our_name ORDER BY relname LIMIT ${MOST_OTHERS})
), object AS (
  SELECT 'table:' || relname AS key, '' AS definition FROM rel WHERE relkind IN ('r', 'p')
  UNION ALL
  SELECT 'view:' || relname, '' FROM rel WHERE relkind = 'v'
  UNION ALL
  SELECT CASE WHEN r.relkind = 'v' THEN 'view column:' ELSE 'column:' END || r.relname || '.' || a.attname,
         format_type(a.atttypid, a.atttypmod)
         || CASE WHEN r.relkind = 'v' THEN '' ELSE
              CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
              || CASE WHEN a.attgenerated <> '' THEN ' generated' WHEN a.attidentity <> '' THEN ' identity' ELSE '' END
              || COALESCE(' default ' || pg_get_expr(d.adbin, d.adrelid), '') END
    FROM rel r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE r.relkind IN ('r', 'p', 'v')
  UNION ALL
  ${constraints}
    FROM rel r JOIN pg_constraint c ON c.conrelid = r.oid
   WHERE c.contype IN ('p', 'u', 'f', 'c', 'x')
  UNION ALL
  SELECT 'index:' || r.relname || '.' || ic.relname,
         CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || CASE WHEN i.indisvalid THEN '' ELSE 'INVALID ' END
         -- Storage options are the owner's choice.
         || CASE WHEN ic.reloptions IS NULL THEN d.text ELSE regexp_replace(d.text, ' WITH [(][a-z_]+=''[^'']*''(, [a-z_]+=''[^'']*'')*[)]', '') END
    FROM rel r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class ic ON ic.oid = i.indexrelid,
         LATERAL (SELECT substring(pg_get_indexdef(i.indexrelid) FROM 'USING .*$') AS text) d
   WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = i.indrelid AND c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
  UNION ALL
  SELECT 'trigger:' || r.relname || '.' || t.tgname,
         substring(pg_get_triggerdef(t.oid) FROM '(?:BEFORE|AFTER|INSTEAD OF) .*$') || CASE t.tgenabled WHEN 'D' THEN ' DISABLED' ELSE '' END
    FROM rel r JOIN pg_trigger t ON t.tgrelid = r.oid
   WHERE NOT t.tgisinternal AND t.tgrelid = ANY (ARRAY(SELECT oid FROM rel))
  UNION ALL
  SELECT 'function:' || p.proname,
         string_agg('(' || pg_get_function_arguments(p.oid) || ') returns ' || pg_get_function_result(p.oid), ' and ' ORDER BY p.oid)
    FROM pg_proc p JOIN chosen ON chosen.oid = p.pronamespace
   WHERE p.prokind = 'f' AND ${notOfExtension('pg_proc', 'p.oid')}
   GROUP BY p.proname
  UNION ALL
  SELECT 'body:' || p.proname, string_agg(p.prosrc, E'\\n' ORDER BY p.oid)
    FROM pg_proc p JOIN chosen ON chosen.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
   WHERE l.lanname IN ('plpgsql', 'sql')
   GROUP BY p.proname
  UNION ALL
  SELECT 'label:' || t.typname || '.' || e.enumlabel, ''
    FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN chosen ON chosen.oid = t.typnamespace
)
SELECT current_setting('server_version') AS version,
       current_setting('server_version_num')::integer AS version_number,
       current_user AS role,
       current_setting('is_superuser') = 'on' AS is_superuser,
       pg_is_in_recovery() AS in_recovery,
       current_setting('transaction_read_only') = 'on' AS read_only,
       current_setting('server_version_num')::integer >= 140000 AND version() ~ 'linux' AS checks_clients,
       EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE p.proname = 'gen_random_uuid' AND p.pronargs = 0
                  AND (n.nspname = 'pg_catalog' OR n.oid IN (SELECT extnamespace FROM pg_extension WHERE extname = 'pgcrypto'))) AS makes_uuids,
       COALESCE((SELECT has_function_privilege(p.oid, 'EXECUTE') FROM pg_proc p
                  WHERE p.proname = 'pg_control_system' AND p.pronamespace = 'pg_catalog'::regnamespace), false) AS tells_system,
       current_database() AS database,
       -- It looks at every file, of which there are three to a table: with many, what the last VACUUM or ANALYZE counted has to do.
       CASE WHEN (SELECT count(*) FROM relation) > ${MANY_RELATIONS} THEN (SELECT sum(relpages::bigint) * current_setting('block_size')::bigint FROM pg_class)
            ELSE pg_database_size(current_database()) END AS size_bytes,
       COALESCE((SELECT nspname FROM chosen), ${wanted}, ${first}) AS schema,
       COALESCE((SELECT json_agg(nspname ORDER BY nspname) FROM candidate), '[]') AS candidate_schemas,
       COALESCE((SELECT json_agg(nspname ORDER BY nspname) FROM candidate WHERE has_tests), '[]') AS whole_schemas,
       (SELECT count(*) FROM relation) AS relation_count,
       (SELECT count(*) FROM here WHERE relkind IN ('r', 'p')) AS table_count,
       (SELECT pg_get_userbyid(relowner) FROM rel WHERE relname = 'sessions' AND relkind IN ('r', 'p')) AS owner,
       COALESCE((SELECT pg_has_role(relowner, CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END) FROM rel WHERE relname = 'sessions' AND relkind IN ('r', 'p')), false) AS may_act_as_owner,
       (SELECT CASE WHEN n.oid IS NULL THEN has_database_privilege(a.role, current_database(), 'CREATE')
                    WHEN NOT has_schema_privilege(a.role, n.oid, 'USAGE') THEN false
                    WHEN c.oid IS NULL THEN has_schema_privilege(a.role, n.oid, 'CREATE')
                    ELSE has_table_privilege(a.role, c.oid, 'INSERT') AND ${historyIsTrusted('c', 'a.role')} END
          FROM (${actingRoleQuery}) a
          LEFT JOIN pg_namespace n ON n.nspname = 'yokeflow_upgrade'
          LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'runs') AS may_keep_history,
       COALESCE((SELECT rolsuper FROM pg_roles WHERE oid = (SELECT relowner FROM rel WHERE relname = 'sessions' AND relkind IN ('r', 'p'))), false) AS owner_is_superuser,
       COALESCE((${shadowingQuery}), '[]') AS shadowing,
       COALESCE((${foreignOwnedQuery}), '[]') AS foreign_owned,
       COALESCE((${safePathQuery(path)}), '[]') AS safe_path,
       COALESCE((${hiddenRowsQuery}), '[]') AS hidden_rows,
       COALESCE((SELECT json_agg(DISTINCT n.nspname) FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
                  WHERE x.extname IN ('uuid-ossp', 'pgcrypto')), '[]') AS extension_schemas,
       COALESCE((SELECT json_object_agg(key, definition) FROM object), '{}') AS objects`;
}
