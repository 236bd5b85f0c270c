-- The code sorts them by priority.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  stored record;
BEGIN
  UPDATE epics SET status = 'completed', completed_at = now() - interval '2 days' WHERE id = the_epic;
  SELECT * INTO stored FROM v_foundation_epic_retest_schedule WHERE epic_id = the_epic ORDER BY priority;
  ASSERT stored.project_id = the_project AND stored.total_retests = 0 AND stored.last_retest_at IS NULL
         AND round(stored.days_since_last_retest) = 2, format('v_foundation_epic_retest_schedule says %s', to_jsonb(stored));

  INSERT INTO epic_retest_runs (epic_id, triggered_by_epic_id, session_id, test_result, is_regression)
  VALUES (the_epic, the_epic, the_session, 'failed', true);
  INSERT INTO epic_stability_metrics (epic_id, total_retests, failed_retests, regression_count, stability_score, last_retest_at, last_retest_result)
  VALUES (the_epic, 1, 1, 1, 0, now(), 'failed');
  SELECT * INTO stored FROM v_epic_retest_history WHERE epic_id = the_epic ORDER BY priority;
  ASSERT stored.project_id = the_project AND stored.test_result = 'failed' AND stored.is_regression AND stored.session_number = 1
         AND stored.triggered_by_epic_name = stored.epic_name, format('v_epic_retest_history says %s', to_jsonb(stored));
  SELECT * INTO stored FROM v_epic_stability_summary WHERE epic_id = the_epic ORDER BY priority;
  ASSERT stored.project_id = the_project AND stored.total_retests = 1 AND stored.regression_count = 1 AND stored.stability_score = 0,
         format('v_epic_stability_summary says %s', to_jsonb(stored));
  SELECT * INTO stored FROM v_foundation_epic_retest_schedule WHERE epic_id = the_epic ORDER BY priority;
  ASSERT stored.last_retest_result = 'failed' AND round(stored.days_since_last_retest) = 0,
         format('v_foundation_epic_retest_schedule says %s', to_jsonb(stored));
  SELECT * INTO stored FROM v_regressions_by_epic WHERE epic_id = the_epic;
  ASSERT stored.regressions_caused = 1 AND stored.epics_broken = 1 AND cardinality(stored.broken_epic_names) = 1,
         format('v_regressions_by_epic says %s', to_jsonb(stored));
END
$probe$;
