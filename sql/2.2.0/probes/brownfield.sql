DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  stored record;
BEGIN
  UPDATE projects SET project_type = 'brownfield', source_commit_sha = repeat('a', 40), codebase_analysis = '{"languages": ["probe"]}'
   WHERE id = the_project;
  SELECT * INTO stored FROM projects WHERE id = the_project;
  ASSERT stored.project_type = 'brownfield' AND stored.source_commit_sha = repeat('a', 40) AND stored.codebase_analysis ? 'languages',
         format('a brownfield project is stored as %s', jsonb_build_object('type', stored.project_type, 'commit', stored.source_commit_sha));
  BEGIN
    UPDATE projects SET project_type = 'probe' WHERE id = the_project;
    RAISE EXCEPTION 'a project can be of a type that there is not' USING ERRCODE = 'assert_failure';
  EXCEPTION WHEN check_violation THEN
    NULL;
  END;
END
$probe$;
