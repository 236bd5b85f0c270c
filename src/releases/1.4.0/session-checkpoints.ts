import { key } from '../../catalog/keys.js';
import { fn, table, view } from '../define.js';
import type { Step } from '../release.js';

export const sessionCheckpoints: Step = {
  id: '012_session_checkpoints',
  release: '1.4.0',
  system: 'checkpointing',
  title: 'checkpoints and recovery after failures',
  without: ['Session state is not preserved', 'A failed session cannot be resumed from where it stopped'],
  file: '1.4.0/012_session_checkpoints.sql',
  labels: [],
  undo: { file: '1.4.0/undo/012_session_checkpoints.sql', relabels: [] },
  replaces: [
    {
      relation: 'v_checkpoint_recovery_history',
      comesBack: true,
      when: {
        key: key.viewColumn('v_checkpoint_recovery_history', 'recovery_duration_seconds'),
        notDefinition: 'numeric',
      },
    },
  ],
  checks: [
    ...table(
      'session_checkpoints',
      {
        columns: {
          id: 'uuid not null default gen_random_uuid()',
          session_id: 'uuid not null',
          project_id: 'uuid not null',
          checkpoint_number: 'integer not null',
          checkpoint_type: 'character varying(50) not null',
          created_at: 'timestamp with time zone not null default now()',
          current_task_id: 'integer',
          current_epic_id: 'integer',
          message_count: 'integer not null default 0',
          iteration_count: 'integer not null default 0',
          conversation_history: "jsonb not null default '[]'::jsonb",
          tool_results_cache: "jsonb not null default '{}'::jsonb",
          completed_tasks: "integer[] default '{}'::integer[]",
          in_progress_tasks: "integer[] default '{}'::integer[]",
          blocked_tasks: "integer[] default '{}'::integer[]",
          metrics_snapshot: "jsonb not null default '{}'::jsonb",
          files_modified: 'text[]',
          git_commit_sha: 'character varying(40)',
          can_resume_from: 'boolean default true',
          resume_notes: 'text',
          invalidated: 'boolean default false',
          invalidation_reason: 'text',
          recovery_count: 'integer default 0',
          last_resumed_at: 'timestamp with time zone',
        },
        constraints: {
          valid_message_count: 'CHECK ((message_count >= 0))',
          valid_iteration_count: 'CHECK ((iteration_count >= 0))',
          valid_checkpoint_number: 'CHECK ((checkpoint_number > 0))',
          session_checkpoints_pkey: 'PRIMARY KEY (id)',
          unique_checkpoint_per_session: 'UNIQUE (session_id, checkpoint_number)',
          session_checkpoints_project_id_fkey: 'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE',
          session_checkpoints_session_id_fkey: 'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE',
          session_checkpoints_current_epic_id_fkey:
            'FOREIGN KEY (current_epic_id) REFERENCES epics(id) ON DELETE SET NULL',
          session_checkpoints_current_task_id_fkey:
            'FOREIGN KEY (current_task_id) REFERENCES tasks(id) ON DELETE SET NULL',
        },
        indexes: {
          idx_checkpoints_task: 'USING btree (current_task_id) WHERE (current_task_id IS NOT NULL)',
          idx_checkpoints_type: 'USING btree (checkpoint_type)',
          idx_checkpoints_project: 'USING btree (project_id)',
          idx_checkpoints_session: 'USING btree (session_id)',
          idx_checkpoints_can_resume: 'USING btree (can_resume_from) WHERE (can_resume_from = true)',
          idx_checkpoints_created_at: 'USING btree (created_at DESC)',
        },
      },
      { session_checkpoints_current_task_id_fkey: 'YF804', session_checkpoints_current_epic_id_fkey: 'YF804' },
    ),
    ...table(
      'checkpoint_recoveries',
      {
        columns: {
          id: 'uuid not null default gen_random_uuid()',
          checkpoint_id: 'uuid not null',
          recovery_initiated_at: 'timestamp with time zone not null default now()',
          recovery_completed_at: 'timestamp with time zone',
          recovery_status: 'character varying(20) not null',
          new_session_id: 'uuid',
          recovery_method: 'character varying(50) not null',
          recovery_notes: 'text',
          error_message: 'text',
          state_differences: "jsonb default '{}'::jsonb",
          created_at: 'timestamp with time zone not null default now()',
        },
        constraints: {
          checkpoint_recoveries_pkey: 'PRIMARY KEY (id)',
          checkpoint_recoveries_checkpoint_id_fkey:
            'FOREIGN KEY (checkpoint_id) REFERENCES session_checkpoints(id) ON DELETE CASCADE',
          checkpoint_recoveries_new_session_id_fkey:
            'FOREIGN KEY (new_session_id) REFERENCES sessions(id) ON DELETE SET NULL',
        },
        indexes: {
          idx_recoveries_status: 'USING btree (recovery_status)',
          idx_recoveries_checkpoint: 'USING btree (checkpoint_id)',
          idx_recoveries_initiated_at: 'USING btree (recovery_initiated_at DESC)',
        },
      },
      { checkpoint_recoveries_new_session_id_fkey: 'YF804' },
    ),
    view('v_latest_checkpoints', {
      id: 'uuid',
      session_id: 'uuid',
      project_id: 'uuid',
      project_name: 'character varying(255)',
      checkpoint_number: 'integer',
      checkpoint_type: 'character varying(50)',
      created_at: 'timestamp with time zone',
      current_task_id: 'integer',
      current_task_description: 'text',
      message_count: 'integer',
      iteration_count: 'integer',
      can_resume_from: 'boolean',
      invalidated: 'boolean',
      recovery_count: 'integer',
      last_resumed_at: 'timestamp with time zone',
      session_status: 'session_status',
      session_number: 'integer',
    }),
    view('v_resumable_checkpoints', {
      id: 'uuid',
      session_id: 'uuid',
      project_id: 'uuid',
      project_name: 'character varying(255)',
      checkpoint_number: 'integer',
      checkpoint_type: 'character varying(50)',
      created_at: 'timestamp with time zone',
      current_task_id: 'integer',
      current_task_description: 'text',
      message_count: 'integer',
      recovery_count: 'integer',
      last_resumed_at: 'timestamp with time zone',
      session_number: 'integer',
      session_type: 'session_type',
      session_status: 'session_status',
      age: 'interval',
    }),
    view('v_checkpoint_recovery_history', {
      id: 'uuid',
      checkpoint_id: 'uuid',
      original_session_id: 'uuid',
      original_session_number: 'integer',
      new_session_id: 'uuid',
      new_session_number: 'integer',
      project_id: 'uuid',
      project_name: 'character varying(255)',
      recovery_initiated_at: 'timestamp with time zone',
      recovery_completed_at: 'timestamp with time zone',
      recovery_status: 'character varying(20)',
      recovery_method: 'character varying(50)',
      error_message: 'text',
      recovery_duration_seconds: 'numeric',
      checkpoint_type: 'character varying(50)',
      checkpoint_number: 'integer',
    }),
    fn(
      'create_checkpoint',
      '(p_session_id uuid, p_project_id uuid, p_checkpoint_type character varying, ' +
        'p_current_task_id integer DEFAULT NULL::integer, p_current_epic_id integer DEFAULT NULL::integer, ' +
        'p_message_count integer DEFAULT 0, p_iteration_count integer DEFAULT 0, ' +
        "p_conversation_history jsonb DEFAULT '[]'::jsonb, p_tool_results_cache jsonb DEFAULT '{}'::jsonb, " +
        "p_completed_tasks integer[] DEFAULT '{}'::integer[], p_in_progress_tasks integer[] DEFAULT '{}'::integer[], " +
        "p_blocked_tasks integer[] DEFAULT '{}'::integer[], p_metrics_snapshot jsonb DEFAULT '{}'::jsonb, " +
        "p_files_modified text[] DEFAULT '{}'::text[], " +
        'p_git_commit_sha character varying DEFAULT NULL::character varying, ' +
        'p_resume_notes text DEFAULT NULL::text) returns uuid',
    ),
    fn(
      'start_checkpoint_recovery',
      '(p_checkpoint_id uuid, p_recovery_method character varying, ' +
        'p_new_session_id uuid DEFAULT NULL::uuid) returns uuid',
    ),
    fn(
      'complete_checkpoint_recovery',
      '(p_recovery_id uuid, p_status character varying, p_recovery_notes text DEFAULT NULL::text, ' +
        "p_error_message text DEFAULT NULL::text, p_state_differences jsonb DEFAULT '{}'::jsonb) returns boolean",
    ),
    fn('invalidate_checkpoints', '(p_session_id uuid, p_reason text) returns integer'),
    fn('get_latest_resumable_checkpoint', '(p_session_id uuid) returns uuid'),
  ],
  probes: [
    {
      id: 'probe.checkpoint_and_recovery',
      title: 'A checkpoint is made, recovered from and completed',
      file: '1.4.0/probes/checkpoint_and_recovery.sql',
      needsLabels: false,
      needs: ['update sessions'],
    },
    {
      id: 'probe.invalidate_checkpoints',
      title: 'Checkpoints are invalidated',
      file: '1.4.0/probes/invalidate_checkpoints.sql',
      needsLabels: false,
      needs: [],
    },
    {
      id: 'probe.delete_what_is_referenced',
      title: 'A task, an epic and a session that they point to can be deleted',
      file: '1.4.0/probes/delete_what_is_referenced.sql',
      needsLabels: false,
      needs: ['delete tasks', 'delete epics', 'delete sessions', 'delete projects'],
    },
  ],
};
