import type { Snapshot } from '../catalog/snapshot.js';
import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import type { Step } from '../releases/release.js';
import type { Dropped } from './dependents-of-dropped.js';

/** What of the user's is on what a rollback drops, so that PostgreSQL drops it too without a word. */
export interface GoesAlong {
  /** Columns, indexes, constraints, triggers, policies, rules, statistics, rights and the like: only a backup brings them back. */
  readonly goesAlong: readonly string[];
  /** Comments, with their text. Whether they are the user's or YokeFlow's nobody can tell. */
  readonly commentsLost: readonly string[];
}

/**
 * Finds all of it.
 * @throws {DatabaseError}
 * @throws {ConnectionLost}
 */
export async function readGoesAlong(session: Session, snapshot: Snapshot, steps: readonly Step[], dropped: Dropped): Promise<GoesAlong> {
  const found = await session.rows<{ name: string; comment: boolean }>(query(dropped));
  const names = (comment: boolean) => found.filter((one) => one.comment === comment).map(({ name }) => name);
  return { goesAlong: [...partsOfTables(snapshot, steps, dropped.tables), ...names(false)], commentsLost: names(true) };
}

function partsOfTables({ objects }: Snapshot, steps: readonly Step[], tables: readonly string[]): string[] {
  const ours = new Set(steps.flatMap(({ checks }) => checks).flatMap(({ expectations }) =>
    expectations.flatMap((expectation) => ('key' in expectation ? [expectation.key] : []))));
  const parts = /^(column|index|constraint|trigger):([^.]+)\.(.+)$/;
  return [...objects.keys()].flatMap((key) => {
    const [, kind, table, name] = parts.exec(key) ?? [];
    return table !== undefined && tables.includes(table) && !ours.has(key) ? [`${kind} ${name} of ${table}`] : [];
  });
}

/** What the catalog's snapshot does not hold ("System Catalogs": pg_policy, pg_rewrite, pg_statistic_ext, pg_description and others). */
function query({ schema, tables, views, functions }: Dropped): string {
  const names = (list: readonly string[]) => `(${['', ...list].map(quoteLiteral).join(', ')})`;
  const rights = (acl: string, kind: string, owner: string) => `
    ARRAY(SELECT a::text FROM unnest(${acl}) a ORDER BY 1) <> ARRAY(SELECT a::text FROM unnest(acldefault('${kind}', ${owner})) a ORDER BY 1)`;
  const grantees = (acl: string, owner: string) => `
    COALESCE((SELECT ' of ' || string_agg(DISTINCT CASE g.grantee WHEN 0 THEN 'everyone' ELSE pg_get_userbyid(g.grantee)::text END, ', ')
                FROM aclexplode(${acl}) g WHERE g.grantee <> ${owner}), '')`;
  return `
WITH rel AS (
  SELECT c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions, c.relrowsecurity, c.relforcerowsecurity
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = ${quoteLiteral(schema)}
     AND (c.relkind IN ('r', 'p') AND c.relname IN ${names(tables)} OR c.relkind = 'v' AND c.relname IN ${names(views)})
), func AS (
  -- Of several of one name, only YokeFlow's goes.
  SELECT p.oid, p.proname, p.proowner, p.proacl FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname = ${quoteLiteral(schema)} AND p.proname IN ${names(functions)}
     AND (SELECT count(*) FROM pg_proc o WHERE o.pronamespace = p.pronamespace AND o.proname = p.proname) = 1
), part AS (
  SELECT 'pg_class'::regclass::oid AS classid, oid FROM rel
  UNION ALL SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index i JOIN rel ON rel.oid = i.indrelid
  UNION ALL SELECT 'pg_constraint'::regclass, c.oid FROM pg_constraint c JOIN rel ON rel.oid = c.conrelid
  UNION ALL SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t JOIN rel ON rel.oid = t.tgrelid
  UNION ALL SELECT 'pg_policy'::regclass, p.oid FROM pg_policy p JOIN rel ON rel.oid = p.polrelid
  UNION ALL SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite r JOIN rel ON rel.oid = r.ev_class
  UNION ALL SELECT 'pg_proc'::regclass, oid FROM func
), found AS (
  SELECT 'policy ' || p.polname || ' of ' || rel.relname AS name, false AS comment FROM pg_policy p JOIN rel ON rel.oid = p.polrelid
  UNION ALL SELECT 'row level security of ' || relname, false FROM rel WHERE relrowsecurity OR relforcerowsecurity
  UNION ALL SELECT 'statistics ' || s.stxname || ' of ' || rel.relname, false FROM pg_statistic_ext s JOIN rel ON rel.oid = s.stxrelid
  UNION ALL SELECT 'rule ' || r.rulename || ' of ' || rel.relname, false FROM pg_rewrite r JOIN rel ON rel.oid = r.ev_class WHERE r.rulename <> '_RETURN'
  UNION ALL SELECT 'the place of ' || rel.relname || ' in the publication ' || p.pubname, false
              FROM pg_publication_rel r JOIN rel ON rel.oid = r.prrelid JOIN pg_publication p ON p.oid = r.prpubid
  UNION ALL SELECT 'rights' || ${grantees('relacl', 'relowner')} || ' on ' || relname, false FROM rel WHERE relacl IS NOT NULL AND ${rights('relacl', 'r', 'relowner')}
  UNION ALL SELECT 'rights' || ${grantees('a.attacl', 'rel.relowner')} || ' on the column ' || rel.relname || '.' || a.attname, false
              FROM pg_attribute a JOIN rel ON rel.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL SELECT 'rights' || ${grantees('proacl', 'proowner')} || ' on the function ' || proname, false FROM func WHERE proacl IS NOT NULL AND ${rights('proacl', 'f', 'proowner')}
  UNION ALL SELECT 'options of ' || relname || ': ' || array_to_string(reloptions, ', '), false FROM rel WHERE reloptions IS NOT NULL
  UNION ALL SELECT 'partition ' || c.relname || ' of ' || rel.relname, false FROM pg_inherits i JOIN rel ON rel.oid = i.inhparent JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relispartition
  UNION ALL SELECT 'security label on ' || pg_describe_object(l.classoid, l.objoid, l.objsubid), false FROM pg_seclabel l JOIN part ON part.classid = l.classoid AND part.oid = l.objoid
  UNION ALL SELECT 'comment on ' || pg_describe_object(d.classoid, d.objoid, d.objsubid) || ': ' || left(regexp_replace(d.description, '\\s+', ' ', 'g'), 100), true
              FROM pg_description d JOIN part ON part.classid = d.classoid AND part.oid = d.objoid
)
SELECT name, comment FROM found ORDER BY comment, name`;
}
