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
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('v_recent_quality_issues') AND attname = 'check_type') THEN
    DROP VIEW v_recent_quality_issues;
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
    SELECT q.id, q.session_id, q.check_version, q.created_at, q.overall_rating,
           j ->> 'review_text' AS review_text,
           COALESCE(NULLIF(j -> 'review_summary', 'null'), '{}') AS review_summary,
           COALESCE(NULLIF(j -> 'prompt_improvements', 'null'), '[]') AS prompt_improvements,
           left(q.metrics ->> 'model', 100) AS model,
           row_number() OVER (PARTITION BY q.session_id ORDER BY q.created_at DESC NULLS LAST, q.id) AS age
      FROM session_quality_checks q, LATERAL to_jsonb(q) AS j
     WHERE COALESCE(j ->> 'review_text', '') <> ''
        OR COALESCE(NULLIF(j -> 'review_summary', 'null'), '{}') <> '{}'
        OR COALESCE(NULLIF(j -> 'prompt_improvements', 'null'), '[]') <> '[]'
        OR (j ->> 'check_type' = 'deep' AND q.overall_rating IS NOT NULL)$reviews$;
  left_over boolean;
BEGIN
  IF review_columns = '{}' THEN
    RETURN;
  END IF;
  EXECUTE 'INSERT INTO session_deep_reviews
             (session_id, review_version, created_at, overall_rating, review_text, review_summary, prompt_improvements, model)
           SELECT session_id, check_version, created_at, overall_rating, review_text, review_summary, prompt_improvements, model
             FROM (' || reviews || ') r
            WHERE age = 1
           ON CONFLICT (session_id) DO NOTHING';
  -- What is not in session_deep_reviews word for word would go with its columns.
  reviews := 'SELECT r.* FROM (' || reviews || ') r
     WHERE NOT EXISTS (SELECT FROM session_deep_reviews d
                        WHERE d.session_id = r.session_id
                          AND d.review_text IS NOT DISTINCT FROM r.review_text
                          AND d.review_summary = r.review_summary
                          AND d.prompt_improvements = r.prompt_improvements)
       AND (r.review_text IS NOT NULL OR r.review_summary <> ''{}'' OR r.prompt_improvements <> ''[]'')';
  EXECUTE 'SELECT EXISTS (' || reviews || ')' INTO left_over;
  IF left_over THEN
    CREATE SCHEMA IF NOT EXISTS yokeflow_upgrade;
    CREATE TABLE IF NOT EXISTS yokeflow_upgrade.set_aside_deep_reviews (
      quality_check_id uuid PRIMARY KEY,
      session_id uuid NOT NULL,
      check_version varchar(20),
      created_at timestamptz,
      overall_rating integer,
      review_text text,
      review_summary jsonb,
      prompt_improvements jsonb,
      set_aside_at timestamptz NOT NULL DEFAULT now()
    );
    EXECUTE 'INSERT INTO yokeflow_upgrade.set_aside_deep_reviews
             SELECT id, session_id, check_version, created_at, overall_rating,
                    review_text, review_summary, prompt_improvements, now()
               FROM (' || reviews || ') r
             ON CONFLICT (quality_check_id) DO NOTHING';
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
