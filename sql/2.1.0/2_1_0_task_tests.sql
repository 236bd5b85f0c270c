-- Tests of a task: 1.x's table tests becomes task_tests with ten more columns, and one function.
-- Converges from 1.4.0, from 2.1.0 and 2.2.0 as documented, whole and cut short, and from a 1.x over which 2.x's
-- installation was run: that has both tables, the old one with the rows.

DO $step$
DECLARE
  here CONSTANT oid := (SELECT oid FROM pg_namespace WHERE nspname = current_schema());
  ours CONSTANT regclass := (SELECT oid::regclass FROM pg_class WHERE relnamespace = here AND relname = 'tests' AND relkind IN ('r', 'p'));
  empty_one CONSTANT regclass := (SELECT oid::regclass FROM pg_class WHERE relnamespace = here AND relname = 'task_tests' AND relkind IN ('r', 'p'));
  has_types CONSTANT boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = ours AND attname = 'test_type' AND NOT attisdropped);
  columns text;
  strange text;
  has_rows boolean;
  part record;
BEGIN
  IF ours IS NULL THEN
    RETURN;
  END IF;

  -- Most tests of 1.x are functional ones, whose type is integration: a default at first, so that PostgreSQL writes no row for it.
  PERFORM pg_temp.yokeflow_upgrade_ensure_columns(ours, ARRAY[
    'test_type varchar(20) DEFAULT ''integration''',
    'requirements text',
    'success_criteria text',
    'last_result varchar(20)',
    'last_execution timestamptz',
    'execution_log text',
    'verification_notes text',
    'last_error_message text',
    'execution_time_ms integer',
    'retry_count integer DEFAULT 0']);
  UPDATE tests
     SET test_type = CASE WHEN has_types AND test_type IS NOT NULL THEN test_type
                          ELSE CASE category WHEN 'style' THEN 'unit' WHEN 'accessibility' THEN 'browser'
                                             WHEN 'performance' THEN 'api' ELSE 'integration' END END,
         last_execution = COALESCE(last_execution, verified_at)
   WHERE (NOT has_types AND category IN ('style', 'accessibility', 'performance'))
      OR test_type IS NULL
      OR (last_execution IS NULL AND verified_at IS NOT NULL);

  IF empty_one IS NOT NULL THEN
    EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %s)', empty_one) INTO has_rows;
    IF has_rows THEN
      SELECT string_agg(quote_ident(a.attname), ', '::text ORDER BY a.attnum) FILTER (WHERE o.attname IS NOT NULL),
             string_agg(quote_ident(a.attname), ', '::text ORDER BY a.attnum) FILTER (WHERE o.attname IS NULL)
        INTO columns, strange
        FROM pg_attribute a
        LEFT JOIN pg_attribute o ON o.attrelid = ours AND o.attname = a.attname AND NOT o.attisdropped AND o.attgenerated = ''
       WHERE a.attrelid = empty_one AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> 'id';
      IF strange IS NOT NULL THEN
        RAISE EXCEPTION 'task_tests has rows and columns that tests has no place for: %', strange
          USING HINT = 'Add these columns to tests, with the same types, then run the upgrade again.';
      END IF;
      -- With new ids: nothing points to these rows.
      EXECUTE pg_catalog.format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM %3$s ORDER BY id', ours, columns, empty_one);
    END IF;
    -- These read the table that goes. The step after the tests of epics makes them again, which is due as long as there is a table tests.
    EXECUTE (SELECT 'DROP VIEW ' || string_agg(oid::regclass::text, ', '::text) FROM pg_class
              WHERE relnamespace = here AND relkind = 'v' AND relname IN ('v_progress', 'v_task_tests', 'v_test_requirements')
             HAVING count(*) > 0);
    EXECUTE pg_catalog.format('DROP TABLE %s', empty_one);
  END IF;

  -- What a constraint of the user's has put off until COMMIT keeps a table from being altered.
  SET CONSTRAINTS ALL IMMEDIATE;
  ALTER TABLE tests RENAME TO task_tests;
  FOR part IN
    SELECT pg_catalog.format('ALTER SEQUENCE %s RENAME TO task_tests_id_seq', oid::regclass) AS rename
      FROM pg_class WHERE relnamespace = here AND relname = 'tests_id_seq' AND relkind = 'S'
    UNION ALL
    -- From PostgreSQL 18 on NOT NULL is a constraint with a name as well.
    SELECT pg_catalog.format('ALTER TABLE task_tests RENAME CONSTRAINT %I TO %I', conname, 'task_' || conname)
      FROM pg_constraint
     WHERE conrelid = ours AND (conname IN ('tests_pkey', 'tests_task_id_fkey', 'tests_project_id_fkey', 'tests_session_id_fkey')
                             OR conname ~ '^tests_(id|task_id|project_id|category|description)_not_null$')
    UNION ALL
    SELECT pg_catalog.format('ALTER INDEX %s RENAME TO %I', i.indexrelid::regclass, replace(c.relname::text, 'idx_tests_'::text, 'idx_task_tests_'::text))
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = ours AND c.relname IN ('idx_tests_task_id', 'idx_tests_project_id', 'idx_tests_category', 'idx_tests_passes')
  LOOP
    EXECUTE part.rename;
  END LOOP;
END
$step$;

CREATE TABLE IF NOT EXISTS task_tests ();
SELECT pg_temp.yokeflow_upgrade_ensure_columns('task_tests', ARRAY[
  'id serial NOT NULL',
  'task_id integer NOT NULL',
  'project_id uuid NOT NULL',
  'session_id uuid',
  'category varchar(50) NOT NULL DEFAULT ''functional''',
  'test_type varchar(20) DEFAULT ''unit''',
  'description text NOT NULL',
  'requirements text',
  'success_criteria text',
  'steps jsonb DEFAULT ''[]''::jsonb',
  'passes boolean DEFAULT false',
  'last_result varchar(20)',
  'last_execution timestamptz',
  'execution_log text',
  'verification_notes text',
  'last_error_message text',
  'execution_time_ms integer',
  'retry_count integer DEFAULT 0',
  'created_at timestamptz DEFAULT now()',
  'verified_at timestamptz',
  'result jsonb DEFAULT ''{}''::jsonb']);

DO $step$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT a.attname, a.attnotnull, pg_get_expr(d.adbin, d.adrelid) AS found,
           CASE a.attname WHEN 'category' THEN 'functional' ELSE 'unit' END AS wanted
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = 'task_tests'::regclass AND a.attname IN ('category', 'test_type')
  LOOP
    IF part.found IS DISTINCT FROM quote_literal(part.wanted) || '::character varying' THEN
      EXECUTE pg_catalog.format('ALTER TABLE task_tests ALTER COLUMN %I SET DEFAULT %L', part.attname, part.wanted);
    END IF;
    -- As documented it may not be null, and 2.x's own code sends null for a test that is made without a type.
    IF part.attname = 'test_type' AND part.attnotnull THEN
      ALTER TABLE task_tests ALTER COLUMN test_type DROP NOT NULL;
    END IF;
  END LOOP;
  -- Which categories there are is alike in 1.x and 2.x, and a fork may have more of them.
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'task_tests'::regclass AND conname = 'valid_category') THEN
    PERFORM pg_temp.yokeflow_upgrade_ensure_one_of('task_tests', 'valid_category', 'category',
                                                   '{functional,style,accessibility,performance,security}');
  END IF;
END
$step$;

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('task_tests', 'task_tests_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('task_tests', 'task_tests_task_id_fkey',
  'FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('task_tests', 'task_tests_project_id_fkey',
  'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('task_tests', 'task_tests_session_id_fkey',
  'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL');

SELECT pg_temp.yokeflow_upgrade_ensure_index('task_tests', 'idx_task_tests_task_id', 'USING btree (task_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('task_tests', 'idx_task_tests_project_id', 'USING btree (project_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('task_tests', 'idx_task_tests_category', 'USING btree (category)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('task_tests', 'idx_task_tests_passes', 'USING btree (passes)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('task_tests', 'idx_task_tests_type', 'USING btree (test_type)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('task_tests', 'idx_task_tests_task_type', 'USING btree (task_id, test_type)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('task_tests', 'idx_task_tests_last_result', 'USING btree (last_result)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('task_tests', 'idx_task_tests_execution_time',
  'USING btree (execution_time_ms DESC) WHERE (execution_time_ms IS NOT NULL)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('task_tests', 'idx_task_tests_retry_count',
  'USING btree (retry_count DESC) WHERE (retry_count > 0)');

CREATE OR REPLACE FUNCTION get_task_test_requirements(p_task_id integer)
RETURNS TABLE (test_id integer, description text, requirements text, success_criteria text, test_type varchar, steps jsonb)
LANGUAGE sql STABLE AS $body$
  SELECT tt.id, tt.description, tt.requirements, tt.success_criteria, tt.test_type, tt.steps
    FROM task_tests tt
   WHERE tt.task_id = p_task_id
   ORDER BY tt.id
$body$;
