-- What is read of retests: four views.
-- Converges from nothing, from half of it, and from 2.1.0 and 2.2.0 as documented, which cannot make the last three: they name
-- columns of epics that do not exist, and a status that task_status has not. YokeFlow's code sorts them by priority.

CREATE OR REPLACE VIEW v_regressions_by_epic AS
SELECT c.id AS epic_id,
       c.name AS epic_name,
       count(*) AS regressions_caused,
       count(DISTINCT r.epic_id) AS epics_broken,
       max(r.created_at) AS last_regression_caused,
       array_agg(DISTINCT b.name) AS broken_epic_names
  FROM epic_retest_runs r
  JOIN epics c ON c.id = r.triggered_by_epic_id
  JOIN epics b ON b.id = r.epic_id
 WHERE r.is_regression
 GROUP BY c.id
 ORDER BY count(*) DESC;

CREATE OR REPLACE VIEW v_epic_retest_history AS
SELECT r.id AS retest_id,
       r.epic_id,
       e.name AS epic_name,
       e.project_id,
       p.name AS project_name,
       e.priority,
       e.status AS epic_status,
       r.triggered_by_epic_id,
       c.name AS triggered_by_epic_name,
       r.session_id,
       s.session_number,
       r.test_result,
       r.is_regression,
       r.execution_time_ms,
       r.error_details,
       r.tests_run,
       r.tests_passed,
       r.tests_failed,
       r.selection_reason,
       r.created_at
  FROM epic_retest_runs r
  JOIN epics e ON e.id = r.epic_id
  JOIN projects p ON p.id = e.project_id
  LEFT JOIN epics c ON c.id = r.triggered_by_epic_id
  LEFT JOIN sessions s ON s.id = r.session_id
 ORDER BY e.priority, r.created_at DESC;

CREATE OR REPLACE VIEW v_epic_stability_summary AS
SELECT e.id AS epic_id,
       e.name AS epic_name,
       e.project_id,
       p.name AS project_name,
       e.priority,
       e.status AS epic_status,
       m.total_retests,
       m.passed_retests,
       m.failed_retests,
       m.regression_count,
       m.stability_score,
       m.avg_execution_time_ms,
       m.last_retest_at,
       m.last_retest_result,
       m.last_regression_at,
       m.last_regression_by_epic_id,
       c.name AS last_regression_by_epic_name
  FROM epic_stability_metrics m
  JOIN epics e ON e.id = m.epic_id
  JOIN projects p ON p.id = e.project_id
  LEFT JOIN epics c ON c.id = m.last_regression_by_epic_id
 ORDER BY e.priority, e.id;

-- Finished epics, those that the others are built on first. Each has its project, so that a reader can keep to one.
CREATE OR REPLACE VIEW v_foundation_epic_retest_schedule AS
SELECT e.id AS epic_id,
       e.name AS epic_name,
       e.project_id,
       p.name AS project_name,
       e.priority,
       e.status AS epic_status,
       e.completed_at,
       (SELECT count(*) FROM tasks t WHERE t.epic_id = e.id) AS total_tasks,
       (SELECT count(*) FROM epic_tests et WHERE et.epic_id = e.id) AS total_epic_tests,
       COALESCE(m.total_retests, 0) AS total_retests,
       COALESCE(m.regression_count, 0) AS regression_count,
       m.stability_score,
       m.last_retest_at,
       m.last_retest_result,
       EXTRACT(EPOCH FROM now() - COALESCE(m.last_retest_at, e.completed_at, e.created_at))::numeric / 86400 AS days_since_last_retest
  FROM epics e
  JOIN projects p ON p.id = e.project_id
  LEFT JOIN epic_stability_metrics m ON m.epic_id = e.id
 WHERE e.status = 'completed'
 ORDER BY e.priority, m.last_retest_at NULLS FIRST, e.id;
