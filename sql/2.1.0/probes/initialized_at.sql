-- As YokeFlow does it where an initialisation is cancelled.
DO $probe$
DECLARE
  the_project uuid := current_setting('yokeflow_upgrade.project');
BEGIN
  UPDATE projects SET initialized_at = now() WHERE id = the_project;
  ASSERT (SELECT initialized_at FROM projects WHERE id = the_project) IS NOT NULL, 'a project does not keep when it was initialised';
  UPDATE projects SET initialized_at = NULL WHERE id = the_project;
  ASSERT (SELECT initialized_at FROM projects WHERE id = the_project) IS NULL, 'an initialisation was not cancelled';
END
$probe$;
