-- What 2.x reads of rows that 1.x wrote: the quality of sessions in their metrics, epics that are closed. And three small parts
-- that its code names: columns of pauses, when a project was initialised, the status of a proposal.
-- Converges from 1.4.0, from half of it, and from 2.1.0 and 2.2.0 as documented.
-- What is written into rows is remembered in the rows, under the key yokeflow_upgrade, so that the way back travels with a dump.

SELECT pg_temp.yokeflow_upgrade_ensure_columns('paused_sessions', ARRAY[
  'last_error_message text',
  'execution_time_ms integer',
  'retry_count integer DEFAULT 0']);

-- As documented no 2.x has this column, and cancelling an initialisation sets it.
SELECT pg_temp.yokeflow_upgrade_ensure_columns('projects', ARRAY['initialized_at timestamptz']);

-- As documented, in 1.4.0 too, nobody can ask for proposals by their status: the view does not show it.
CREATE OR REPLACE VIEW v_pending_proposals AS
SELECT r.id,
       r.created_at,
       r.prompt_file,
       r.section_name,
       r.change_type,
       r.confidence_level,
       r.rationale,
       a.sandbox_type,
       a.sessions_analyzed,
       cardinality(a.projects_analyzed) AS num_projects_analyzed,
       r.status
  FROM prompt_proposals r
  JOIN prompt_improvement_analyses a ON a.id = r.analysis_id
 WHERE r.status = 'proposed'
 ORDER BY r.confidence_level DESC, r.created_at DESC;

-- 2.x has no session_quality_checks, and looks into sessions.metrics. Each session gets what its latest check says, where
-- nothing or nought stands: a new session's metrics are a template full of noughts.
DO $step$
BEGIN
  IF to_regclass(format('%I.session_quality_checks', current_schema())) IS NULL THEN
    RETURN;
  END IF;
  UPDATE sessions s
     SET metrics = COALESCE(s.metrics, '{}') || f.filled || jsonb_build_object('yokeflow_upgrade', jsonb_build_object(
           'filled', COALESCE(s.metrics #> '{yokeflow_upgrade,filled}', '{}') || f.filled,
           -- What was remembered first is what is put back.
           'before', f.before || COALESCE(s.metrics #> '{yokeflow_upgrade,before}', '{}'),
           'was_null', COALESCE(s.metrics #> '{yokeflow_upgrade,was_null}', to_jsonb(s.metrics IS NULL))))
    FROM (SELECT x.id, jsonb_object_agg(v.key, v.value) AS filled,
                 COALESCE(jsonb_object_agg(v.key, x.metrics -> v.key) FILTER (WHERE x.metrics ? v.key), '{}') AS before
            FROM (SELECT DISTINCT ON (c.session_id) c.* FROM session_quality_checks c
                   ORDER BY c.session_id, c.created_at DESC NULLS LAST, c.id DESC) c
            JOIN sessions x ON x.id = c.session_id AND (x.metrics IS NULL OR jsonb_typeof(x.metrics) = 'object')
           CROSS JOIN LATERAL (VALUES ('quality_score', to_jsonb(c.overall_rating)),
                                      ('tool_errors', to_jsonb(c.error_count)),
                                      ('error_rate', to_jsonb(c.error_rate)),
                                      ('tool_use_count', to_jsonb(c.total_tool_uses)),
                                      ('tool_calls_count', to_jsonb(c.total_tool_uses)),
                                      ('browser_verifications', to_jsonb(c.playwright_count))) AS v (key, value)
           WHERE v.value IS NOT NULL
             AND (x.metrics ->> v.key IS NULL OR (x.metrics -> v.key = '0' AND v.value <> '0'))
           GROUP BY x.id) f
   WHERE f.id = s.id;
END
$step$;

-- An epic of 1.x whose tasks are all done, but which is open, makes 2.x give out for ever the order to run the epic's tests, of
-- which it has none. 1.x closes an epic with its last task, so these are rare.
UPDATE epics e
   SET status = 'completed',
       completed_at = COALESCE(f.completed_at, e.completed_at, now()),
       metadata = CASE jsonb_typeof(e.metadata) WHEN 'object' THEN e.metadata ELSE '{}' END
               || jsonb_build_object('yokeflow_upgrade', jsonb_build_object(
                    'closed_from', jsonb_build_object('status', e.status, 'completed_at', e.completed_at))
                  -- Metadata that are no object have no place for a key.
                  || CASE WHEN jsonb_typeof(e.metadata) = 'object' THEN '{}' ELSE jsonb_build_object('metadata', e.metadata) END)
  FROM (SELECT t.epic_id, max(t.completed_at) AS completed_at FROM tasks t GROUP BY t.epic_id HAVING bool_and(t.done IS TRUE)) f
 WHERE f.epic_id = e.id
   AND e.status IS DISTINCT FROM 'completed'
   AND NOT EXISTS (SELECT FROM epic_tests et WHERE et.epic_id = e.id);
