-- What is read of the tests of tasks and epics, and the name that 1.x knows them by: four views.
-- Converges from 1.4.0, from half of it, and from 2.1.0 and 2.2.0 as documented.

CREATE OR REPLACE VIEW v_task_tests AS
SELECT tt.id,
       tt.task_id,
       tt.project_id,
       tt.category,
       tt.test_type,
       tt.description,
       tt.requirements,
       tt.success_criteria,
       tt.steps,
       tt.passes,
       tt.last_result,
       tt.last_execution,
       tt.verification_notes,
       t.description AS task_name,
       t.epic_id,
       e.name AS epic_name
  FROM task_tests tt
  JOIN tasks t ON t.id = tt.task_id
  JOIN epics e ON e.id = t.epic_id;

CREATE OR REPLACE VIEW v_test_requirements AS
SELECT 'task'::text AS test_level,
       tt.id::text AS id,
       tt.task_id::text AS parent_id,
       tt.description,
       tt.requirements,
       tt.success_criteria,
       tt.test_type,
       tt.last_result,
       tt.passes
  FROM task_tests tt
UNION ALL
SELECT 'epic'::text,
       et.id::text,
       et.epic_id::text,
       et.description,
       et.requirements,
       et.success_criteria,
       et.test_type,
       et.last_result,
       et.last_result IS NOT DISTINCT FROM 'passed'
  FROM epic_tests et;

-- 1.x's has fewer columns, and 2.x's stand between them, where CREATE OR REPLACE cannot put any.
DO $step$
DECLARE
  older CONSTANT regclass := to_regclass(format('%I.v_progress', current_schema()));
BEGIN
  IF older IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = older AND attname = 'total_task_tests') THEN
    EXECUTE format('DROP VIEW %s', older);
  END IF;
END
$step$;
CREATE OR REPLACE VIEW v_progress AS
SELECT p.id AS project_id,
       p.name AS project_name,
       e.total AS total_epics,
       e.completed AS completed_epics,
       t.total AS total_tasks,
       t.completed AS completed_tasks,
       tt.total AS total_task_tests,
       tt.passing AS passing_task_tests,
       et.total AS total_epic_tests,
       et.passing AS passing_epic_tests,
       tt.total + et.total AS total_tests,
       tt.passing + et.passing AS passing_tests,
       COALESCE(round(100.0 * t.completed / NULLIF(t.total, 0), 2), 0) AS task_completion_pct,
       COALESCE(round(100.0 * (tt.passing + et.passing) / NULLIF(tt.total + et.total, 0), 2), 0) AS test_pass_pct
  FROM projects p
 CROSS JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER (WHERE status = 'completed') AS completed
                       FROM epics WHERE project_id = p.id) e
 CROSS JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER (WHERE done) AS completed
                       FROM tasks WHERE project_id = p.id) t
 CROSS JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER (WHERE passes) AS passing
                       FROM task_tests WHERE project_id = p.id) tt
 CROSS JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER (WHERE last_result = 'passed') AS passing
                       FROM epic_tests WHERE project_id = p.id) et;

-- 1.x's code goes on working through this view, which takes inserts, updates and deletes by itself, with the table's own
-- defaults; and 2.x's own code, to roll a project back, deletes from it. A fork's own columns of the table are in it too.
DO $step$
DECLARE
  tbl CONSTANT regclass := 'task_tests'::regclass;
  was_there CONSTANT boolean := to_regclass(format('%I.tests', current_schema())) IS NOT NULL;
  guarded CONSTANT boolean := (SELECT relrowsecurity FROM pg_class WHERE oid = tbl);
  -- Where rows are guarded by policies, they are for whoever asks and not for the view's owner.
  asks_as_user CONSTANT boolean := guarded AND current_setting('server_version_num')::integer >= 150000;
  right_of record;
BEGIN
  EXECUTE pg_catalog.format('CREATE OR REPLACE VIEW tests %s AS SELECT %s FROM %s',
    CASE WHEN asks_as_user THEN 'WITH (security_invoker = true)' ELSE '' END,
    (SELECT string_agg(quote_ident(a.attname), ', '::text ORDER BY array_position(x.own, a.attname::text), a.attnum)
       FROM (SELECT '{id,task_id,project_id,category,description,steps,passes,created_at,verified_at,session_id,result}'::text[] AS own) x
       JOIN pg_attribute a ON a.attrelid = tbl AND a.attnum > 0 AND NOT a.attisdropped
      WHERE a.attname <> ALL ('{test_type,requirements,success_criteria,last_result,last_execution,execution_log,verification_notes,last_error_message,execution_time_ms,retry_count}'::name[])),
    tbl);
  IF was_there THEN
    RETURN;
  END IF;
  -- Whoever may use the table may use it by its old name, and nobody else by default privileges.
  FOR right_of IN
    SELECT pg_catalog.format('REVOKE ALL ON tests FROM %s', CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END) AS statement
      FROM pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
     WHERE c.oid = to_regclass(format('%I.tests', current_schema())) AND g.grantee <> c.relowner
    UNION ALL
    SELECT pg_catalog.format('GRANT %s ON tests TO %s%s', g.privilege_type, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END,
                             CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS statement
      FROM pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
     WHERE c.oid = tbl AND g.grantee <> c.relowner AND (asks_as_user OR NOT guarded)
       AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  LOOP
    EXECUTE right_of.statement;
  END LOOP;
END
$step$;
