-- What the failures of epics' tests have in common, by test, by kind and by session: five views.
-- Converges from nothing, from half of it, and from 2.1.0 and 2.2.0 as documented.

-- Share of executions that did not fail; a test that never ran has failed nothing.
CREATE OR REPLACE VIEW v_epic_test_reliability AS
SELECT et.id AS test_id,
       et.description,
       e.name AS epic_name,
       p.name AS project_name,
       et.last_result,
       count(f.id) AS total_failures,
       count(f.id) FILTER (WHERE f.is_flaky) AS flaky_count,
       max(f.retry_attempt) AS max_retry_attempt,
       avg(f.execution_time_ms) AS avg_execution_time_ms,
       1 - count(f.id)::double precision / GREATEST(et.execution_count, count(f.id), 1) AS reliability_score,
       max(f.created_at) AS last_failure_at
  FROM epic_tests et
  JOIN epics e ON e.id = et.epic_id
  JOIN projects p ON p.id = et.project_id
  LEFT JOIN epic_test_failures f ON f.epic_test_id = et.id
 GROUP BY et.id, e.id, p.id;

CREATE OR REPLACE VIEW v_flaky_tests AS
SELECT et.id AS test_id,
       et.description,
       e.name AS epic_name,
       p.name AS project_name,
       count(*) AS total_failures,
       count(DISTINCT f.session_id) AS failed_in_sessions,
       max(f.created_at) AS last_failure,
       array_agg(DISTINCT f.error_message) AS unique_errors
  FROM epic_test_failures f
  JOIN epic_tests et ON et.id = f.epic_test_id
  JOIN epics e ON e.id = et.epic_id
  JOIN projects p ON p.id = et.project_id
 WHERE f.is_flaky
 GROUP BY et.id, e.id, p.id
 ORDER BY count(*) DESC;

CREATE OR REPLACE VIEW v_poor_test_quality_analysis AS
SELECT et.id AS test_id,
       et.description AS test_description,
       e.name AS epic_name,
       p.name AS project_name,
       count(*) AS total_failures,
       count(*) FILTER (WHERE f.poor_test_quality_indicator) AS quality_failures,
       count(*) FILTER (WHERE f.is_flaky) AS flaky_count,
       avg(f.retry_attempt) AS avg_retry_attempt,
       array_agg(DISTINCT f.failure_category) AS failure_categories,
       max(f.created_at) AS last_failure,
       min(f.created_at) AS first_failure
  FROM epic_test_failures f
  JOIN epic_tests et ON et.id = f.epic_test_id
  JOIN epics e ON e.id = et.epic_id
  JOIN projects p ON p.id = et.project_id
 GROUP BY et.id, e.id, p.id
HAVING count(*) FILTER (WHERE f.poor_test_quality_indicator) > 0
 ORDER BY count(*) FILTER (WHERE f.poor_test_quality_indicator) DESC;

CREATE OR REPLACE VIEW v_failure_pattern_analysis AS
SELECT f.failure_type,
       f.failure_category,
       count(*) AS occurrence_count,
       count(DISTINCT f.epic_id) AS affected_epics,
       count(DISTINCT f.session_id) AS affected_sessions,
       avg(f.retry_attempt) AS avg_retry_attempt,
       avg(f.execution_time_ms) AS avg_execution_time_ms,
       count(*) FILTER (WHERE f.is_flaky) AS flaky_count,
       count(*) FILTER (WHERE f.poor_test_quality_indicator) AS poor_quality_count,
       count(*) FILTER (WHERE f.implementation_gap_indicator) AS impl_gap_count,
       min(f.created_at) AS first_occurrence,
       max(f.created_at) AS last_occurrence
  FROM epic_test_failures f
 GROUP BY f.failure_type, f.failure_category
 ORDER BY count(*) DESC;

CREATE OR REPLACE VIEW v_agent_retry_behavior AS
SELECT f.session_id,
       count(*) AS failures_encountered,
       avg(f.retry_attempt) AS avg_retry_attempt,
       max(f.retry_attempt) AS max_retry_attempt,
       count(*) FILTER (WHERE f.retry_attempt = 1) AS first_attempt_failures,
       count(*) FILTER (WHERE f.retry_attempt > 1) AS retry_failures,
       count(*) FILTER (WHERE f.retry_attempt > 3) AS stubborn_failures,
       count(DISTINCT f.epic_id) AS unique_epics_affected,
       avg(f.execution_time_ms) AS avg_test_execution_time
  FROM epic_test_failures f
 WHERE f.session_id IS NOT NULL
 GROUP BY f.session_id;
