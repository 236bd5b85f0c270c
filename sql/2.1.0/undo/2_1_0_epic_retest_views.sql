-- Takes the views on retests away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on them stands in the way.

DROP VIEW IF EXISTS
  v_foundation_epic_retest_schedule,
  v_epic_stability_summary,
  v_epic_retest_history,
  v_regressions_by_epic;
