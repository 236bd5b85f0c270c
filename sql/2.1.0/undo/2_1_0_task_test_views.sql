-- Takes 2.x's views on tests away again, and the old name of task_tests, which the table is about to get back.
-- Converges from all of it and from half of it. Nothing is dropped with CASCADE.
DO $undo$
DECLARE
  here CONSTANT oid := (SELECT oid FROM pg_namespace WHERE nspname = current_schema());
  old_name CONSTANT regclass := (SELECT oid::regclass FROM pg_class WHERE relnamespace = here AND relname = 'tests' AND relkind = 'v');
  progress CONSTANT regclass := (SELECT c.oid::regclass FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                                  WHERE c.relnamespace = here AND c.relname = 'v_progress' AND c.relkind = 'v' AND a.attname = 'total_task_tests');
BEGIN
  IF old_name IS NOT NULL THEN
    EXECUTE pg_catalog.format('DROP VIEW %s', old_name);
  END IF;
  IF progress IS NOT NULL THEN
    -- Other roles' rights on it, for 1.x's, which the next undo makes.
    PERFORM set_config('yokeflow_upgrade.rights_of_progress', COALESCE((
      SELECT json_agg(json_build_object('right', pg_catalog.format('GRANT %s ON v_progress TO %s%s', g.privilege_type,
               CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END, CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)))
        FROM pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
       WHERE c.oid = progress AND g.grantee <> c.relowner), '[]')::text, true);
    EXECUTE pg_catalog.format('DROP VIEW %s', progress);
  END IF;
END
$undo$;

DROP VIEW IF EXISTS v_test_requirements, v_task_tests;
