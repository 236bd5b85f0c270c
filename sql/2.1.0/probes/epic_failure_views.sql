DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  test uuid;
  before bigint;
  stored record;
BEGIN
  before := COALESCE((SELECT occurrence_count FROM v_failure_pattern_analysis WHERE failure_type = 'timeout' AND failure_category = 'network'), 0);
  INSERT INTO epic_tests (epic_id, project_id, name, last_result, execution_count, pass_count, fail_count)
  VALUES (the_epic, the_project, 'probe', 'failed', 4, 2, 2)
  RETURNING id INTO test;
  INSERT INTO epic_test_failures (epic_test_id, epic_id, session_id, error_message, execution_time_ms, failure_type, failure_category,
                                  is_flaky, retry_attempt, poor_test_quality_indicator)
  VALUES (test, the_epic, the_session, 'probe 1', 100, 'timeout', 'network', true, 1, true),
         (test, the_epic, the_session, 'probe 2', 300, 'timeout', 'network', true, 2, false);

  SELECT * INTO stored FROM v_epic_test_reliability WHERE test_id = test;
  ASSERT stored.total_failures = 2 AND stored.flaky_count = 2 AND stored.max_retry_attempt = 2 AND stored.avg_execution_time_ms = 200
         AND stored.reliability_score = 0.5 AND stored.last_result = 'failed', format('v_epic_test_reliability says %s', to_jsonb(stored));
  SELECT * INTO stored FROM v_flaky_tests WHERE test_id = test;
  ASSERT stored.total_failures = 2 AND stored.failed_in_sessions = 1 AND stored.unique_errors = '{probe 1,probe 2}'::text[],
         format('v_flaky_tests says %s', to_jsonb(stored));
  SELECT * INTO stored FROM v_poor_test_quality_analysis WHERE test_id = test;
  ASSERT stored.total_failures = 2 AND stored.quality_failures = 1 AND stored.failure_categories::text = '{network}',
         format('v_poor_test_quality_analysis says %s', to_jsonb(stored));
  ASSERT (SELECT occurrence_count FROM v_failure_pattern_analysis WHERE failure_type = 'timeout' AND failure_category = 'network') = before + 2,
         'v_failure_pattern_analysis does not count both failures';
  SELECT * INTO stored FROM v_agent_retry_behavior WHERE session_id = the_session;
  ASSERT stored.failures_encountered = 2 AND stored.first_attempt_failures = 1 AND stored.retry_failures = 1 AND stored.unique_epics_affected = 1,
         format('v_agent_retry_behavior says %s', to_jsonb(stored));
END
$probe$;
