-- A project with two sessions, an epic and a task, for the probes. It exists inside a savepoint only.
-- Identifiers are written out, never taken from a sequence: a sequence moves on in spite of ROLLBACK.
DO $sample$
DECLARE
  project uuid := gen_random_uuid();
  session uuid := gen_random_uuid();
  next_session uuid := gen_random_uuid();
  epic integer := LEAST(0, (SELECT min(id) FROM epics)) - 1;
  task integer := LEAST(0, (SELECT min(id) FROM tasks)) - 1;
  sample record;
  sample_row jsonb;
BEGIN
  FOR sample IN
    SELECT * FROM (VALUES
      (1, 'projects', jsonb_build_object('id', project, 'name', 'yokeflow-upgrade probe ' || project)),
      (2, 'sessions', jsonb_build_object('id', session, 'project_id', project, 'session_number', 1, 'type', 'coding', 'model', 'probe', 'status', 'running')),
      (3, 'sessions', jsonb_build_object('id', next_session, 'project_id', project, 'session_number', 2, 'type', 'coding', 'model', 'probe', 'status', 'pending')),
      (4, 'epics', jsonb_build_object('id', epic, 'project_id', project, 'name', 'probe')),
      (5, 'tasks', jsonb_build_object('id', task, 'epic_id', epic, 'project_id', project, 'description', 'probe'))
    ) AS s (position, tbl, fields) ORDER BY position
  LOOP
    -- A fork may have columns of its own that want a value: each is given a plain one of its type.
    SELECT sample.fields || COALESCE(jsonb_object_agg(a.attname, CASE
             WHEN t.typname IN ('json', 'jsonb') THEN '{}'::jsonb
             WHEN t.typname = 'uuid' THEN to_jsonb(gen_random_uuid())
             WHEN t.typcategory = 'A' THEN '"{}"'::jsonb
             WHEN t.typcategory = 'B' THEN 'false'::jsonb
             WHEN t.typcategory = 'D' THEN to_jsonb(now())
             WHEN t.typcategory = 'E' THEN to_jsonb((SELECT enumlabel FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder LIMIT 1))
             WHEN t.typcategory = 'N' THEN '0'::jsonb
             ELSE '"probe"'::jsonb END), '{}')
      INTO sample_row
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = sample.tbl::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND NOT sample.fields ? a.attname::text;
    EXECUTE format('INSERT INTO %1$I (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$I, $1)', sample.tbl,
                   (SELECT string_agg(quote_ident(key), ', ') FROM jsonb_object_keys(sample_row) AS key))
      USING sample_row;
  END LOOP;
  PERFORM set_config('yokeflow_upgrade.project', project::text, true),
          set_config('yokeflow_upgrade.session', session::text, true),
          set_config('yokeflow_upgrade.next_session', next_session::text, true),
          set_config('yokeflow_upgrade.epic', epic::text, true),
          set_config('yokeflow_upgrade.task', task::text, true);
END
$sample$;
