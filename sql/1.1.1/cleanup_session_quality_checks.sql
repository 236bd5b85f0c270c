-- Takes the deep reviews out of session_quality_checks. No view is dropped with CASCADE, and no review is lost:
-- the newest of each session moves to session_deep_reviews unless one is there; any that cannot go there
-- is put aside in yokeflow_upgrade.set_aside_deep_reviews before its columns go.

-- These two keep their columns, so they are replaced in place, and views built on them stay.
CREATE OR REPLACE VIEW v_project_quality AS
SELECT p.id AS project_id,
       p.name AS project_name,
       count(DISTINCT s.id) AS total_sessions,
       count(DISTINCT q.session_id) AS checked_sessions,
       round(avg(q.overall_rating), 1) AS avg_quality_rating,
       count(DISTINCT q.session_id) FILTER (WHERE q.playwright_count = 0) AS sessions_without_browser_verification,
       round(avg(q.error_rate) * 100, 1) AS avg_error_rate_percent,
       round(avg(q.playwright_count), 1) AS avg_playwright_calls_per_session
  FROM projects p
  LEFT JOIN sessions s ON s.project_id = p.id AND s.type = 'coding'
  LEFT JOIN session_quality_checks q ON q.session_id = s.id
 GROUP BY p.id, p.name;

-- A session without a check made an unknown number of calls: it counts in the total and in no class.
CREATE OR REPLACE VIEW v_browser_verification_compliance AS
SELECT p.id AS project_id,
       p.name AS project_name,
       count(s.id) AS total_sessions,
       count(s.id) FILTER (WHERE s.browser_calls > 0) AS sessions_with_verification,
       count(s.id) FILTER (WHERE s.browser_calls >= 50) AS sessions_excellent_verification,
       count(s.id) FILTER (WHERE s.browser_calls BETWEEN 10 AND 49) AS sessions_good_verification,
       count(s.id) FILTER (WHERE s.browser_calls BETWEEN 1 AND 9) AS sessions_minimal_verification,
       count(s.id) FILTER (WHERE s.browser_calls = 0) AS sessions_no_verification,
       round(100.0 * count(s.id) FILTER (WHERE s.browser_calls > 0) / NULLIF(count(s.id), 0), 1) AS verification_rate_percent
  FROM projects p
  LEFT JOIN (SELECT s.id, s.project_id, max(q.playwright_count) AS browser_calls
               FROM sessions s
               LEFT JOIN session_quality_checks q ON q.session_id = s.id
              WHERE s.type = 'coding'
              GROUP BY s.id, s.project_id) s ON s.project_id = p.id
 GROUP BY p.id, p.name;

-- This one loses its column check_type, which PostgreSQL allows only by dropping it.
DO $step$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(format('%I.v_recent_quality_issues', current_schema())) AND attname = 'check_type') THEN
    -- By its schema: another one of the path may have a view of that name, which is none of ours.
    EXECUTE format('DROP VIEW %I.v_recent_quality_issues', current_schema());
  END IF;
END
$step$;

-- A half-applied clean-up may have dropped any of the four columns; each that is gone reads as NULL here.
DO $step$
DECLARE
  review_columns text[] := ARRAY(
    SELECT attname::text FROM pg_attribute
     WHERE attrelid = 'session_quality_checks'::regclass AND NOT attisdropped
       AND attname IN ('check_type', 'review_text', 'review_summary', 'prompt_improvements'));
  -- to_jsonb reads a column that may not be there without naming it.
  reviews text := $reviews$
    SELECT q.id, q.session_id, j ->> 'check_type' AS check_type, q.check_version, q.created_at, q.overall_rating,
           j ->> 'review_text' AS review_text,
           COALESCE(NULLIF(j -> 'review_summary', 'null'), '{}') AS review_summary,
           COALESCE(NULLIF(j -> 'prompt_improvements', 'null'), '[]') AS prompt_improvements,
           left(q.metrics ->> 'model', 100) AS model,
           row_number() OVER (PARTITION BY q.session_id ORDER BY q.created_at DESC NULLS LAST, q.id) AS age
      FROM session_quality_checks q, LATERAL to_jsonb(q) AS j
     WHERE COALESCE(j ->> 'review_text', '') <> ''
        OR COALESCE(NULLIF(j -> 'review_summary', 'null'), '{}') <> '{}'
        OR COALESCE(NULLIF(j -> 'prompt_improvements', 'null'), '[]') <> '[]'
        OR (j ->> 'check_type' = 'deep' AND q.overall_rating IS NOT NULL)
        -- A fork may know further kinds, which go with the column.
        OR j ->> 'check_type' NOT IN ('quick', 'deep')$reviews$;
  left_over boolean;
  old_key name;
BEGIN
  IF review_columns = '{}' THEN
    RETURN;
  END IF;
  EXECUTE 'INSERT INTO session_deep_reviews
             (session_id, review_version, created_at, overall_rating, review_text, review_summary, prompt_improvements, model)
           SELECT session_id, check_version, created_at, overall_rating, review_text, review_summary, prompt_improvements, model
             FROM (' || reviews || ') r
            WHERE age = 1 AND (COALESCE(check_type, ''deep'') IN (''quick'', ''deep'') OR COALESCE(review_text, '''') <> '''')
           ON CONFLICT (session_id) DO NOTHING';
  -- What is not in session_deep_reviews word for word would go with its columns.
  reviews := 'SELECT r.* FROM (' || reviews || ') r
     WHERE NOT EXISTS (SELECT FROM session_deep_reviews d
                        WHERE d.session_id = r.session_id
                          AND d.review_text IS NOT DISTINCT FROM r.review_text
                          AND d.review_summary = r.review_summary
                          AND d.prompt_improvements = r.prompt_improvements
                          -- Without a word in them, when they were is all that tells two reviews apart.
                          AND (r.review_text IS NOT NULL OR r.review_summary <> ''{}'' OR r.prompt_improvements <> ''[]''
                               OR d.created_at IS NOT DISTINCT FROM r.created_at))
       AND (r.review_text IS NOT NULL OR r.review_summary <> ''{}'' OR r.prompt_improvements <> ''[]'' OR r.check_type <> ''quick'')';
  EXECUTE 'SELECT EXISTS (' || reviews || ')' INTO left_over;
  IF left_over THEN
    -- IF NOT EXISTS would ask for the right to create even what is there already.
    IF to_regnamespace('yokeflow_upgrade') IS NULL THEN
      CREATE SCHEMA yokeflow_upgrade;
    END IF;
    IF to_regclass('yokeflow_upgrade.set_aside_deep_reviews') IS NULL THEN
      CREATE TABLE yokeflow_upgrade.set_aside_deep_reviews (
        quality_check_id uuid NOT NULL,
        session_id uuid NOT NULL,
        check_version varchar(20),
        created_at timestamptz,
        overall_rating integer,
        review_text text,
        review_summary jsonb,
        prompt_improvements jsonb,
        set_aside_at timestamptz NOT NULL DEFAULT now(),
        version integer NOT NULL DEFAULT 1,
        check_type text,
        CONSTRAINT set_aside_deep_reviews_pkey PRIMARY KEY (quality_check_id, version)
      );
      COMMENT ON TABLE yokeflow_upgrade.set_aside_deep_reviews IS 'Deep reviews that session_deep_reviews has no room for. The only copy of them: save them before you drop this.';
    END IF;
    -- The table that earlier versions of yokeflow-upgrade made has room for one text of each quality check. After a restore
    -- of an older backup the same check may come with another text, and neither may be lost.
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'yokeflow_upgrade.set_aside_deep_reviews'::regclass AND attname = 'version' AND NOT attisdropped) THEN
      ALTER TABLE yokeflow_upgrade.set_aside_deep_reviews ADD COLUMN version integer NOT NULL DEFAULT 1;
      SELECT conname INTO old_key FROM pg_constraint WHERE conrelid = 'yokeflow_upgrade.set_aside_deep_reviews'::regclass AND contype = 'p';
      IF old_key IS NOT NULL THEN
        EXECUTE format('ALTER TABLE yokeflow_upgrade.set_aside_deep_reviews DROP CONSTRAINT %I', old_key);
      END IF;
      UPDATE yokeflow_upgrade.set_aside_deep_reviews s SET version = n.version
        FROM (SELECT ctid AS place, row_number() OVER (PARTITION BY quality_check_id ORDER BY set_aside_at, ctid) AS version
                FROM yokeflow_upgrade.set_aside_deep_reviews) n
       WHERE s.ctid = n.place AND n.version > 1;
      ALTER TABLE yokeflow_upgrade.set_aside_deep_reviews ADD CONSTRAINT set_aside_deep_reviews_pkey PRIMARY KEY (quality_check_id, version);
    END IF;
    ALTER TABLE yokeflow_upgrade.set_aside_deep_reviews ADD COLUMN IF NOT EXISTS check_type text;
    -- All but what is there already.
    reviews := reviews || '
       AND NOT EXISTS (SELECT FROM yokeflow_upgrade.set_aside_deep_reviews s
                        WHERE s.quality_check_id = r.id AND s.session_id = r.session_id
                          AND (s.check_type IS NULL OR s.check_type IS NOT DISTINCT FROM r.check_type)
                          AND s.overall_rating IS NOT DISTINCT FROM r.overall_rating
                          AND s.review_text IS NOT DISTINCT FROM r.review_text
                          AND s.review_summary IS NOT DISTINCT FROM r.review_summary
                          AND s.prompt_improvements IS NOT DISTINCT FROM r.prompt_improvements)';
    EXECUTE 'INSERT INTO yokeflow_upgrade.set_aside_deep_reviews
               (quality_check_id, version, session_id, check_version, created_at, overall_rating,
                review_text, review_summary, prompt_improvements, check_type, set_aside_at)
             SELECT r.id, 1 + COALESCE((SELECT max(s.version) FROM yokeflow_upgrade.set_aside_deep_reviews s WHERE s.quality_check_id = r.id), 0),
                    r.session_id, r.check_version, r.created_at, r.overall_rating,
                    r.review_text, r.review_summary, r.prompt_improvements, r.check_type, now()
               FROM (' || reviews || ') r';
    EXECUTE 'SELECT EXISTS (' || reviews || ')' INTO left_over;
    IF left_over THEN
      RAISE EXCEPTION 'deep reviews did not arrive in yokeflow_upgrade.set_aside_deep_reviews'
        USING HINT = 'Take the rules and triggers off that table, or give it another name, then run the upgrade again.';
    END IF;
  END IF;
END
$step$;

ALTER TABLE session_quality_checks
  DROP COLUMN IF EXISTS check_type,
  DROP COLUMN IF EXISTS review_text,
  DROP COLUMN IF EXISTS review_summary,
  DROP COLUMN IF EXISTS prompt_improvements;

CREATE OR REPLACE VIEW v_recent_quality_issues AS
SELECT q.id AS check_id,
       q.session_id,
       s.session_number,
       s.type AS session_type,
       s.project_id,
       p.name AS project_name,
       q.overall_rating,
       q.playwright_count,
       q.error_rate,
       q.critical_issues,
       q.warnings,
       q.created_at
  FROM session_quality_checks q
  JOIN sessions s ON s.id = q.session_id
  JOIN projects p ON p.id = s.project_id
 WHERE s.type <> 'initializer'
   AND (q.critical_issues <> '[]'::jsonb OR q.overall_rating < 6)
 ORDER BY q.created_at DESC;
