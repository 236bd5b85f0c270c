DO $probe$
DECLARE
  stored jsonb := (SELECT metadata FROM prompt_proposals WHERE id = current_setting('yokeflow_upgrade.proposal')::uuid);
BEGIN
  ASSERT stored = '{}', format('a new prompt proposal has the metadata %s', COALESCE(stored::text, 'NULL'));
END
$probe$;
