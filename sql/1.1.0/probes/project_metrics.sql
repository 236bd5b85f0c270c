DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  before record;
  totals record;
BEGIN
  SELECT COALESCE(total_cost_usd, 0) AS cost, COALESCE(total_time_seconds, 0) AS seconds INTO before FROM projects WHERE id = the_project;
  UPDATE sessions SET metrics = COALESCE(metrics, '{}') || '{"cost_usd": 1.25, "duration_seconds": 59.6}', status = 'completed' WHERE id = the_session;
  UPDATE sessions SET last_heartbeat = now() WHERE id = the_session;
  SELECT total_cost_usd - before.cost AS cost, total_time_seconds - before.seconds AS seconds INTO totals FROM projects WHERE id = the_project;
  ASSERT totals.cost = 1.25, format('a completed session of 1.25 USD added %s to the cost of its project', totals.cost);
  ASSERT totals.seconds = 60, format('a completed session of 59.6 s added %s s to the time of its project', totals.seconds);
END
$probe$;
