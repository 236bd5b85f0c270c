-- Takes completion reviews away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on it stands in the way.

DROP VIEW IF EXISTS
  v_completion_section_summary,
  v_completion_requirement_summary,
  v_project_completion_stats,
  v_latest_completion_review;

DROP TABLE IF EXISTS completion_requirements, project_completion_reviews;
