DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  earlier uuid;
  latest uuid;
  stored record;
BEGIN
  INSERT INTO project_completion_reviews (project_id, spec_file_path, spec_hash, created_at, overall_score)
  VALUES (the_project, 'probe.md', 'probe', now() - interval '1 day', 10)
  RETURNING id INTO earlier;
  INSERT INTO project_completion_reviews (project_id, spec_file_path, spec_hash, requirements_total, requirements_met, coverage_percentage,
                                          overall_score, recommendation)
  VALUES (the_project, 'probe.md', 'probe', 3, 1, 33.33, 60, 'needs_work')
  RETURNING id INTO latest;
  INSERT INTO completion_requirements (review_id, requirement_id, section, requirement_text, status, match_confidence)
  VALUES (latest, 'R1', 'probe', 'probe', 'met', 0.9), (latest, 'R2', 'probe', 'probe', 'missing', NULL), (latest, 'R3', 'probe', 'probe', 'partial', 0.5);

  SELECT * INTO stored FROM v_latest_completion_review WHERE project_id = the_project;
  ASSERT stored.id = latest AND stored.overall_score = 60 AND stored.project_name IS NOT NULL, format('v_latest_completion_review says %s', to_jsonb(stored));
  SELECT * INTO stored FROM v_project_completion_stats WHERE project_id = the_project;
  ASSERT stored.review_id = latest AND stored.recommendation = 'needs_work' AND stored.requirements_met = 1,
         format('v_project_completion_stats says %s', to_jsonb(stored));
  ASSERT (SELECT count FROM v_completion_requirement_summary WHERE review_id = latest AND status = 'met') = 1,
         'v_completion_requirement_summary does not count a requirement that is met';
  SELECT * INTO stored FROM v_completion_section_summary WHERE review_id = latest;
  ASSERT stored.total_requirements = 3 AND stored.met_count = 1 AND stored.missing_count = 1 AND stored.partial_count = 1
         AND round(stored.avg_confidence, 1) = 0.7, format('v_completion_section_summary says %s', to_jsonb(stored));
  DELETE FROM project_completion_reviews WHERE id = latest;
  ASSERT NOT EXISTS (SELECT FROM completion_requirements WHERE review_id = latest), 'requirements outlived their review';
  ASSERT (SELECT id FROM v_latest_completion_review WHERE project_id = the_project) = earlier,
         'v_latest_completion_review does not fall back to the review before';
END
$probe$;
