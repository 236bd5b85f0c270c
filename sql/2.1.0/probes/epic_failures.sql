-- Requirements in plain words: as documented they are read as JSON, which raises 22P02.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  the_epic integer := current_setting('yokeflow_upgrade.epic');
  test uuid;
  failure uuid;
  second_failure uuid;
  stored record;
BEGIN
  INSERT INTO epic_tests (epic_id, project_id, name, description, requirements)
  VALUES (the_epic, the_project, 'probe', 'what it tests', 'A user can log in, and "stays" so')
  RETURNING id INTO test;
  failure := record_epic_test_failure(test, the_session, 'no such button', 'line 1', 1200, 'seen twice', 'implementation', 'assertion',
                                      'the button is missing', '["looked again"]', '{"browser": "probe"}');
  SELECT * INTO stored FROM epic_test_failures WHERE id = failure;
  ASSERT stored.epic_id = the_epic AND stored.session_id = the_session AND stored.error_message = 'no such button'
         AND stored.test_description = 'what it tests' AND stored.retry_attempt = 1 AND NOT stored.is_flaky
         AND stored.attempted_fixes = '["looked again"]' AND stored.environment_info = '{"browser": "probe"}',
         format('record_epic_test_failure stored %s', to_jsonb(stored));
  ASSERT stored.test_requirements #>> '{}' = 'A user can log in, and "stays" so', 'record_epic_test_failure lost the requirements of the test';

  -- With what may be left out, and after the test has passed once.
  UPDATE epic_tests SET pass_count = 1, execution_count = 2 WHERE id = test;
  second_failure := record_epic_test_failure(test, the_session, 'no such button');
  SELECT * INTO stored FROM epic_test_failures WHERE id = second_failure;
  ASSERT stored.failure_type = 'unknown' AND stored.failure_category = 'other' AND stored.retry_attempt = 2 AND stored.is_flaky,
         format('record_epic_test_failure stored %s', to_jsonb(stored));

  ASSERT flag_poor_test_quality(failure, 'it waits for nothing'), 'flag_poor_test_quality returned false for a failure';
  ASSERT (SELECT poor_test_quality_indicator AND agent_diagnosis LIKE '%it waits for nothing' FROM epic_test_failures WHERE id = failure),
         'flag_poor_test_quality did not say so of the failure';
  ASSERT flag_implementation_gap(second_failure), 'flag_implementation_gap returned false for a failure';
  ASSERT (SELECT implementation_gap_indicator FROM epic_test_failures WHERE id = second_failure),
         'flag_implementation_gap did not say so of the failure';
  ASSERT NOT flag_poor_test_quality(gen_random_uuid()) AND NOT flag_implementation_gap(gen_random_uuid()), 'an unknown failure could be flagged';
END
$probe$;
