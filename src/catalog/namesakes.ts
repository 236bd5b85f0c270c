import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';

/** An object that bears one of the names asked for, whoever made it. */
export interface Namesake {
  /** The name space that it takes a name of: relations (pg_class), types, functions, constraints of one table. */
  readonly space: 'relation' | 'type' | 'function' | 'constraint';
  readonly schema: string;
  readonly name: string;
  /** What it is, in words that follow an article: `view`, `enum type`, `unique index`. */
  readonly what: string;
  readonly owner: string;
  /** The table that an index, a sequence or a constraint belongs to. */
  readonly table: string | null;
  /** Of a relation, in their order: each with its type behind it. */
  readonly columns: readonly (readonly [name: string, type: string])[];
  /** Of a function: as ALTER FUNCTION wants them, their types alone, and what it returns. */
  readonly identity: string | null;
  readonly argumentTypes: readonly string[];
  readonly signature: string | null;
  /** The extension that brought it. */
  readonly extension: string | null;
}

export interface WantedNames {
  /** Tables, views, indexes, sequences and row types share one name space and the types another ("pg_class", "pg_type"). */
  readonly relations: readonly string[];
  readonly functions: readonly string[];
  readonly constraints: readonly string[];
}

/** The schema of this program's own record. Whatever is in it is read, up to this many objects. */
const OWN_SCHEMA = 'yokeflow_upgrade';
const MOST_IN_OWN_SCHEMA = 50;

/** What a relation may be ("pg_class"), and a type ("pg_type"). */
const RELATIONS = `CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
  WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'composite type' WHEN 'f' THEN 'foreign table' WHEN 'i' THEN 'index' WHEN 'I' THEN 'partitioned index' ELSE 'relation' END`;
const TYPES = `CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum type' WHEN 'r' THEN 'range type' WHEN 'm' THEN 'multirange type' ELSE 'base type' END`;
const FUNCTIONS = `CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' ELSE 'function' END`;

const extensionOf = (catalog: string, oid: string) =>
  `(SELECT x.extname FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' LIMIT 1)`;

/** What depends on our schema ("pg_depend"): no index of pg_class leads from a schema to what is in it. */
const inOwnSchema = (catalog: 'pg_class' | 'pg_proc') => `pg_namespace n JOIN pg_depend d
     ON n.nspname = '${OWN_SCHEMA}' AND d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND d.classid = '${catalog}'::regclass`;

/**
 * Reads who bears these names, in any schema of the database's own, and what is in the schema of this program's record. By name,
 * so that its length does not grow with what else the database holds.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readNamesakes(session: Session, names: WantedNames): Promise<Namesake[]> {
  // `readCatalog` refuses such a server, and knows why.
  if (session.versionNumber < 120000) return [];
  return session.rows<Namesake & Record<string, unknown>>(namesakesQuery(names));
}

const list = (names: readonly string[]) => `(${names.map(quoteLiteral).join(', ')})`;

function namesakesQuery({ relations, functions, constraints }: WantedNames): string {
  const places = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '${OWN_SCHEMA}')`;
  return `
SELECT 'relation' AS space, n.nspname AS schema, c.relname AS name, ${RELATIONS} AS what, pg_get_userbyid(c.relowner) AS owner,
       COALESCE((SELECT o.relname FROM pg_index i JOIN pg_class o ON o.oid = i.indrelid WHERE i.indexrelid = c.oid),
                (SELECT o.relname FROM pg_depend d JOIN pg_class o ON o.oid = d.refobjid
                  WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') LIMIT 1)) AS "table",
       COALESCE((SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum) FROM pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')), '[]') AS columns,
       NULL AS identity, '[]'::json AS "argumentTypes", NULL AS signature, ${extensionOf('pg_class', 'c.oid')} AS extension
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE ${places} AND c.relname IN ${list(relations)}
UNION ALL
SELECT 'type', n.nspname, t.typname, ${TYPES}, pg_get_userbyid(t.typowner), NULL, '[]', NULL, '[]', NULL, ${extensionOf('pg_type', 't.oid')}
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
 -- PostgreSQL gives the array of a type another name where it is in the way ("CREATE TYPE", Array Types).
 WHERE ${places} AND t.typname IN ${list(relations)} AND t.typrelid = 0 AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
UNION ALL
SELECT 'function', n.nspname, p.proname, ${FUNCTIONS}, pg_get_userbyid(p.proowner), NULL, '[]', pg_get_function_identity_arguments(p.oid),
       COALESCE((SELECT json_agg(format_type(a.type, NULL) ORDER BY a.place) FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)), '[]'),
       '(' || pg_get_function_arguments(p.oid) || ')' || COALESCE(' returns ' || pg_get_function_result(p.oid), ''), ${extensionOf('pg_proc', 'p.oid')}
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE ${places} AND p.proname IN ${list(functions)}
UNION ALL
SELECT 'constraint', n.nspname, k.conname, CASE k.contype WHEN 't' THEN 'constraint trigger' ELSE 'NOT NULL constraint' END, pg_get_userbyid(c.relowner), c.relname, '[]',
       NULL, '[]', NULL, NULL
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE ${places} AND k.conname IN ${list(constraints)} AND k.contype IN ('t', 'n')
UNION ALL
(SELECT 'relation', n.nspname, c.relname, ${RELATIONS}, pg_get_userbyid(n.nspowner), NULL,
        COALESCE((SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum) FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'), NULL, '[]', NULL, NULL
   FROM ${inOwnSchema('pg_class')} JOIN pg_class c ON c.oid = d.objid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') OR c.relkind = 'S' AND c.relname IN ('runs', 'set_aside_deep_reviews')
  ORDER BY c.relname LIMIT ${MOST_IN_OWN_SCHEMA})
UNION ALL
(SELECT 'function', n.nspname, p.proname, ${FUNCTIONS}, pg_get_userbyid(n.nspowner), NULL, '[]', NULL, '[]', NULL, NULL
   FROM ${inOwnSchema('pg_proc')} JOIN pg_proc p ON p.oid = d.objid ORDER BY p.proname LIMIT 1)`;
}
