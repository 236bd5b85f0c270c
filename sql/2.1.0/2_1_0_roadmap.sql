-- Epics that are validated and tasks that are verified: nine columns and one function, all of which 2.0.0 has too.
-- Converges from 1.4.0, from 2.0.0 and from half of it.

SELECT pg_temp.yokeflow_upgrade_ensure_columns('epics', ARRAY[
  'validated boolean DEFAULT false',
  'validated_at timestamptz',
  'validation_status varchar(50)',
  'acceptance_criteria jsonb DEFAULT ''[]''::jsonb']);

SELECT pg_temp.yokeflow_upgrade_ensure_columns('tasks', ARRAY[
  'verified boolean DEFAULT false',
  'verified_at timestamptz',
  'needs_review boolean DEFAULT false',
  'review_reason text',
  'verification_attempts integer DEFAULT 0']);

CREATE OR REPLACE FUNCTION mark_task_verified(p_task_id integer, p_session_id uuid DEFAULT NULL)
RETURNS boolean LANGUAGE plpgsql AS $body$
BEGIN
  -- The session that did the task stays on it; the one that verified it is put there only where none is.
  UPDATE tasks
     SET verified = true,
         verified_at = now(),
         needs_review = false,
         review_reason = NULL,
         verification_attempts = COALESCE(verification_attempts, 0) + 1,
         session_id = COALESCE(session_id, p_session_id)
   WHERE id = p_task_id;
  RETURN FOUND;
END
$body$;
