-- Puts back what was written into the rows of 1.x, as the rows remember it, and takes the columns away again.
-- Converges from all of it and from half of it. v_pending_proposals keeps its column status: 1.4.0 may well have it.

-- An epic that was closed, and still is, is as it was; one that was opened again since stays as it is.
UPDATE epics e
   SET status = CASE WHEN m.is_closed THEN (m.was ->> 'status')::task_status ELSE e.status END,
       completed_at = CASE WHEN m.is_closed THEN (m.was ->> 'completed_at')::timestamptz ELSE e.completed_at END,
       -- What was no object stands in the memory, a missing one as a JSON null.
       metadata = CASE WHEN m.kept = '{}' AND m.memory ? 'metadata' THEN NULLIF(m.memory -> 'metadata', 'null') ELSE m.kept END
  FROM (SELECT x.id, x.status IS NOT DISTINCT FROM 'completed' AS is_closed, x.metadata -> 'yokeflow_upgrade' AS memory,
               x.metadata #> '{yokeflow_upgrade,closed_from}' AS was, x.metadata - 'yokeflow_upgrade'::text AS kept
          FROM epics x
         WHERE jsonb_typeof(x.metadata #> '{yokeflow_upgrade,closed_from}') = 'object') m
 WHERE m.id = e.id;

-- What a session has there now and did not have then is what YokeFlow has written since, and stays.
UPDATE sessions s
   SET metrics = CASE WHEN m.metrics = '{}' AND m.was_null THEN NULL ELSE m.metrics END
  FROM (SELECT x.id, x.metrics #> '{yokeflow_upgrade,was_null}' = 'true' AS was_null,
               (x.metrics - 'yokeflow_upgrade'::text - COALESCE(f.ours, '{}')) || COALESCE(f.before, '{}') AS metrics
          FROM sessions x
         CROSS JOIN LATERAL (
               SELECT array_agg(f.key) AS ours,
                      jsonb_object_agg(f.key, x.metrics #> ARRAY['yokeflow_upgrade', 'before', f.key])
                        FILTER (WHERE x.metrics #> '{yokeflow_upgrade,before}' ? f.key) AS before
                 FROM jsonb_each(x.metrics #> '{yokeflow_upgrade,filled}') AS f
                WHERE x.metrics -> f.key = f.value) f
         WHERE jsonb_typeof(x.metrics #> '{yokeflow_upgrade,filled}') = 'object') m
 WHERE m.id = s.id;

-- What a trigger of the user's has put off until COMMIT keeps a table from being altered.
SET CONSTRAINTS ALL IMMEDIATE;

ALTER TABLE projects DROP COLUMN IF EXISTS initialized_at;

ALTER TABLE IF EXISTS paused_sessions
  DROP COLUMN IF EXISTS last_error_message,
  DROP COLUMN IF EXISTS execution_time_ms,
  DROP COLUMN IF EXISTS retry_count;
