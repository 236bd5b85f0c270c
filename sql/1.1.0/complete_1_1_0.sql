-- Completes a 1.1.0 whose installation stopped half-way, and takes a 1.0.0 to 1.1.0 with all its rows.
-- 1.0.0's own tables and columns (budget_usd, reviews, github_commits, …) stay as they are.

-- The seconds spent so far are in the sessions; they are summed up once, when the column is new. Triggers and rules on
-- projects, of YokeFlow's and of the user's, are held off meanwhile: nobody has edited these projects today.
DO $step$
DECLARE
  held record;
  off text[] := '{}';
  back text[] := '{}';
BEGIN
  IF EXISTS (SELECT FROM pg_attribute
              WHERE attrelid = 'projects'::regclass AND attname = 'total_time_seconds' AND NOT attisdropped) THEN
    RETURN;
  END IF;
  ALTER TABLE projects ADD COLUMN total_time_seconds integer DEFAULT 0;
  FOR held IN
    SELECT 'TRIGGER' AS kind, tgname AS name, tgenabled AS enabled FROM pg_trigger WHERE tgrelid = 'projects'::regclass AND NOT tgisinternal AND tgenabled <> 'D'
    UNION ALL
    SELECT 'RULE', rulename, ev_enabled FROM pg_rewrite WHERE ev_class = 'projects'::regclass AND ev_enabled <> 'D'
  LOOP
    off := off || format('ALTER TABLE projects DISABLE %s %I', held.kind, held.name);
    back := back || format('ALTER TABLE projects ENABLE %s %s %I', CASE held.enabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, held.kind, held.name);
  END LOOP;
  FOR i IN 1..cardinality(off) LOOP EXECUTE off[i]; END LOOP;
  UPDATE projects p
     SET total_time_seconds = spent.seconds
    FROM (SELECT project_id, LEAST(sum(round((metrics ->> 'duration_seconds')::numeric)), 2147483647)::integer AS seconds
            FROM sessions
           WHERE status = 'completed' AND metrics ->> 'duration_seconds' ~ '^[0-9]+(\.[0-9]+)?$'
           GROUP BY project_id) spent
   WHERE spent.project_id = p.id;
  FOR i IN 1..cardinality(back) LOOP EXECUTE back[i]; END LOOP;
END
$step$;

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('projects', 'valid_total_time', 'CHECK ((total_time_seconds >= 0))');
SELECT pg_temp.yokeflow_upgrade_ensure_index('projects', 'idx_projects_total_time', 'USING btree (total_time_seconds)');

CREATE TABLE IF NOT EXISTS session_deep_reviews ();
ALTER TABLE session_deep_reviews
  ADD COLUMN IF NOT EXISTS id uuid NOT NULL DEFAULT uuid_generate_v4(),
  ADD COLUMN IF NOT EXISTS session_id uuid NOT NULL,
  ADD COLUMN IF NOT EXISTS review_version varchar(20),
  ADD COLUMN IF NOT EXISTS created_at timestamptz DEFAULT now(),
  ADD COLUMN IF NOT EXISTS overall_rating integer,
  ADD COLUMN IF NOT EXISTS review_text text,
  ADD COLUMN IF NOT EXISTS review_summary jsonb DEFAULT '{}'::jsonb,
  ADD COLUMN IF NOT EXISTS prompt_improvements jsonb DEFAULT '[]'::jsonb,
  ADD COLUMN IF NOT EXISTS model varchar(100);

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_deep_reviews', 'session_deep_reviews_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_deep_reviews', 'session_deep_reviews_session_id_fkey',
  'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_deep_reviews', 'unique_session_deep_review', 'UNIQUE (session_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_deep_reviews', 'valid_deep_review_rating',
  'CHECK (((overall_rating IS NULL) OR ((overall_rating >= 1) AND (overall_rating <= 10))))');

SELECT pg_temp.yokeflow_upgrade_ensure_index('session_deep_reviews', 'idx_deep_reviews_session', 'USING btree (session_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('session_deep_reviews', 'idx_deep_reviews_created', 'USING btree (created_at DESC)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('session_deep_reviews', 'idx_deep_reviews_rating',
  'USING btree (overall_rating) WHERE (overall_rating IS NOT NULL)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('session_deep_reviews', 'idx_deep_reviews_improvements', 'USING gin (prompt_improvements)');

CREATE OR REPLACE FUNCTION update_project_metrics() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF NEW.status = 'completed' AND OLD.status IS DISTINCT FROM NEW.status THEN
    UPDATE projects
       SET total_cost_usd = COALESCE(total_cost_usd, 0) + COALESCE((NEW.metrics ->> 'cost_usd')::numeric, 0),
           total_time_seconds = COALESCE(total_time_seconds, 0)
                                + round(COALESCE((NEW.metrics ->> 'duration_seconds')::numeric, 0))::integer
     WHERE id = NEW.project_id;
  END IF;
  RETURN NEW;
END
$body$;

CREATE OR REPLACE FUNCTION validate_session_type() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  has_epics boolean := EXISTS (SELECT FROM epics WHERE project_id = NEW.project_id);
BEGIN
  IF NEW.session_number = 0 AND NEW.type <> 'initializer' AND NOT has_epics THEN
    RAISE EXCEPTION 'Session 0 of a project without epics must be an initializer session, not %', NEW.type;
  END IF;
  IF NEW.type = 'initializer' AND has_epics THEN
    RAISE EXCEPTION 'Project % has epics already: no further initializer session', NEW.project_id;
  END IF;
  RETURN NEW;
END
$body$;

-- 1.0.0 counted the cost alone; both triggers together would count it twice.
DROP TRIGGER IF EXISTS update_project_cost_on_session_complete ON sessions;

DO $step$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'sessions'::regclass AND tgname = 'update_project_metrics_on_session_complete') THEN
    CREATE TRIGGER update_project_metrics_on_session_complete
      AFTER UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION update_project_metrics();
  END IF;
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'sessions'::regclass AND tgname = 'validate_session_type_consistency') THEN
    CREATE TRIGGER validate_session_type_consistency
      BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION validate_session_type();
  END IF;
  -- Whatever else calls it keeps it.
  IF NOT EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_proc'::regclass AND refobjid = to_regprocedure('update_project_cost()')) THEN
    EXECUTE format('DROP FUNCTION IF EXISTS %I.update_project_cost()', current_schema());
  END IF;
END
$step$;
