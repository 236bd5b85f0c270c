import type { Snapshot } from '../catalog/snapshot.js';
import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';

/** Where the clean-up of 1.1.1 puts deep reviews that session_deep_reviews has no room for. */
export const SET_ASIDE_TABLE = 'yokeflow_upgrade.set_aside_deep_reviews';

/** What a user types to see them. */
export const READ_SET_ASIDE = `SELECT * FROM ${SET_ASIDE_TABLE} ORDER BY session_id, created_at;`;

/** Deep reviews that were set aside: the only copy of them. */
export interface SetAside {
  /** Null where the role may not count them. */
  readonly rows: number | null;
  /** Why the clean-up could not add to it: it is another's, or the user built on it. Undefined where it can. */
  readonly notOurs: string | undefined;
}

interface Facts {
  what: string;
  missing: string[];
  extra: string[];
  pointing: string[];
  unique: string[];
  acting: string[];
  owner: string;
  trusted: boolean;
  mine: boolean;
  countable: boolean;
}

/** The table's columns as every version of this program made them. */
const columns: Readonly<Record<string, string>> = {
  quality_check_id: 'uuid',
  session_id: 'uuid',
  check_version: 'character varying(20)',
  created_at: 'timestamp with time zone',
  overall_rating: 'integer',
  review_text: 'text',
  review_summary: 'jsonb',
  prompt_improvements: 'jsonb',
  set_aside_at: 'timestamp with time zone',
};

/**
 * Looks for deep reviews that were set aside. Rows are counted only in a plain table of somebody who could do as they
 * like with the database anyway: reading a view runs its owner's functions with our rights.
 * @returns undefined where nothing has that name
 * @throws {DatabaseError} where a lock was not to be had
 * @throws {ConnectionLost}
 */
export async function readSetAside(
  session: Session,
  { owner }: Pick<Snapshot, 'owner'>,
): Promise<SetAside | undefined> {
  const [facts] = await session.rows<Facts>(factsQuery(owner));
  if (facts === undefined) return undefined;
  const notOurs = whyNotOurs(facts);
  const isTable = facts.what === 'table' && facts.missing.length === 0 && facts.trusted;
  if (!isTable || !facts.countable) return { rows: null, notOurs };
  const [row] = await session.rows<{ rows: number }>(`SELECT count(*) AS rows FROM ${SET_ASIDE_TABLE}`);
  return { rows: row?.rows ?? null, notOurs };
}

function whyNotOurs({
  what,
  missing,
  extra,
  pointing,
  unique,
  acting,
  owner,
  trusted,
  mine,
}: Facts): string | undefined {
  if (what === 'schema') return `the schema yokeflow_upgrade belongs to ${owner}, who could drop what is put there`;
  if (what !== 'table') return `it is a ${what}`;
  if (missing.length > 0) return `it lacks ${missing.join(', ')}`;
  if (!trusted) return `it belongs to ${owner}`;
  if (extra.length > 0) return `it has columns that must be given a value: ${extra.join(', ')}`;
  if (pointing.length > 0) return `its key is what ${pointing.join(', ')} points to`;
  if (unique.length > 0) return `it may hold no second text of a review because of ${unique.join(', ')}`;
  if (acting.length > 0) return `it has rules or triggers of its own: ${acting.join(', ')}`;
  return mine ? undefined : `it belongs to ${owner}, and not to the owner of YokeFlow's tables`;
}

/** Its kind, what it lacks and what was added to it ("System Catalogs": pg_class, pg_attribute, pg_constraint, pg_index, pg_type). */
function factsQuery(owner: string | null): string {
  const wanted = Object.entries(columns)
    .map(([name, type]) => `(${quoteLiteral(name)}, ${quoteLiteral(type)})`)
    .join(', ');
  const list = (select: string) =>
    `(SELECT COALESCE(json_agg(name ORDER BY name), '[]') FROM (${select}) AS found (name))`;
  const actor =
    owner === null
      ? '(SELECT oid FROM pg_roles WHERE rolname = current_user)'
      : `(SELECT oid FROM pg_roles WHERE rolname = ${quoteLiteral(owner)})`;
  return `
SELECT 'schema' AS what, '[]'::json AS missing, '[]'::json AS extra, '[]'::json AS pointing, '[]'::json AS unique, '[]'::json AS acting, pg_get_userbyid(n.nspowner) AS owner,
       false AS trusted, false AS mine, false AS countable
  FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
 WHERE n.nspname = 'yokeflow_upgrade' AND NOT r.rolsuper AND r.oid <> ${actor} AND NOT pg_has_role(r.oid, ${actor}, 'MEMBER')
UNION ALL
SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'p' THEN 'partitioned table'
                      WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' WHEN 'i' THEN 'index' ELSE 'type' END AS what,
       ${list(`SELECT w.name || ' ' || w.type FROM (VALUES ${wanted}) AS w (name, type)
                WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = w.name AND NOT a.attisdropped
                                     AND format_type(a.atttypid, a.atttypmod) = w.type)`)} AS missing,
       ${list(`SELECT a.attname::text FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
                  AND a.attname NOT IN ('quality_check_id', 'session_id', 'version')`)} AS extra,
       ${list(`SELECT k.conname::text FROM pg_constraint k
                WHERE k.contype = 'f' AND k.confrelid = c.oid
                  AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'version' AND NOT a.attisdropped)`)} AS pointing,
       ${list(`SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indisprimary`)} AS unique,
       ${list(`SELECT t.tgname::text FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
                UNION ALL SELECT w.rulename::text FROM pg_rewrite w WHERE w.ev_class = c.oid AND c.relkind = 'r'`)} AS acting,
       pg_get_userbyid(c.relowner) AS owner,
       COALESCE((SELECT rolsuper FROM pg_roles r WHERE r.oid = c.relowner), false) OR c.relowner = ${actor} AS trusted,
       c.relowner = ${actor} OR COALESCE((SELECT r.rolsuper FROM pg_roles r WHERE r.oid = c.relowner), false) AND pg_has_role(${actor}, c.relowner, 'USAGE') AS mine,
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND NOT row_security_active(c.oid) AS countable
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'yokeflow_upgrade' AND c.relname = 'set_aside_deep_reviews'
UNION ALL
SELECT 'type', '[]', '[]', '[]', '[]', '[]', pg_get_userbyid(t.typowner), false, false, false
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE n.nspname = 'yokeflow_upgrade' AND t.typname = 'set_aside_deep_reviews' AND t.typrelid = 0
 LIMIT 1`;
}
