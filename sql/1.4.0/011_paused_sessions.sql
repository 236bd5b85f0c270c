-- Pausing and resuming sessions: three tables, two views, two functions.
-- Converges from nothing, from half of it, and from 1.4.0 as documented (whose rows it keeps).

CREATE TABLE IF NOT EXISTS paused_sessions ();
ALTER TABLE paused_sessions
  ADD COLUMN IF NOT EXISTS id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN IF NOT EXISTS session_id uuid NOT NULL,
  ADD COLUMN IF NOT EXISTS project_id uuid NOT NULL,
  ADD COLUMN IF NOT EXISTS paused_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN IF NOT EXISTS pause_reason text NOT NULL,
  ADD COLUMN IF NOT EXISTS pause_type varchar(50) NOT NULL,
  ADD COLUMN IF NOT EXISTS current_task_id integer,
  ADD COLUMN IF NOT EXISTS current_task_description text,
  ADD COLUMN IF NOT EXISTS message_count integer,
  ADD COLUMN IF NOT EXISTS blocker_info jsonb NOT NULL DEFAULT '{}'::jsonb,
  ADD COLUMN IF NOT EXISTS retry_stats jsonb NOT NULL DEFAULT '{}'::jsonb,
  ADD COLUMN IF NOT EXISTS error_messages text[],
  ADD COLUMN IF NOT EXISTS resolved boolean DEFAULT false,
  ADD COLUMN IF NOT EXISTS resolved_at timestamptz,
  ADD COLUMN IF NOT EXISTS resolution_notes text,
  ADD COLUMN IF NOT EXISTS resolved_by varchar(255),
  ADD COLUMN IF NOT EXISTS can_auto_resume boolean DEFAULT false,
  ADD COLUMN IF NOT EXISTS resume_prompt text,
  ADD COLUMN IF NOT EXISTS resume_context jsonb DEFAULT '{}'::jsonb,
  ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now();

CREATE TABLE IF NOT EXISTS intervention_actions ();
ALTER TABLE intervention_actions
  ADD COLUMN IF NOT EXISTS id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN IF NOT EXISTS paused_session_id uuid NOT NULL,
  ADD COLUMN IF NOT EXISTS action_type varchar(50) NOT NULL,
  ADD COLUMN IF NOT EXISTS action_status text NOT NULL,
  ADD COLUMN IF NOT EXISTS action_details jsonb NOT NULL DEFAULT '{}'::jsonb,
  ADD COLUMN IF NOT EXISTS initiated_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN IF NOT EXISTS completed_at timestamptz,
  ADD COLUMN IF NOT EXISTS result_message text,
  ADD COLUMN IF NOT EXISTS error_message text,
  ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now();

CREATE TABLE IF NOT EXISTS notification_preferences ();
ALTER TABLE notification_preferences
  ADD COLUMN IF NOT EXISTS id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN IF NOT EXISTS project_id uuid NOT NULL,
  ADD COLUMN IF NOT EXISTS webhook_enabled boolean DEFAULT false,
  ADD COLUMN IF NOT EXISTS webhook_url text,
  ADD COLUMN IF NOT EXISTS email_enabled boolean DEFAULT false,
  ADD COLUMN IF NOT EXISTS email_addresses text[],
  ADD COLUMN IF NOT EXISTS sms_enabled boolean DEFAULT false,
  ADD COLUMN IF NOT EXISTS sms_numbers text[],
  ADD COLUMN IF NOT EXISTS notify_on_retry_limit boolean DEFAULT true,
  ADD COLUMN IF NOT EXISTS notify_on_critical_error boolean DEFAULT true,
  ADD COLUMN IF NOT EXISTS notify_on_timeout boolean DEFAULT true,
  ADD COLUMN IF NOT EXISTS notify_on_manual_pause boolean DEFAULT false,
  ADD COLUMN IF NOT EXISTS min_notification_interval integer DEFAULT 300,
  ADD COLUMN IF NOT EXISTS last_notification_at timestamptz,
  ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now();

-- YokeFlow's audit statements use one parameter as action_status and in a list of text literals; PostgreSQL
-- prepares that only where the column is text. The two views hold on to the old type, and dropping them would take
-- a user's views with them: they stand in place, empty, until they are replaced below.
DO $step$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'intervention_actions'::regclass
                AND attname = 'action_status' AND atttypid <> 'text'::regtype) THEN
    IF to_regclass(format('%I.v_active_interventions', current_schema())) IS NOT NULL THEN
      CREATE OR REPLACE VIEW v_active_interventions AS
      SELECT NULL::uuid AS id, NULL::uuid AS session_id, NULL::uuid AS project_id, (SELECT name FROM projects LIMIT 0) AS project_name,
             NULL::timestamptz AS paused_at, NULL::text AS pause_reason, NULL::varchar(50) AS pause_type,
             NULL::text AS current_task_description, NULL::jsonb AS blocker_info, NULL::jsonb AS retry_stats,
             NULL::boolean AS can_auto_resume, NULL::bigint AS notifications_sent, NULL::interval AS time_paused;
    END IF;
    IF to_regclass(format('%I.v_intervention_history', current_schema())) IS NOT NULL THEN
      CREATE OR REPLACE VIEW v_intervention_history AS
      SELECT NULL::uuid AS id, NULL::uuid AS project_id, (SELECT name FROM projects LIMIT 0) AS project_name, NULL::timestamptz AS paused_at,
             NULL::varchar(50) AS pause_type, NULL::timestamptz AS resolved_at, NULL::text AS resolution_notes,
             NULL::varchar(255) AS resolved_by, NULL::interval AS resolution_time, NULL::jsonb[] AS actions_taken;
    END IF;
    ALTER TABLE intervention_actions ALTER COLUMN action_status TYPE text;
  END IF;
END
$step$;

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('paused_sessions', 'paused_sessions_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('paused_sessions', 'paused_sessions_session_id_fkey',
  'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('paused_sessions', 'paused_sessions_project_id_fkey',
  'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE');
-- A pause outlives the task it was at: a project must stay deletable and resettable.
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('paused_sessions', 'paused_sessions_current_task_id_fkey',
  'FOREIGN KEY (current_task_id) REFERENCES tasks(id) ON DELETE SET NULL');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('intervention_actions', 'intervention_actions_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('intervention_actions', 'intervention_actions_paused_session_id_fkey',
  'FOREIGN KEY (paused_session_id) REFERENCES paused_sessions(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('notification_preferences', 'notification_preferences_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('notification_preferences', 'unique_preferences_per_project', 'UNIQUE (project_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('notification_preferences', 'notification_preferences_project_id_fkey',
  'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE');

-- At most one unresolved pause for each session, and any number of resolved ones. As released this was
-- UNIQUE (session_id, resolved), which let a session be resumed once in its life.
ALTER TABLE paused_sessions DROP CONSTRAINT IF EXISTS unique_active_pause_per_session;
DO $step$
DECLARE
  twice integer := (SELECT count(*) FROM (SELECT FROM paused_sessions WHERE resolved IS NOT TRUE GROUP BY session_id HAVING count(*) > 1) s);
BEGIN
  IF twice > 0 THEN
    RAISE EXCEPTION '% session(s) have more than one unresolved pause', twice
      USING ERRCODE = 'unique_violation',
            HINT = 'Set resolved = true on all but the newest pause of each session in paused_sessions, then run the upgrade again.';
  END IF;
END
$step$;
SELECT pg_temp.yokeflow_upgrade_ensure_index('paused_sessions', 'unique_active_pause_per_session',
  'USING btree (session_id) WHERE (resolved IS NOT TRUE)', p_unique => true);

SELECT pg_temp.yokeflow_upgrade_ensure_index('paused_sessions', 'idx_paused_sessions_project', 'USING btree (project_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('paused_sessions', 'idx_paused_sessions_resolved', 'USING btree (resolved)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('paused_sessions', 'idx_paused_sessions_paused_at', 'USING btree (paused_at DESC)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('intervention_actions', 'idx_intervention_actions_paused_session', 'USING btree (paused_session_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('intervention_actions', 'idx_intervention_actions_initiated_at', 'USING btree (initiated_at DESC)');

CREATE OR REPLACE VIEW v_active_interventions AS
SELECT ps.id,
       ps.session_id,
       ps.project_id,
       p.name AS project_name,
       ps.paused_at,
       ps.pause_reason,
       ps.pause_type,
       ps.current_task_description,
       ps.blocker_info,
       ps.retry_stats,
       ps.can_auto_resume,
       (SELECT count(*) FROM intervention_actions ia
         WHERE ia.paused_session_id = ps.id
           AND ia.action_type = 'notification_sent' AND ia.action_status = 'success') AS notifications_sent,
       now() - ps.paused_at AS time_paused
  FROM paused_sessions ps
  JOIN projects p ON p.id = ps.project_id
 WHERE ps.resolved IS NOT TRUE
 ORDER BY ps.paused_at DESC;

CREATE OR REPLACE VIEW v_intervention_history AS
SELECT ps.id,
       ps.project_id,
       p.name AS project_name,
       ps.paused_at,
       ps.pause_type,
       ps.resolved_at,
       ps.resolution_notes,
       ps.resolved_by,
       ps.resolved_at - ps.paused_at AS resolution_time,
       ARRAY(SELECT jsonb_build_object('type', ia.action_type, 'status', ia.action_status, 'initiated_at', ia.initiated_at)
               FROM intervention_actions ia
              WHERE ia.paused_session_id = ps.id
              ORDER BY ia.initiated_at) AS actions_taken
  FROM paused_sessions ps
  JOIN projects p ON p.id = ps.project_id
 WHERE ps.resolved
 ORDER BY ps.resolved_at DESC;

CREATE OR REPLACE FUNCTION pause_session(
  p_session_id uuid,
  p_project_id uuid,
  p_reason text,
  p_pause_type varchar,
  p_blocker_info jsonb DEFAULT '{}'::jsonb,
  p_retry_stats jsonb DEFAULT '{}'::jsonb,
  p_current_task_id integer DEFAULT NULL,
  p_current_task_description text DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql AS $body$
DECLARE
  v_id uuid;
BEGIN
  INSERT INTO paused_sessions (session_id, project_id, pause_reason, pause_type,
                               blocker_info, retry_stats, current_task_id, current_task_description)
  VALUES (p_session_id, p_project_id, p_reason, p_pause_type,
          COALESCE(p_blocker_info, '{}'), COALESCE(p_retry_stats, '{}'), p_current_task_id, p_current_task_description)
  RETURNING id INTO v_id;

  UPDATE sessions SET status = 'paused' WHERE id = p_session_id;
  RETURN v_id;
END
$body$;

CREATE OR REPLACE FUNCTION resume_session(
  p_paused_session_id uuid,
  p_resolved_by varchar DEFAULT 'system',
  p_resolution_notes text DEFAULT NULL
) RETURNS boolean LANGUAGE plpgsql AS $body$
DECLARE
  v_session_id uuid;
BEGIN
  -- One statement decides, so two callers at once cannot both resume.
  UPDATE paused_sessions
     SET resolved = true,
         resolved_at = now(),
         resolved_by = p_resolved_by,
         resolution_notes = p_resolution_notes,
         updated_at = now()
   WHERE id = p_paused_session_id AND resolved IS NOT TRUE
  RETURNING session_id INTO v_session_id;
  IF NOT FOUND THEN
    RETURN false;
  END IF;

  UPDATE sessions SET status = 'resumed' WHERE id = v_session_id;

  INSERT INTO intervention_actions (paused_session_id, action_type, action_status, action_details, completed_at)
  VALUES (p_paused_session_id, 'resumed', 'success',
          jsonb_build_object('resolved_by', p_resolved_by, 'resolution_notes', p_resolution_notes), now());
  RETURN true;
END
$body$;
