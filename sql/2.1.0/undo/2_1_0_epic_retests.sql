-- Takes retests away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on it stands in the way.

DROP FUNCTION IF EXISTS
  record_epic_retest(integer, integer, uuid, text, boolean, integer, text, integer, integer, integer, text);

DROP TABLE IF EXISTS epic_stability_metrics, epic_retest_runs;
