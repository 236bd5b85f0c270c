import { quoteLiteral } from '../../database/quote.js';
import type { Action } from './actions.js';

/** Something of the user's that no pg_depend entry of a column, view or constraint leads to. */
export interface Obstruction {
  readonly why: 'text names column' | 'inherits' | 'inherited' | 'row type';
  /** In words, every name qualified. */
  readonly object: string;
  /** YokeFlow's relation that is concerned. */
  readonly relation: string;
}

const structural = /^(?:drop|retype|add) column$|^(?:drop|remake|add) constraint$/;
/** With such a default every row is written anew, for which no other table may have a column of the row's type ("ALTER TABLE"). */
const volatile = /default (?:gen_random_uuid|uuid_generate)/;

/**
 * Finds tables that inherit from altered ones or to which altered ones owe a column, and columns of an altered table's row type.
 */
export function obstructionsQuery(schema: string, actions: readonly Action[]): string {
  const altered = actions
    .filter(({ act }) => structural.test(act))
    .map(({ act, relation, name = '' }) => row(act, relation, name));
  const reshaped = actions
    .filter(
      ({ act, definition = '' }) =>
        act === 'drop column' || act === 'retype column' || (act === 'add column' && volatile.test(definition)),
    )
    .map(({ act, relation, name = '' }) => row(act, relation, name));
  const values = (rows: readonly string[]) => [row('', '', ''), ...rows].join(', ');
  return `
WITH RECURSIVE s AS (SELECT oid FROM pg_namespace WHERE nspname = ${quoteLiteral(schema)}),
altered (act, relation, name) AS (VALUES ${values(altered)}),
reshaped (act, relation, name) AS (VALUES ${values(reshaped)}),
typed (act, relation, type) AS (
  SELECT r.act, r.relation, y.oid FROM reshaped r JOIN s ON true JOIN pg_class c ON c.relname = r.relation AND c.relnamespace = s.oid
    JOIN pg_type y ON y.oid = c.reltype OR y.typelem = c.reltype AND y.typcategory = 'A'
  UNION
  SELECT t.act, t.relation, y.oid
    FROM typed t JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = t.type
    LEFT JOIN pg_class k ON d.classid = 'pg_class'::regclass AND k.oid = d.objid AND d.objsubid > 0 AND k.relkind IN ('c', 'v')
    JOIN pg_type y ON y.oid = CASE WHEN d.classid = 'pg_type'::regclass THEN d.objid ELSE k.reltype END
)
-- A body of plpgsql is text to PostgreSQL, and would fail at the next row.
SELECT DISTINCT 'text names column' AS why, pg_describe_object('pg_trigger'::regclass, t.oid, 0) AS object, a.relation || '.' || a.name AS relation
  FROM altered a JOIN s ON true JOIN pg_class c ON c.relname = a.relation AND c.relnamespace = s.oid
  JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE a.act = 'drop column' AND p.prosrc ~* ('\\m' || a.name || '\\M')
UNION
SELECT 'inherits', pg_describe_object('pg_class'::regclass, h.inhrelid, 0), a.relation
  FROM altered a JOIN s ON true JOIN pg_class c ON c.relname = a.relation AND c.relnamespace = s.oid JOIN pg_inherits h ON h.inhparent = c.oid
UNION
SELECT 'inherited', pg_describe_object('pg_class'::regclass, h.inhparent, 0), a.relation
  FROM altered a JOIN s ON true JOIN pg_class c ON c.relname = a.relation AND c.relnamespace = s.oid
  JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = a.name AND t.attinhcount > 0 JOIN pg_inherits h ON h.inhrelid = c.oid
 WHERE a.act IN ('drop column', 'retype column')
UNION
SELECT 'row type', pg_describe_object(d.classid, d.objid, d.objsubid), t.relation
  FROM typed t JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = t.type AND d.classid = 'pg_class'::regclass AND d.objsubid > 0
  JOIN pg_class c ON c.oid = d.objid AND (c.relkind IN ('r', 'p', 'm', 'f') OR t.act = 'drop column')
 ORDER BY 1, 2`;
}

function row(kind: string, relation: string, name: string): string {
  return `(${[kind, relation, name].map(quoteLiteral).join(', ')})`;
}
