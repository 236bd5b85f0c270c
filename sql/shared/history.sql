-- The record of this program's runs, in a schema of its own. Nothing is ever decided by it.
-- IF NOT EXISTS would ask for the right to create even what is there already, so each is looked for first.
DO $history$
DECLARE
  missing text;
BEGIN
  IF to_regnamespace('yokeflow_upgrade') IS NULL THEN
    CREATE SCHEMA yokeflow_upgrade;
  END IF;
  IF to_regclass('yokeflow_upgrade.runs') IS NULL THEN
    CREATE TABLE yokeflow_upgrade.runs ();
    COMMENT ON TABLE yokeflow_upgrade.runs IS 'What yokeflow-upgrade did to this database. A record only: nothing is decided by it.';
  ELSIF obj_description('yokeflow_upgrade.runs'::regclass, 'pg_class') LIKE '%it may be dropped at any time.'
        AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'yokeflow_upgrade.runs'::regclass), 'USAGE') THEN
    -- Earlier versions said so, and whoever then dropped the schema would lose the deep reviews that may be set aside in it.
    COMMENT ON TABLE yokeflow_upgrade.runs IS 'What yokeflow-upgrade did to this database. A record only: nothing is decided by it.';
  END IF;
  -- No sequence: it would move on with a run that is rolled back.
  SELECT string_agg(format('ADD COLUMN %I %s', c.name, c.type), ', ' ORDER BY c.position)
    INTO missing
    FROM (VALUES
           (1, 'id', 'uuid PRIMARY KEY DEFAULT md5(random()::text || clock_timestamp()::text)::uuid'),
           (2, 'tool_version', 'text'),
           (3, 'operation', 'text'),
           (4, 'from_release', 'text'),
           (5, 'to_release', 'text'),
           (6, 'steps', 'jsonb'),
           (7, 'started_at', 'timestamptz'),
           (8, 'ended_at', 'timestamptz'),
           (9, 'database_role', 'text'),
           (10, 'host', 'text'),
           (11, 'backup_file', 'text'),
           -- Which database this was: the record travels with a dump.
           (12, 'server', 'text'),
           (13, 'database_oid', 'bigint'),
           (14, 'replaced', 'jsonb'),
           -- How often the locks were tried for, and for how long YokeFlow was held up: the longest and the sum, in ms.
           (15, 'attempts', 'integer'),
           (16, 'held_up_ms', 'jsonb')) AS c (position, name, type)
   WHERE NOT EXISTS (SELECT FROM pg_attribute a
                      WHERE a.attrelid = 'yokeflow_upgrade.runs'::regclass AND a.attname = c.name AND NOT a.attisdropped);
  IF missing IS NOT NULL THEN
    EXECUTE 'ALTER TABLE yokeflow_upgrade.runs ' || missing;
  END IF;
END
$history$;
