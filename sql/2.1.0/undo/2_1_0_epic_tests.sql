-- Takes the tests of epics away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on it stands in the way.

DROP VIEW IF EXISTS v_runnable_epic_tests, v_epic_tests_status;

DROP FUNCTION IF EXISTS
  epic_test_dependencies_met(uuid),
  get_epic_test_requirements(integer);

DROP TABLE IF EXISTS epic_tests;
