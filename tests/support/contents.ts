import type { TestDatabase } from './server.js';

/** Every table of the database with its rows as text, sorted, so that two moments can be compared. */
export async function tableContents(
  database: Pick<TestDatabase, 'query'>,
): Promise<Record<string, Record<string, unknown>[]>> {
  const tables = await database.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2`,
  );
  const contents: Record<string, Record<string, unknown>[]> = {};
  for (const { schema, name } of tables) contents[`${schema}.${name}`] = [];
  if (tables.length === 0) return contents;
  // One query for all of them: a connection for each table costs more than everything else that a test compares.
  const selects = tables.map(
    ({ schema, name }, i) => `SELECT ${i} AS place, to_jsonb(t) AS row FROM "${schema}"."${name}" t`,
  );
  const rows = await database.query<{ place: number; row: Record<string, unknown> }>(
    `SELECT place, row FROM (${selects.join(' UNION ALL ')}) all_rows ORDER BY place, row::text`,
  );
  for (const { place, row } of rows) contents[`${tables[place]?.schema}.${tables[place]?.name}`]?.push(row);
  return contents;
}

/** Every object of the catalog with its definition, one line each: equal lists mean equal schemas. */
export async function catalogLines(database: Pick<TestDatabase, 'query'>): Promise<string[]> {
  const rows = await database.query<{ line: string }>(`
    WITH ns AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
    SELECT format('%s %s.%s owner %s acl %s options %s', c.relkind, nspname, relname, pg_get_userbyid(relowner), relacl, reloptions) AS line
      FROM pg_class c JOIN ns ON ns.oid = relnamespace WHERE relkind <> 't'
    UNION ALL SELECT format('column %s.%s %s %s %s %s', attrelid::regclass, attname, attnum, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN ns ON ns.oid = relnamespace LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE attnum > 0 AND NOT attisdropped
    UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(p.oid)) FROM pg_constraint p JOIN ns ON ns.oid = connamespace
    UNION ALL SELECT format('index %s', pg_get_indexdef(indexrelid)) FROM pg_index JOIN pg_class c ON c.oid = indrelid JOIN ns ON ns.oid = relnamespace
    UNION ALL SELECT format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid)) FROM pg_class c JOIN ns ON ns.oid = relnamespace WHERE relkind IN ('v', 'm')
    UNION ALL SELECT format('function %s %s', p.oid::regprocedure, pg_get_functiondef(p.oid)) FROM pg_proc p JOIN ns ON ns.oid = pronamespace WHERE prokind = 'f'
    UNION ALL SELECT format('trigger %s %s', pg_get_triggerdef(t.oid), tgenabled) FROM pg_trigger t WHERE NOT tgisinternal
    UNION ALL SELECT format('label %s %s', enumtypid::regtype, enumlabel) FROM pg_enum
    UNION ALL SELECT format('sequence %s.%s %s', schemaname, sequencename, last_value) FROM pg_sequences
    UNION ALL SELECT format('schema %s %s', nspname, nspname) FROM ns
    UNION ALL SELECT format('column options %s.%s acl %s target %s options %s', attrelid::regclass, attname, attacl, NULLIF(attstattarget, -1), attoptions)
      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN ns ON ns.oid = relnamespace WHERE NOT attisdropped AND (attacl IS NOT NULL OR attstattarget >= 0 OR attoptions IS NOT NULL)
    UNION ALL SELECT format('index marks %s clustered %s replica identity %s', indexrelid::regclass, indisclustered, indisreplident) FROM pg_index JOIN pg_class c ON c.oid = indrelid JOIN ns ON ns.oid = relnamespace
     WHERE indisclustered OR indisreplident
    UNION ALL SELECT format('rule %s %s', pg_get_ruledef(w.oid), ev_enabled) FROM pg_rewrite w JOIN pg_class c ON c.oid = ev_class JOIN ns ON ns.oid = relnamespace WHERE rulename <> '_RETURN'
    UNION ALL SELECT format('policy %s on %s for %s using %s check %s', polname, polrelid::regclass, polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
    UNION ALL SELECT format('row security %s %s %s', oid::regclass, relrowsecurity, relforcerowsecurity) FROM pg_class WHERE relrowsecurity OR relforcerowsecurity
    UNION ALL SELECT format('statistics %s', pg_get_statisticsobjdef(oid)) FROM pg_statistic_ext
    UNION ALL SELECT format('publication %s of %s', p.pubname, r.prrelid::regclass) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = prpubid
    UNION ALL SELECT format('function acl %s %s owner %s', p.oid::regprocedure, proacl, pg_get_userbyid(proowner)) FROM pg_proc p JOIN ns ON ns.oid = pronamespace
    UNION ALL SELECT format('comment on %s: %s', pg_describe_object(classoid, objoid, objsubid), description) FROM pg_description WHERE objoid >= 16384
    ORDER BY 1`);
  return rows.map(({ line }) => line);
}

/** The catalog but for the two labels that 1.4.0 brings: they are committed by themselves and cannot be dropped. */
export function withoutNewLabels(lines: readonly string[]): string[] {
  return lines.filter((line) => !/^label (?:\w+\.)?session_status (?:paused|resumed)$/.test(line));
}
