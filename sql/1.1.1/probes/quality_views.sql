-- The sample rows have a quality check of the session, with the rating 4 and 12 browser calls.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
  the_session uuid := current_setting('yokeflow_upgrade.session');
  quality record;
BEGIN
  SELECT * INTO quality FROM v_project_quality WHERE project_id = the_project;
  ASSERT quality.total_sessions = 2 AND quality.checked_sessions = 1 AND quality.avg_quality_rating = 4,
         format('v_project_quality says %s', to_jsonb(quality));
  SELECT * INTO quality FROM v_browser_verification_compliance WHERE project_id = the_project;
  ASSERT quality.sessions_good_verification = 1, format('v_browser_verification_compliance says %s', to_jsonb(quality));
  ASSERT EXISTS (SELECT FROM v_recent_quality_issues WHERE session_id = the_session AND overall_rating = 4),
         'v_recent_quality_issues does not show a check with the rating 4';
END
$probe$;
