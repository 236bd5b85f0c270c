-- task_tests becomes tests again, with every row and without the ten columns. Converges from all of it and from half of it.
-- The sequence goes on from where it is. Nothing is dropped with CASCADE: whatever of the user's is built on it stands in the way.

DROP FUNCTION IF EXISTS get_task_test_requirements(integer);

DO $undo$
DECLARE
  here CONSTANT oid := (SELECT oid FROM pg_namespace WHERE nspname = current_schema());
  ours CONSTANT regclass := (SELECT oid::regclass FROM pg_class WHERE relnamespace = here AND relname = 'task_tests' AND relkind IN ('r', 'p'));
  part record;
BEGIN
  IF ours IS NULL THEN
    RETURN;
  END IF;
  ALTER TABLE task_tests
    DROP COLUMN IF EXISTS test_type,
    DROP COLUMN IF EXISTS requirements,
    DROP COLUMN IF EXISTS success_criteria,
    DROP COLUMN IF EXISTS last_result,
    DROP COLUMN IF EXISTS last_execution,
    DROP COLUMN IF EXISTS execution_log,
    DROP COLUMN IF EXISTS verification_notes,
    DROP COLUMN IF EXISTS last_error_message,
    DROP COLUMN IF EXISTS execution_time_ms,
    DROP COLUMN IF EXISTS retry_count,
    ALTER COLUMN category DROP DEFAULT;
  ALTER TABLE task_tests RENAME TO tests;
  FOR part IN
    SELECT pg_catalog.format('ALTER SEQUENCE %s RENAME TO tests_id_seq', oid::regclass) AS rename
      FROM pg_class WHERE relnamespace = here AND relname = 'task_tests_id_seq' AND relkind = 'S'
    UNION ALL
    SELECT pg_catalog.format('ALTER TABLE tests RENAME CONSTRAINT %I TO %I', conname, substr(conname::text, 6))
      FROM pg_constraint
     WHERE conrelid = ours AND (conname IN ('task_tests_pkey', 'task_tests_task_id_fkey', 'task_tests_project_id_fkey', 'task_tests_session_id_fkey')
                             OR conname ~ '^task_tests_(id|task_id|project_id|category|description)_not_null$')
    UNION ALL
    SELECT pg_catalog.format('ALTER INDEX %s RENAME TO %I', i.indexrelid::regclass, replace(c.relname::text, 'idx_task_tests_'::text, 'idx_tests_'::text))
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = ours
       AND c.relname IN ('idx_task_tests_task_id', 'idx_task_tests_project_id', 'idx_task_tests_category', 'idx_task_tests_passes')
  LOOP
    EXECUTE part.rename;
  END LOOP;
END
$undo$;

-- Progress as 1.x counts it: the step that is undone before this one has dropped 2.x's. Who might read that one, may read this one.
DO $undo$
DECLARE
  right_of record;
BEGIN
  IF to_regclass(format('%I.v_progress', current_schema())) IS NOT NULL THEN
    RETURN;
  END IF;
  CREATE VIEW v_progress AS
  SELECT p.id AS project_id,
         p.name AS project_name,
         e.total AS total_epics,
         e.completed AS completed_epics,
         t.total AS total_tasks,
         t.completed AS completed_tasks,
         c.total AS total_tests,
         c.passing AS passing_tests,
         COALESCE(round(100.0 * t.completed / NULLIF(t.total, 0), 2), 0) AS task_completion_pct,
         COALESCE(round(100.0 * c.passing / NULLIF(c.total, 0), 2), 0) AS test_pass_pct
    FROM projects p
   CROSS JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER (WHERE status = 'completed') AS completed
                         FROM epics WHERE project_id = p.id) e
   CROSS JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER (WHERE done) AS completed
                         FROM tasks WHERE project_id = p.id) t
   CROSS JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER (WHERE passes) AS passing
                         FROM tests WHERE project_id = p.id) c;
  FOR right_of IN
    SELECT value ->> 'right' AS statement
      FROM json_array_elements(COALESCE(NULLIF(current_setting('yokeflow_upgrade.rights_of_progress', true), ''), '[]')::json)
  LOOP
    EXECUTE right_of.statement;
  END LOOP;
END
$undo$;
