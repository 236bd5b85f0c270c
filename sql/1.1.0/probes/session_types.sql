DO $probe$
DECLARE
  refused boolean := false;
BEGIN
  BEGIN
    INSERT INTO sessions (project_id, session_number, type, model)
    VALUES (current_setting('yokeflow_upgrade.project')::uuid, 3, 'initializer', 'probe');
  EXCEPTION WHEN raise_exception THEN
    refused := true;
  END;
  ASSERT refused, 'a second initializer session was accepted for a project that has epics';
END
$probe$;
