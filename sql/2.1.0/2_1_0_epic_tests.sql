-- Tests of a whole epic: one table, two functions, two views.
-- Converges from nothing, from half of it, and from 2.1.0 and 2.2.0 as documented (which cannot make the two views).

CREATE TABLE IF NOT EXISTS epic_tests ();
SELECT pg_temp.yokeflow_upgrade_ensure_columns('epic_tests', ARRAY[
  'id uuid NOT NULL DEFAULT gen_random_uuid()',
  'epic_id integer NOT NULL',
  'project_id uuid NOT NULL',
  'name varchar(255) NOT NULL',
  'description text',
  'test_type varchar(20) DEFAULT ''integration''',
  'requirements text',
  'success_criteria text',
  'key_verification_points jsonb',
  'verification_notes text',
  'depends_on_tasks integer[]',
  'last_execution timestamptz',
  'last_result varchar(20)',
  'execution_log text',
  'execution_count integer DEFAULT 0',
  'pass_count integer DEFAULT 0',
  'fail_count integer DEFAULT 0',
  'skip_count integer DEFAULT 0',
  'last_error_message text',
  'execution_time_ms integer',
  'retry_count integer DEFAULT 0',
  'created_at timestamptz DEFAULT now()',
  'updated_at timestamptz DEFAULT now()',
  'session_id uuid']);

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_tests', 'epic_tests_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_tests', 'epic_tests_epic_id_fkey',
  'FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_tests', 'epic_tests_project_id_fkey',
  'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('epic_tests', 'epic_tests_session_id_fkey',
  'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL');
SELECT pg_temp.yokeflow_upgrade_ensure_one_of('epic_tests', 'chk_epic_test_type', 'test_type', '{integration,e2e,workflow}');
SELECT pg_temp.yokeflow_upgrade_ensure_one_of('epic_tests', 'chk_epic_last_result', 'last_result', '{passed,failed,skipped,error}');

SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_tests', 'idx_epic_tests_epic_id', 'USING btree (epic_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_tests', 'idx_epic_tests_project_id', 'USING btree (project_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_tests', 'idx_epic_tests_test_type', 'USING btree (test_type)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_tests', 'idx_epic_tests_last_result', 'USING btree (last_result)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_tests', 'idx_epic_tests_depends_on_tasks', 'USING gin (depends_on_tasks)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_tests', 'idx_epic_tests_execution_time',
  'USING btree (execution_time_ms DESC) WHERE (execution_time_ms IS NOT NULL)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('epic_tests', 'idx_epic_tests_retry_count',
  'USING btree (retry_count DESC) WHERE (retry_count > 0)');

-- A task that was removed since holds nothing up.
CREATE OR REPLACE FUNCTION epic_test_dependencies_met(test_id uuid)
RETURNS boolean LANGUAGE sql STABLE AS $body$
  SELECT EXISTS (SELECT FROM epic_tests et WHERE et.id = $1)
     AND NOT EXISTS (SELECT FROM epic_tests et JOIN tasks t ON t.id = ANY (et.depends_on_tasks)
                      WHERE et.id = $1 AND t.done IS NOT TRUE)
$body$;

CREATE OR REPLACE FUNCTION get_epic_test_requirements(p_epic_id integer)
RETURNS TABLE (test_id uuid, name varchar, description text, requirements text, success_criteria text,
               key_verification_points jsonb, depends_on_tasks integer[]) LANGUAGE sql STABLE AS $body$
  SELECT et.id, et.name, et.description, et.requirements, et.success_criteria, et.key_verification_points, et.depends_on_tasks
    FROM epic_tests et
   WHERE et.epic_id = p_epic_id
   ORDER BY et.created_at, et.id
$body$;

-- As documented, v_runnable_epic_tests reads v_epic_tests_status, which is defined nowhere, so neither can be made.
CREATE OR REPLACE VIEW v_epic_tests_status AS
SELECT et.id AS test_id,
       et.epic_id,
       e.name AS epic_name,
       e.status AS epic_status,
       e.priority,
       et.project_id,
       p.name AS project_name,
       et.name,
       et.description,
       et.test_type,
       et.requirements,
       et.success_criteria,
       et.key_verification_points,
       et.depends_on_tasks,
       et.last_result,
       et.last_execution,
       et.execution_count,
       NOT EXISTS (SELECT FROM tasks t WHERE t.id = ANY (et.depends_on_tasks) AND t.done IS NOT TRUE) AS dependencies_met
  FROM epic_tests et
  JOIN epics e ON e.id = et.epic_id
  JOIN projects p ON p.id = et.project_id
 ORDER BY e.priority, et.epic_id, et.created_at;

CREATE OR REPLACE VIEW v_runnable_epic_tests AS
SELECT s.test_id,
       s.epic_id,
       s.epic_name,
       s.epic_status,
       s.priority,
       s.project_id,
       s.project_name,
       s.name,
       s.description,
       s.test_type,
       s.requirements,
       s.success_criteria,
       s.key_verification_points,
       s.depends_on_tasks,
       s.last_result,
       s.last_execution,
       s.execution_count
  FROM v_epic_tests_status s
 WHERE s.dependencies_met AND s.last_result IS DISTINCT FROM 'passed'
 ORDER BY s.priority, s.epic_id;
