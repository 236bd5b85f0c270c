import { quoteIdentifier, quoteLiteral } from '../../database/quote.js';
import type { Action } from './actions.js';
import type { ReadPinned } from './pinned.js';

/** What there is to a constraint or an index besides its definition. */
export interface PartState {
  readonly kind: 'constraint' | 'index';
  readonly table: string;
  readonly name: string;
  readonly definition: string;
  readonly comment: string | null;
  /** Of the index itself, or of the one behind the constraint. */
  readonly options: readonly string[];
  readonly tablespace: string | null;
  readonly method: string | null;
  readonly isClustered: boolean;
  readonly isReplicaIdentity: boolean;
  /** Columns of an index with a statistics target of their own. */
  readonly targets: readonly { column: number; target: number }[];
  readonly extensions: readonly string[];
  /** Whether the triggers behind a foreign key are switched off, or on for replicas. */
  readonly hasOtherTriggers: boolean;
}

/**
 * Reads the constraints and indexes that are made anew, and the indexes that PostgreSQL itself rebuilds for a column's
 * new type.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readParts(read: ReadPinned, schema: string, actions: readonly Action[]): Promise<PartState[]> {
  const tables = actions.flatMap(({ act, relation }) => (act === 'retype column' ? [relation] : []));
  const parts = actions.filter(({ act }) => /^(?:drop|remake) (?:constraint|index)$/.test(act));
  if (tables.length + parts.length === 0) return [];
  return read<PartState>(partsQuery(schema, tables, parts));
}

function partsQuery(schema: string, tables: readonly string[], parts: readonly Action[]): string {
  const names = ['', ...tables].map(quoteLiteral).join(', ');
  const wanted = [['', ''], ...parts.map(({ relation, name = '' }) => [relation, name])]
    .map(([table = '', name = '']) => `(${quoteLiteral(table)}, ${quoteLiteral(name)})`)
    .join(', ');
  const extensions = (
    catalog: string,
    oid: string,
  ) => `COALESCE((SELECT json_agg(x.extname) FROM pg_depend d JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid
         WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid}), '[]') AS extensions`;
  const index = `to_json(COALESCE(x.reloptions, '{}')) AS options, s.spcname AS tablespace, m.amname AS method,
       COALESCE(i.indisclustered, false) AS "isClustered", COALESCE(i.indisreplident, false) AS "isReplicaIdentity",
       COALESCE((SELECT json_agg(json_build_object('column', a.attnum, 'target', a.attstattarget)) FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0), '[]') AS targets`;
  return `
SELECT 'constraint' AS kind, c.relname AS "table", k.conname AS name, pg_get_constraintdef(k.oid) AS definition, obj_description(k.oid, 'pg_constraint') AS comment,
       ${index}, ${extensions('pg_constraint', 'k.oid')},
       EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O') AS "hasOtherTriggers"
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x') LEFT JOIN pg_class x ON x.oid = i.indexrelid
  LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace LEFT JOIN pg_am m ON m.oid = x.relam
 WHERE n.nspname = ${quoteLiteral(schema)} AND k.contype IN ('p', 'u', 'x', 'f', 'c') AND (c.relname, k.conname) IN (${wanted})
UNION ALL
SELECT 'index', c.relname, x.relname, pg_get_indexdef(x.oid), obj_description(x.oid, 'pg_class'), ${index}, ${extensions('pg_class', 'x.oid')}, false
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace LEFT JOIN pg_am m ON m.oid = x.relam
 WHERE n.nspname = ${quoteLiteral(schema)} AND ((c.relname, x.relname) IN (${wanted}) OR c.relname IN (${names}))`;
}

/** Why a part cannot be as it was but for its definition; undefined where it can. Pure. */
export function whyNotPutBack(state: PartState, action: Action | undefined): string | undefined {
  const becomes = action?.definition ?? '';
  if (action === undefined) return undefined;
  if (state.extensions.length > 0)
    return `it depends on the extension ${state.extensions.join(' and ')}, and is made anew`;
  if (state.hasOtherTriggers) return 'the triggers behind it are switched off, or on for replicas, and it is made anew';
  const mark = state.isReplicaIdentity
    ? 'the replica identity'
    : state.isClustered
      ? 'what CLUSTER goes by'
      : undefined;
  // Neither can be a partial index ("ALTER TABLE").
  return mark !== undefined && (action.act === 'drop constraint' || / WHERE /.test(becomes))
    ? `it is ${mark} of ${state.table}, which its new definition cannot be`
    : undefined;
}

/**
 * The statements that give a part back what it had besides its definition. They do nothing where it still has it. Pure.
 * @param becomesIndex whether a constraint that goes makes room for an index of its name
 */
export function putBackPart(
  schema: string,
  state: PartState,
  action: Action | undefined,
  becomesIndex = false,
): string[] {
  const of = (name: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  const [table, index] = [of(state.table), of(state.name)];
  if (action?.act === 'drop constraint')
    return becomesIndex && state.comment !== null
      ? [`COMMENT ON INDEX ${index} IS ${quoteLiteral(state.comment)}`]
      : [];
  const sameMethod =
    action?.definition === undefined ||
    !action.definition.includes('USING ') ||
    action.definition.includes(`USING ${state.method} `);
  const comment =
    state.comment === null
      ? []
      : [
          state.kind === 'index'
            ? `COMMENT ON INDEX ${index} IS ${quoteLiteral(state.comment)}`
            : `COMMENT ON CONSTRAINT ${quoteIdentifier(state.name)} ON ${table} IS ${quoteLiteral(state.comment)}`,
        ];
  return [
    ...comment,
    ...(state.options.length > 0 && sameMethod ? [`ALTER INDEX ${index} SET (${state.options.join(', ')})`] : []),
    ...(state.tablespace === null ? [] : [`ALTER INDEX ${index} SET TABLESPACE ${quoteIdentifier(state.tablespace)}`]),
    ...(state.isClustered ? [`ALTER TABLE ${table} CLUSTER ON ${quoteIdentifier(state.name)}`] : []),
    ...(state.isReplicaIdentity
      ? [`ALTER TABLE ${table} REPLICA IDENTITY USING INDEX ${quoteIdentifier(state.name)}`]
      : []),
    // Numbers stand for the same columns only where the definition is the same.
    ...(action === undefined
      ? state.targets.map(
          ({ column, target }) => `ALTER INDEX ${index} ALTER COLUMN ${column} SET STATISTICS ${target}`,
        )
      : []),
  ];
}
