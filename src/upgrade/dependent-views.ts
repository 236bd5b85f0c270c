import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { visible } from '../inert/visible.js';
import type { Replaced } from '../releases/release.js';
import type { Plan } from './plan.js';

/** A view of the user's that is taken down before the steps and put back as it was after them. */
export interface RestorableView {
  readonly name: string;
  readonly drop: string;
  readonly restore: readonly string[];
}

/** A view of the user's that cannot be put back, and so is in the way. */
export interface ViewInTheWay {
  readonly name: string;
  readonly because: string;
}

export interface DependentViews {
  readonly restorable: readonly RestorableView[];
  readonly inTheWay: readonly ViewInTheWay[];
}

interface DependentRow {
  schema: string;
  name: string;
  kind: string;
  depth: number;
  uses_lost: boolean;
  lost: string;
  definition: string;
  owner: string;
  options: string[] | null;
  comment: string | null;
  grants: { grantee: string; privilege: string; grantable: boolean }[];
  has_rules: boolean;
  may_restore: boolean;
}

/** What the due steps drop and make anew on this very database. Pure. */
export function replacedBy(plan: Plan, { objects }: Snapshot): Replaced[] {
  return plan.steps.flatMap(({ step }) => step.replaces).filter(({ when }) => {
    const found = objects.get(when.key);
    return found !== undefined && found !== when.notDefinition;
  });
}

/**
 * Finds the user's views that depend, directly or through other views, on what the plan replaces, and says how
 * each is put back. Nothing is ever dropped with CASCADE.
 * @throws {DatabaseError}
 * @throws {ConnectionLost}
 */
export async function findDependentViews(session: Session, snapshot: Snapshot, plan: Plan): Promise<DependentViews> {
  const replaced = replacedBy(plan, snapshot);
  if (replaced.length === 0) return { restorable: [], inTheWay: [] };
  const rows = await session.rows<DependentRow>(dependentsQuery(snapshot.schema, replaced, ownViews(plan)));
  const restorable: RestorableView[] = [];
  const inTheWay: ViewInTheWay[] = [];
  for (const row of rows.sort((a, b) => a.depth - b.depth)) {
    // For people. The statements have it as it is.
    const name = visible(`${row.schema}.${row.name}`);
    if (row.uses_lost) inTheWay.push({ name, because: visible(`it uses ${row.lost}, which goes away`) });
    else if (row.kind !== 'v') inTheWay.push({ name, because: 'it is a materialized view' });
    else if (row.has_rules) inTheWay.push({ name, because: 'it has rules or triggers of its own' });
    else if (!row.may_restore) inTheWay.push({ name, because: `it belongs to ${visible(row.owner)}, for whom the role that you connected with may not put it back` });
    else restorable.push(restorableView(row, name));
  }
  return { restorable, inTheWay };
}

function ownViews(plan: Plan): string[] {
  return plan.steps.flatMap(({ step }) => step.checks)
    .filter(({ id }) => id.startsWith('view.'))
    .map(({ id }) => id.slice('view.'.length));
}

function restorableView(row: DependentRow, name: string): RestorableView {
  const view = `${quoteIdentifier(row.schema)}.${quoteIdentifier(row.name)}`;
  const options = row.options?.length ? ` WITH (${row.options.join(', ')})` : '';
  const restore = [`CREATE VIEW ${view}${options} AS ${row.definition.replace(/;\s*$/, '')}`];
  if (row.comment !== null) restore.push(`COMMENT ON VIEW ${view} IS ${quoteLiteral(row.comment)}`);
  for (const { grantee, privilege, grantable } of row.grants) {
    const role = grantee === 'PUBLIC' ? grantee : quoteIdentifier(grantee);
    restore.push(`GRANT ${privilege} ON ${view} TO ${role}${grantable ? ' WITH GRANT OPTION' : ''}`);
  }
  restore.push(`ALTER VIEW ${view} OWNER TO ${quoteIdentifier(row.owner)}`);
  return { name, drop: `DROP VIEW ${view}`, restore };
}

/** Follows pg_depend from the replaced relations to the rewrite rules of the views that use them, and on from those. */
function dependentsQuery(schema: string, replaced: readonly Replaced[], ours: readonly string[]): string {
  const start = replaced.map(({ relation, column, comesBack }) =>
    `(${quoteLiteral(relation)}, ${column === undefined ? 'NULL' : quoteLiteral(column)}, ${comesBack})`).join(', ');
  const own = ours.length === 0 ? 'false' : `(n.nspname = ${quoteLiteral(schema)} AND v.relname IN (${ours.map(quoteLiteral).join(', ')}))`;
  return `
WITH RECURSIVE start AS (
  SELECT c.oid, s.column_name, s.comes_back, c.relname, a.attnum
    FROM (VALUES ${start}) AS s (relation, column_name, comes_back)
    JOIN pg_class c ON c.relname = s.relation
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ${quoteLiteral(schema)}
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.column_name
), uses AS (
  SELECT DISTINCT r.ev_class AS view, d.refobjid AS relation, d.refobjsubid AS attnum
    FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
   WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
), dependent AS (
  SELECT u.view, 1 AS depth
    FROM start s JOIN uses u ON u.relation = s.oid AND (s.column_name IS NULL OR u.attnum = s.attnum)
    JOIN pg_class v ON v.oid = u.view JOIN pg_namespace n ON n.oid = v.relnamespace
   WHERE NOT ${own}
  UNION
  SELECT u.view, d.depth + 1
    FROM dependent d JOIN uses u ON u.relation = d.view
   WHERE d.depth < 50
)
SELECT n.nspname AS schema, v.relname AS name, v.relkind AS kind, max(d.depth) AS depth,
       EXISTS (SELECT FROM start s JOIN uses u ON u.relation = s.oid AND u.attnum = s.attnum WHERE u.view = v.oid AND NOT s.comes_back) AS uses_lost,
       (SELECT string_agg(DISTINCT s.relname || '.' || s.column_name, ', ') FROM start s JOIN uses u ON u.relation = s.oid AND u.attnum = s.attnum
         WHERE u.view = v.oid AND NOT s.comes_back) AS lost,
       pg_get_viewdef(v.oid) AS definition,
       pg_get_userbyid(v.relowner) AS owner,
       to_json(v.reloptions) AS options,
       obj_description(v.oid, 'pg_class') AS comment,
       COALESCE((SELECT json_agg(json_build_object('grantee', CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END,
                                                   'privilege', g.privilege_type, 'grantable', g.is_grantable))
                   FROM aclexplode(v.relacl) g WHERE g.grantee <> v.relowner), '[]') AS grants,
       (SELECT count(*) > 1 FROM pg_rewrite r WHERE r.ev_class = v.oid)
         OR EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = v.oid AND NOT t.tgisinternal) AS has_rules,
       -- Of the role that connected: the transaction acts as the tables' owner, but not for these views.
       pg_has_role(session_user, v.relowner, 'USAGE') AND has_schema_privilege(session_user, v.relnamespace, 'CREATE') AS may_restore
  FROM dependent d JOIN pg_class v ON v.oid = d.view JOIN pg_namespace n ON n.oid = v.relnamespace
 GROUP BY n.nspname, v.oid, v.relname, v.relkind, v.relnamespace, v.relowner, v.reloptions, v.relacl`;
}
