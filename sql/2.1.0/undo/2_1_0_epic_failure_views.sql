-- Takes the views on failed tests of epics away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on them stands in the way.

DROP VIEW IF EXISTS
  v_agent_retry_behavior,
  v_failure_pattern_analysis,
  v_poor_test_quality_analysis,
  v_flaky_tests,
  v_epic_test_reliability;
