-- What YokeFlow has done since 1.0.0 to its own rows, tried on the sample rows without anything that a later release brings. What
-- a fork does not let it do here says nothing of that release, so whatever needs it is not probed. Each is rolled back by itself.
DO $controls$
DECLARE
  own CONSTANT jsonb := current_setting('yokeflow_upgrade.own');
  hindered jsonb := current_setting('yokeflow_upgrade.hindered');
  control record;
  held boolean;
  said text; state text; context text; rule text; blamed text;
BEGIN
  FOR control IN
    SELECT * FROM (VALUES
      -- Whatever waits for COMMIT is looked at now: PostgreSQL would refuse the sample rows there.
      ('sample rows', 'project', NULL, 'true'),
      ('update projects', 'project', 'UPDATE projects SET total_cost_usd = COALESCE(total_cost_usd, 0) + 1.25 WHERE id = %L', '(SELECT total_cost_usd >= 1.25 FROM projects WHERE id = %L)'),
      ('update sessions', 'session', 'UPDATE sessions SET status = ''interrupted'', last_heartbeat = now() WHERE id = %L', '(SELECT status = ''interrupted'' FROM sessions WHERE id = %L)'),
      ('complete sessions', 'session', 'UPDATE sessions SET status = ''completed'', ended_at = now() WHERE id = %L', '(SELECT status = ''completed'' FROM sessions WHERE id = %L)'),
      -- By their old name, which is a table in 1.x and a view from 2.1.0 on.
      ('insert tests', 'task', 'INSERT INTO tests (id, task_id, project_id, category, description) SELECT -1, id, project_id, ''functional'', ''probe'' FROM tasks WHERE id = %L', 'EXISTS (SELECT FROM tests WHERE id = -1 AND task_id = %L)'),
      ('delete tasks', 'task', 'DELETE FROM tasks WHERE id = %L', 'NOT EXISTS (SELECT FROM tasks WHERE id = %L)'),
      ('delete epics', 'epic', 'DELETE FROM epics WHERE id = %L', 'NOT EXISTS (SELECT FROM epics WHERE id = %L)'),
      ('delete sessions', 'session', 'DELETE FROM sessions WHERE id = %L', 'NOT EXISTS (SELECT FROM sessions WHERE id = %L)'),
      ('delete projects', 'project', 'DELETE FROM projects WHERE id = %L', 'NOT EXISTS (SELECT FROM projects WHERE id = %L)')
    ) AS c (need, sample, work, holds)
  LOOP
    EXIT WHEN hindered ? 'sample rows';
    BEGIN
      IF control.work IS NOT NULL THEN EXECUTE format(control.work, current_setting('yokeflow_upgrade.' || control.sample)); END IF;
      SET CONSTRAINTS ALL IMMEDIATE;
      EXECUTE 'SELECT ' || format(control.holds, current_setting('yokeflow_upgrade.' || control.sample)) INTO held;
      RAISE EXCEPTION 'it has no effect' USING ERRCODE = CASE WHEN held THEN 'YF000' ELSE 'YF001' END;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, state = RETURNED_SQLSTATE, context = PG_EXCEPTION_CONTEXT, rule = CONSTRAINT_NAME;
      blamed := substring(context FROM 'PL/pgSQL[^\n(]*?(\w+)"?\(');
      IF state = '55P03' OR left(state, 2) IN ('40', '53', '57', '58', 'XX') THEN RAISE; END IF;
      -- What YokeFlow's own function does here is for the probe to say.
      IF state <> 'YF000' AND NOT COALESCE(own -> 'functions' ? blamed AND (rule = '' OR own -> 'constraints' ? rule), false) THEN
        hindered := hindered || jsonb_build_object(control.need, jsonb_build_object('state', state, 'reason',
          format(CASE WHEN control.work IS NULL THEN 'PostgreSQL would not commit the %s: %s' ELSE 'this database does not let YokeFlow %s: %s' END, control.need, said || CASE WHEN state LIKE 'YF%' THEN '' ELSE format(' (SQLSTATE %s)', state) END)));
      END IF;
    END;
  END LOOP;
  PERFORM set_config('yokeflow_upgrade.hindered', hindered::text, true);
END
$controls$;
