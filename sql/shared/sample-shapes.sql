-- Looks at the tables that get sample rows: what each column can take, which keys lead where, and an existing row to take after.
-- The existing rows belong together: a task, its epic, its project and a session of that project.
DO $shapes$
DECLARE
  own CONSTANT jsonb := current_setting('yokeflow_upgrade.own')::jsonb -> 'columns';
  shapes jsonb := '{}';
  latest record;
  shape record;
  columns jsonb;
  keys jsonb;
  template jsonb;
BEGIN
  SELECT t.id AS task, t.epic_id AS epic, t.project_id AS project INTO latest FROM tasks t ORDER BY t.id DESC LIMIT 1;
  FOR shape IN
    SELECT name, alike, to_regclass(name) AS tbl
      FROM (VALUES ('projects', format('id = %L', latest.project)), ('sessions', format('project_id = %L ORDER BY session_number DESC', latest.project)),
                   ('epics', format('id = %L', latest.epic)), ('tasks', format('id = %L', latest.task)),
                   ('session_quality_checks', 'false'), ('prompt_proposals', 'false')) AS s (name, alike)
     -- 2.x has no session_quality_checks.
     WHERE to_regclass(name) IS NOT NULL
  LOOP
    SELECT jsonb_object_agg(a.attname, jsonb_build_object(
             'own', COALESCE(own -> shape.name ? a.attname::text, false),
             'must', a.attnotnull OR base.must,
             -- A default may stand only where it takes nothing from a sequence: not by itself, and not in a function of the user's.
             'defaults', a.attidentity = '' AND a.atthasdef AND pg_get_expr(d.adbin, d.adrelid) !~* 'nextval'
                         AND NOT EXISTS (SELECT FROM pg_depend p JOIN pg_proc f ON p.refclassid = 'pg_proc'::regclass AND f.oid = p.refobjid
                                          WHERE p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND f.prolang NOT IN (SELECT oid FROM pg_language WHERE lanname IN ('c', 'internal'))),
             'draws', a.attidentity <> '' OR a.atthasdef,
             'type', format_type(base.id, NULL), 'kind', t.typcategory,
             'size', CASE WHEN t.oid IN ('varchar'::regtype, 'bpchar'::regtype) AND base.modifier > 4 THEN base.modifier - 4 WHEN t.typcategory = 'V' THEN base.modifier END,
             'labels', (SELECT jsonb_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)))
      INTO columns
      FROM pg_attribute a
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      CROSS JOIN LATERAL (
        WITH RECURSIVE beneath AS (
          SELECT a.atttypid AS id, a.atttypmod AS modifier, false AS must, 0 AS depth
          UNION ALL
          SELECT dom.typbasetype, dom.typtypmod, b.must OR dom.typnotnull, b.depth + 1 FROM beneath b JOIN pg_type dom ON dom.oid = b.id WHERE dom.typtype = 'd')
        SELECT * FROM beneath ORDER BY depth DESC LIMIT 1) AS base
      JOIN pg_type t ON t.oid = base.id
     WHERE a.attrelid = shape.tbl AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';

    SELECT jsonb_agg(jsonb_build_object('name', c.conname, 'table', n.nspname || '.' || r.relname, 'from', quote_ident(n.nspname) || '.' || quote_ident(r.relname),
             'sample', CASE WHEN c.confrelid IN (to_regclass('projects'), to_regclass('sessions'), to_regclass('epics'), to_regclass('tasks')) THEN r.relname END,
             'columns', (SELECT jsonb_agg(attname ORDER BY place) FROM unnest(c.conkey) WITH ORDINALITY AS k (num, place) JOIN pg_attribute ON attrelid = c.conrelid AND attnum = k.num),
             'leads', (SELECT jsonb_agg(attname ORDER BY place) FROM unnest(c.confkey) WITH ORDINALITY AS k (num, place) JOIN pg_attribute ON attrelid = c.confrelid AND attnum = k.num)))
      INTO keys
      FROM pg_constraint c JOIN pg_class r ON r.oid = c.confrelid JOIN pg_namespace n ON n.oid = r.relnamespace
     WHERE c.conrelid = shape.tbl AND c.contype = 'f';

    -- Everything as text: each type reads what it writes. A long value is not worth taking after.
    SELECT NULL INTO template;
    FOR wish IN 1..2 LOOP
      EXIT WHEN template IS NOT NULL;
      EXECUTE (SELECT format('SELECT jsonb_object(ARRAY[%s], ARRAY[%s]) FROM %s WHERE %s LIMIT 1', string_agg(quote_literal(key), ', '),
                             string_agg(format('CASE WHEN pg_column_size(%1$I) < 8000 THEN %1$I::text END', key), ', '), shape.tbl, CASE wish WHEN 1 THEN shape.alike ELSE 'true' END)
                 FROM jsonb_object_keys(columns) AS key)
         INTO template;
    END LOOP;
    shapes := shapes || jsonb_build_object(shape.name, jsonb_build_object('columns', columns, 'keys', COALESCE(keys, '[]'), 'template', template));
  END LOOP;
  PERFORM set_config('yokeflow_upgrade.shapes', shapes::text, true), set_config('yokeflow_upgrade.hindered', '{}', true);
EXCEPTION WHEN OTHERS THEN
  IF SQLSTATE = '55P03' OR left(SQLSTATE, 2) IN ('40', '53', '57', '58', 'XX') THEN RAISE; END IF;
  PERFORM set_config('yokeflow_upgrade.hindered', jsonb_build_object('sample rows', jsonb_build_object('state', SQLSTATE, 'reason',
    format('YokeFlow''s rows cannot be read: %s (SQLSTATE %s)', SQLERRM, SQLSTATE)))::text, true);
END
$shapes$;
