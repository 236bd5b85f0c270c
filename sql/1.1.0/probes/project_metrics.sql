DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  totals record;
BEGIN
  UPDATE sessions SET metrics = metrics || '{"cost_usd": 1.25, "duration_seconds": 59.6}', status = 'completed' WHERE id = the_session;
  UPDATE sessions SET last_heartbeat = now() WHERE id = the_session;
  SELECT total_cost_usd, total_time_seconds INTO totals FROM projects WHERE id = the_project;
  ASSERT totals.total_cost_usd = 1.25, format('a completed session of 1.25 USD made its project cost %s', totals.total_cost_usd);
  ASSERT totals.total_time_seconds = 60, format('a completed session of 59.6 s gave its project %s s', totals.total_time_seconds);
END
$probe$;
