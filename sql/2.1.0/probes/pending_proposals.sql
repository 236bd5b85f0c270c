DO $probe$
DECLARE
  the_proposal uuid := current_setting('yokeflow_upgrade.proposal');
  analysis uuid;
BEGIN
  INSERT INTO prompt_improvement_analyses (projects_analyzed, sandbox_type)
  VALUES (ARRAY[current_setting('yokeflow_upgrade.project')::uuid], 'docker')
  RETURNING id INTO analysis;
  UPDATE prompt_proposals SET analysis_id = analysis, status = 'proposed' WHERE id = the_proposal;
  ASSERT EXISTS (SELECT FROM v_pending_proposals WHERE id = the_proposal AND status = 'proposed' AND num_projects_analyzed = 1),
         'v_pending_proposals does not show a proposal by its status';
  UPDATE prompt_proposals SET status = 'rejected' WHERE id = the_proposal;
  ASSERT NOT EXISTS (SELECT FROM v_pending_proposals WHERE id = the_proposal), 'v_pending_proposals shows a proposal that was rejected';
END
$probe$;
