-- A second initializer is the sample session over again, so that nothing but its type can be minded, and no default is used.
DO $probe$
DECLARE
  columns text := (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
                    WHERE attrelid = 'sessions'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '');
  refused boolean := false;
BEGIN
  BEGIN
    EXECUTE format('INSERT INTO sessions (%1$s) OVERRIDING SYSTEM VALUE SELECT %1$s FROM jsonb_populate_record(
                      (SELECT s FROM sessions s WHERE id = $1), jsonb_build_object(''id'', gen_random_uuid(), ''session_number'', 3, ''type'', ''initializer''))', columns)
      USING current_setting('yokeflow_upgrade.session')::uuid;
  EXCEPTION WHEN raise_exception THEN
    refused := true;
  END;
  ASSERT refused, 'a second initializer session was accepted for a project that has epics';
END
$probe$;
