-- Checkpoints of sessions and recovery from them: two tables, three views, five functions.
-- Converges from nothing, from half of it, and from 1.4.0 as documented (whose rows it keeps).

CREATE TABLE IF NOT EXISTS session_checkpoints ();
ALTER TABLE session_checkpoints
  ADD COLUMN IF NOT EXISTS id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN IF NOT EXISTS session_id uuid NOT NULL,
  ADD COLUMN IF NOT EXISTS project_id uuid NOT NULL,
  ADD COLUMN IF NOT EXISTS checkpoint_number integer NOT NULL,
  ADD COLUMN IF NOT EXISTS checkpoint_type varchar(50) NOT NULL,
  ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN IF NOT EXISTS current_task_id integer,
  ADD COLUMN IF NOT EXISTS current_epic_id integer,
  ADD COLUMN IF NOT EXISTS message_count integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS iteration_count integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS conversation_history jsonb NOT NULL DEFAULT '[]'::jsonb,
  ADD COLUMN IF NOT EXISTS tool_results_cache jsonb NOT NULL DEFAULT '{}'::jsonb,
  ADD COLUMN IF NOT EXISTS completed_tasks integer[] DEFAULT '{}'::integer[],
  ADD COLUMN IF NOT EXISTS in_progress_tasks integer[] DEFAULT '{}'::integer[],
  ADD COLUMN IF NOT EXISTS blocked_tasks integer[] DEFAULT '{}'::integer[],
  ADD COLUMN IF NOT EXISTS metrics_snapshot jsonb NOT NULL DEFAULT '{}'::jsonb,
  ADD COLUMN IF NOT EXISTS files_modified text[],
  ADD COLUMN IF NOT EXISTS git_commit_sha varchar(40),
  ADD COLUMN IF NOT EXISTS can_resume_from boolean DEFAULT true,
  ADD COLUMN IF NOT EXISTS resume_notes text,
  ADD COLUMN IF NOT EXISTS invalidated boolean DEFAULT false,
  ADD COLUMN IF NOT EXISTS invalidation_reason text,
  ADD COLUMN IF NOT EXISTS recovery_count integer DEFAULT 0,
  ADD COLUMN IF NOT EXISTS last_resumed_at timestamptz;

CREATE TABLE IF NOT EXISTS checkpoint_recoveries ();
ALTER TABLE checkpoint_recoveries
  ADD COLUMN IF NOT EXISTS id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN IF NOT EXISTS checkpoint_id uuid NOT NULL,
  ADD COLUMN IF NOT EXISTS recovery_initiated_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN IF NOT EXISTS recovery_completed_at timestamptz,
  ADD COLUMN IF NOT EXISTS recovery_status varchar(20) NOT NULL,
  ADD COLUMN IF NOT EXISTS new_session_id uuid,
  ADD COLUMN IF NOT EXISTS recovery_method varchar(50) NOT NULL,
  ADD COLUMN IF NOT EXISTS recovery_notes text,
  ADD COLUMN IF NOT EXISTS error_message text,
  ADD COLUMN IF NOT EXISTS state_differences jsonb DEFAULT '{}'::jsonb,
  ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now();

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_checkpoints', 'session_checkpoints_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_checkpoints', 'unique_checkpoint_per_session', 'UNIQUE (session_id, checkpoint_number)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_checkpoints', 'valid_checkpoint_number', 'CHECK ((checkpoint_number > 0))');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_checkpoints', 'valid_message_count', 'CHECK ((message_count >= 0))');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_checkpoints', 'valid_iteration_count', 'CHECK ((iteration_count >= 0))');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_checkpoints', 'session_checkpoints_session_id_fkey',
  'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_checkpoints', 'session_checkpoints_project_id_fkey',
  'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE');
-- A checkpoint outlives its task and its epic, a recovery outlives the session that it began.
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_checkpoints', 'session_checkpoints_current_task_id_fkey',
  'FOREIGN KEY (current_task_id) REFERENCES tasks(id) ON DELETE SET NULL');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_checkpoints', 'session_checkpoints_current_epic_id_fkey',
  'FOREIGN KEY (current_epic_id) REFERENCES epics(id) ON DELETE SET NULL');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('checkpoint_recoveries', 'checkpoint_recoveries_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('checkpoint_recoveries', 'checkpoint_recoveries_checkpoint_id_fkey',
  'FOREIGN KEY (checkpoint_id) REFERENCES session_checkpoints(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('checkpoint_recoveries', 'checkpoint_recoveries_new_session_id_fkey',
  'FOREIGN KEY (new_session_id) REFERENCES sessions(id) ON DELETE SET NULL');

SELECT pg_temp.yokeflow_upgrade_ensure_index('session_checkpoints', 'idx_checkpoints_session', 'USING btree (session_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('session_checkpoints', 'idx_checkpoints_project', 'USING btree (project_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('session_checkpoints', 'idx_checkpoints_type', 'USING btree (checkpoint_type)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('session_checkpoints', 'idx_checkpoints_created_at', 'USING btree (created_at DESC)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('session_checkpoints', 'idx_checkpoints_can_resume',
  'USING btree (can_resume_from) WHERE (can_resume_from = true)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('session_checkpoints', 'idx_checkpoints_task',
  'USING btree (current_task_id) WHERE (current_task_id IS NOT NULL)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('checkpoint_recoveries', 'idx_recoveries_checkpoint', 'USING btree (checkpoint_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('checkpoint_recoveries', 'idx_recoveries_status', 'USING btree (recovery_status)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('checkpoint_recoveries', 'idx_recoveries_initiated_at', 'USING btree (recovery_initiated_at DESC)');

CREATE OR REPLACE VIEW v_latest_checkpoints AS
SELECT DISTINCT ON (c.session_id)
       c.id,
       c.session_id,
       c.project_id,
       p.name AS project_name,
       c.checkpoint_number,
       c.checkpoint_type,
       c.created_at,
       c.current_task_id,
       t.description AS current_task_description,
       c.message_count,
       c.iteration_count,
       c.can_resume_from,
       c.invalidated,
       c.recovery_count,
       c.last_resumed_at,
       s.status AS session_status,
       s.session_number
  FROM session_checkpoints c
  JOIN sessions s ON s.id = c.session_id
  JOIN projects p ON p.id = c.project_id
  LEFT JOIN tasks t ON t.id = c.current_task_id
 ORDER BY c.session_id, c.checkpoint_number DESC;

CREATE OR REPLACE VIEW v_resumable_checkpoints AS
SELECT c.id,
       c.session_id,
       c.project_id,
       p.name AS project_name,
       c.checkpoint_number,
       c.checkpoint_type,
       c.created_at,
       c.current_task_id,
       t.description AS current_task_description,
       c.message_count,
       c.recovery_count,
       c.last_resumed_at,
       s.session_number,
       s.type AS session_type,
       s.status AS session_status,
       now() - c.created_at AS age
  FROM session_checkpoints c
  JOIN sessions s ON s.id = c.session_id
  JOIN projects p ON p.id = c.project_id
  LEFT JOIN tasks t ON t.id = c.current_task_id
 WHERE c.can_resume_from
   AND c.invalidated IS NOT TRUE
   AND s.status IN ('error', 'interrupted')
 ORDER BY c.created_at DESC;

-- On PostgreSQL 13 the documented view has a column of another type (EXTRACT gave double precision), which
-- CREATE OR REPLACE cannot change.
DO $step$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(format('%I.v_checkpoint_recovery_history', current_schema()))
                AND attname = 'recovery_duration_seconds' AND atttypid <> 'numeric'::regtype) THEN
    EXECUTE format('DROP VIEW %I.v_checkpoint_recovery_history', current_schema());
  END IF;
END
$step$;
CREATE OR REPLACE VIEW v_checkpoint_recovery_history AS
SELECT r.id,
       r.checkpoint_id,
       c.session_id AS original_session_id,
       s.session_number AS original_session_number,
       r.new_session_id,
       n.session_number AS new_session_number,
       c.project_id,
       p.name AS project_name,
       r.recovery_initiated_at,
       r.recovery_completed_at,
       r.recovery_status,
       r.recovery_method,
       r.error_message,
       EXTRACT(EPOCH FROM r.recovery_completed_at - r.recovery_initiated_at)::numeric AS recovery_duration_seconds,
       c.checkpoint_type,
       c.checkpoint_number
  FROM checkpoint_recoveries r
  JOIN session_checkpoints c ON c.id = r.checkpoint_id
  JOIN sessions s ON s.id = c.session_id
  JOIN projects p ON p.id = c.project_id
  LEFT JOIN sessions n ON n.id = r.new_session_id
 ORDER BY r.recovery_initiated_at DESC;

CREATE OR REPLACE FUNCTION create_checkpoint(
  p_session_id uuid,
  p_project_id uuid,
  p_checkpoint_type varchar,
  p_current_task_id integer DEFAULT NULL,
  p_current_epic_id integer DEFAULT NULL,
  p_message_count integer DEFAULT 0,
  p_iteration_count integer DEFAULT 0,
  p_conversation_history jsonb DEFAULT '[]'::jsonb,
  p_tool_results_cache jsonb DEFAULT '{}'::jsonb,
  p_completed_tasks integer[] DEFAULT '{}'::integer[],
  p_in_progress_tasks integer[] DEFAULT '{}'::integer[],
  p_blocked_tasks integer[] DEFAULT '{}'::integer[],
  p_metrics_snapshot jsonb DEFAULT '{}'::jsonb,
  p_files_modified text[] DEFAULT '{}'::text[],
  p_git_commit_sha varchar DEFAULT NULL,
  p_resume_notes text DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql AS $body$
DECLARE
  v_number integer;
  v_id uuid;
BEGIN
  -- The session's row is the queue in which callers at once take their numbers.
  PERFORM FROM sessions WHERE id = p_session_id FOR NO KEY UPDATE;
  SELECT COALESCE(max(checkpoint_number), 0) + 1 INTO v_number FROM session_checkpoints WHERE session_id = p_session_id;

  INSERT INTO session_checkpoints (
    session_id, project_id, checkpoint_number, checkpoint_type, current_task_id, current_epic_id,
    message_count, iteration_count, conversation_history, tool_results_cache,
    completed_tasks, in_progress_tasks, blocked_tasks, metrics_snapshot, files_modified, git_commit_sha, resume_notes)
  VALUES (
    p_session_id, p_project_id, v_number, p_checkpoint_type, p_current_task_id, p_current_epic_id,
    p_message_count, p_iteration_count, p_conversation_history, p_tool_results_cache,
    p_completed_tasks, p_in_progress_tasks, p_blocked_tasks, p_metrics_snapshot, p_files_modified, p_git_commit_sha, p_resume_notes)
  RETURNING id INTO v_id;
  RETURN v_id;
END
$body$;

CREATE OR REPLACE FUNCTION start_checkpoint_recovery(
  p_checkpoint_id uuid,
  p_recovery_method varchar,
  p_new_session_id uuid DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql AS $body$
DECLARE
  v_id uuid;
BEGIN
  INSERT INTO checkpoint_recoveries (checkpoint_id, recovery_status, recovery_method, new_session_id)
  VALUES (p_checkpoint_id, 'in_progress', p_recovery_method, p_new_session_id)
  RETURNING id INTO v_id;

  UPDATE session_checkpoints
     SET recovery_count = COALESCE(recovery_count, 0) + 1, last_resumed_at = now()
   WHERE id = p_checkpoint_id;
  RETURN v_id;
END
$body$;

CREATE OR REPLACE FUNCTION complete_checkpoint_recovery(
  p_recovery_id uuid,
  p_status varchar,
  p_recovery_notes text DEFAULT NULL,
  p_error_message text DEFAULT NULL,
  p_state_differences jsonb DEFAULT '{}'::jsonb
) RETURNS boolean LANGUAGE plpgsql AS $body$
BEGIN
  UPDATE checkpoint_recoveries
     SET recovery_status = p_status,
         recovery_completed_at = now(),
         recovery_notes = p_recovery_notes,
         error_message = p_error_message,
         state_differences = p_state_differences
   WHERE id = p_recovery_id;
  RETURN FOUND;
END
$body$;

CREATE OR REPLACE FUNCTION invalidate_checkpoints(p_session_id uuid, p_reason text)
RETURNS integer LANGUAGE plpgsql AS $body$
DECLARE
  v_count integer;
BEGIN
  UPDATE session_checkpoints
     SET invalidated = true, invalidation_reason = p_reason
   WHERE session_id = p_session_id AND can_resume_from AND invalidated IS NOT TRUE;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END
$body$;

CREATE OR REPLACE FUNCTION get_latest_resumable_checkpoint(p_session_id uuid)
RETURNS uuid LANGUAGE plpgsql STABLE AS $body$
BEGIN
  RETURN (SELECT id FROM session_checkpoints
           WHERE session_id = p_session_id AND can_resume_from AND invalidated IS NOT TRUE
           ORDER BY checkpoint_number DESC
           LIMIT 1);
END
$body$;
