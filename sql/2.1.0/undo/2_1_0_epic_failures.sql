-- Takes the record of failed tests of epics away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on it stands in the way.

DROP FUNCTION IF EXISTS
  record_epic_test_failure(uuid, uuid, text, text, integer, text, varchar, varchar, text, jsonb, jsonb),
  flag_poor_test_quality(uuid, text),
  flag_implementation_gap(uuid, text);

DROP TABLE IF EXISTS epic_test_failures;
