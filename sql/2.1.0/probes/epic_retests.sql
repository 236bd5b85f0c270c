DO $probe$
DECLARE
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  run uuid;
  stored record;
BEGIN
  PERFORM record_epic_retest(the_epic, NULL, the_session, 'passed', false, 100, NULL, 3, 3, 0, 'probe'),
          record_epic_retest(the_epic, NULL, NULL, 'skipped', NULL);
  run := record_epic_retest(the_epic, the_epic, the_session, 'failed', true, 300, 'probe', 3, 1, 2);
  SELECT * INTO stored FROM epic_retest_runs WHERE id = run;
  ASSERT stored.test_result = 'failed' AND stored.is_regression AND stored.tests_failed = 2 AND stored.triggered_by_epic_id = the_epic,
         format('record_epic_retest stored %s', to_jsonb(stored));
  SELECT * INTO stored FROM epic_stability_metrics WHERE epic_id = the_epic;
  ASSERT stored.total_retests = 3 AND stored.passed_retests = 1 AND stored.failed_retests = 1 AND stored.regression_count = 1
         AND stored.stability_score IS NOT NULL AND stored.avg_execution_time_ms = 200 AND stored.last_retest_result = 'failed'
         AND stored.last_regression_at IS NOT NULL AND stored.last_regression_by_epic_id = the_epic,
         format('record_epic_retest counted %s', to_jsonb(stored));
END
$probe$;
