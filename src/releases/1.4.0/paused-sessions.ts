import { key } from '../../catalog/keys.js';
import { fn, has, lacks, table, view } from '../define.js';
import type { Expectation } from '../../catalog/expectation.js';
import type { Step } from '../release.js';

/** As released, both functions set sessions.updated_at. A user who added that column has mended them that way. */
function setsNoUnknownColumn(name: string): Expectation {
  return {
    kind: 'body',
    function: name,
    forbids: /update\s+(?:\w+\.)?sessions\s+(?:\w+\s+)?set\b[^;]*\bupdated_at\b/i,
    unless: key.column('sessions', 'updated_at'),
    because: 'sets sessions.updated_at, a column that no release of YokeFlow has',
    evidence: false,
    defect: 'YF801',
  };
}

const onePauseIndex =
  /^UNIQUE USING btree \(session_id\) WHERE \(*(?:NOT resolved|resolved = false|resolved IS (?:NOT TRUE|FALSE))\)*$/;

export const pausedSessions: Step = {
  id: '011_paused_sessions',
  release: '1.4.0',
  system: 'intervention',
  title: 'pause and resume sessions, audit trail, notifications',
  without: [
    'Sessions cannot be paused or resumed',
    'Interventions leave no audit trail',
    'Nobody is notified of a blocked session',
  ],
  file: '1.4.0/011_paused_sessions.sql',
  labels: [
    { type: 'session_status', label: 'paused' },
    { type: 'session_status', label: 'resumed' },
  ],
  undo: {
    file: '1.4.0/undo/011_paused_sessions.sql',
    relabels: [{ table: 'sessions', column: 'status', from: ['paused', 'resumed'], to: 'interrupted' }],
  },
  replaces: [
    {
      relation: 'intervention_actions',
      column: 'action_status',
      comesBack: true,
      when: { key: key.column('intervention_actions', 'action_status'), notDefinition: 'text not null' },
    },
  ],
  checks: [
    ...table(
      'paused_sessions',
      {
        columns: {
          id: 'uuid not null default gen_random_uuid()',
          session_id: 'uuid not null',
          project_id: 'uuid not null',
          paused_at: 'timestamp with time zone not null default now()',
          pause_reason: 'text not null',
          pause_type: 'character varying(50) not null',
          current_task_id: 'integer',
          current_task_description: 'text',
          message_count: 'integer',
          blocker_info: "jsonb not null default '{}'::jsonb",
          retry_stats: "jsonb not null default '{}'::jsonb",
          error_messages: 'text[]',
          resolved: 'boolean default false',
          resolved_at: 'timestamp with time zone',
          resolution_notes: 'text',
          resolved_by: 'character varying(255)',
          can_auto_resume: 'boolean default false',
          resume_prompt: 'text',
          resume_context: "jsonb default '{}'::jsonb",
          created_at: 'timestamp with time zone not null default now()',
          updated_at: 'timestamp with time zone not null default now()',
        },
        constraints: {
          paused_sessions_pkey: 'PRIMARY KEY (id)',
          paused_sessions_project_id_fkey: 'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE',
          paused_sessions_session_id_fkey: 'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE',
          paused_sessions_current_task_id_fkey: 'FOREIGN KEY (current_task_id) REFERENCES tasks(id) ON DELETE SET NULL',
        },
        indexes: {
          idx_paused_sessions_project: 'USING btree (project_id)',
          idx_paused_sessions_resolved: 'USING btree (resolved)',
          idx_paused_sessions_paused_at: 'USING btree (paused_at DESC)',
        },
      },
      { paused_sessions_current_task_id_fkey: 'YF804' },
    ),
    {
      id: 'rule.one_unresolved_pause',
      title: 'One unresolved pause per session, any number of resolved ones',
      expectations: [
        lacks(key.constraint('paused_sessions', 'unique_active_pause_per_session'), {
          evidence: false,
          defect: 'YF802',
        }),
        has(
          key.index('paused_sessions', 'unique_active_pause_per_session'),
          'UNIQUE USING btree (session_id) WHERE (resolved IS NOT TRUE)',
          {
            defect: 'YF802',
            accepts: onePauseIndex,
          },
        ),
      ],
    },
    ...table(
      'intervention_actions',
      {
        columns: {
          id: 'uuid not null default gen_random_uuid()',
          paused_session_id: 'uuid not null',
          action_type: 'character varying(50) not null',
          action_status: 'text not null',
          action_details: "jsonb not null default '{}'::jsonb",
          initiated_at: 'timestamp with time zone not null default now()',
          completed_at: 'timestamp with time zone',
          result_message: 'text',
          error_message: 'text',
          created_at: 'timestamp with time zone not null default now()',
        },
        constraints: {
          intervention_actions_pkey: 'PRIMARY KEY (id)',
          intervention_actions_paused_session_id_fkey:
            'FOREIGN KEY (paused_session_id) REFERENCES paused_sessions(id) ON DELETE CASCADE',
        },
        indexes: {
          idx_intervention_actions_initiated_at: 'USING btree (initiated_at DESC)',
          idx_intervention_actions_paused_session: 'USING btree (paused_session_id)',
        },
      },
      { action_status: 'YF803' },
    ),
    ...table('notification_preferences', {
      columns: {
        id: 'uuid not null default gen_random_uuid()',
        project_id: 'uuid not null',
        webhook_enabled: 'boolean default false',
        webhook_url: 'text',
        email_enabled: 'boolean default false',
        email_addresses: 'text[]',
        sms_enabled: 'boolean default false',
        sms_numbers: 'text[]',
        notify_on_retry_limit: 'boolean default true',
        notify_on_critical_error: 'boolean default true',
        notify_on_timeout: 'boolean default true',
        notify_on_manual_pause: 'boolean default false',
        min_notification_interval: 'integer default 300',
        last_notification_at: 'timestamp with time zone',
        created_at: 'timestamp with time zone not null default now()',
        updated_at: 'timestamp with time zone not null default now()',
      },
      constraints: {
        notification_preferences_pkey: 'PRIMARY KEY (id)',
        unique_preferences_per_project: 'UNIQUE (project_id)',
        notification_preferences_project_id_fkey: 'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE',
      },
    }),
    view('v_active_interventions', {
      id: 'uuid',
      session_id: 'uuid',
      project_id: 'uuid',
      project_name: 'character varying(255)',
      paused_at: 'timestamp with time zone',
      pause_reason: 'text',
      pause_type: 'character varying(50)',
      current_task_description: 'text',
      blocker_info: 'jsonb',
      retry_stats: 'jsonb',
      can_auto_resume: 'boolean',
      notifications_sent: 'bigint',
      time_paused: 'interval',
    }),
    view('v_intervention_history', {
      id: 'uuid',
      project_id: 'uuid',
      project_name: 'character varying(255)',
      paused_at: 'timestamp with time zone',
      pause_type: 'character varying(50)',
      resolved_at: 'timestamp with time zone',
      resolution_notes: 'text',
      resolved_by: 'character varying(255)',
      resolution_time: 'interval',
      actions_taken: 'jsonb[]',
    }),
    fn(
      'pause_session',
      '(p_session_id uuid, p_project_id uuid, p_reason text, p_pause_type character varying, ' +
        "p_blocker_info jsonb DEFAULT '{}'::jsonb, p_retry_stats jsonb DEFAULT '{}'::jsonb, " +
        'p_current_task_id integer DEFAULT NULL::integer, ' +
        'p_current_task_description text DEFAULT NULL::text) returns uuid',
      { also: [setsNoUnknownColumn('pause_session')] },
    ),
    fn(
      'resume_session',
      "(p_paused_session_id uuid, p_resolved_by character varying DEFAULT 'system'::character varying, " +
        'p_resolution_notes text DEFAULT NULL::text) returns boolean',
      { also: [setsNoUnknownColumn('resume_session')] },
    ),
    {
      id: 'label.session_status',
      title: 'session_status knows paused and resumed',
      expectations: ['paused', 'resumed'].map((label) =>
        has(key.label('session_status', label), '', { evidence: false }),
      ),
    },
  ],
  probes: [
    {
      id: 'probe.pause_and_resume',
      title: 'A session pauses and resumes, twice',
      file: '1.4.0/probes/pause_and_resume.sql',
      needsLabels: true,
      needs: ['update sessions'],
    },
    {
      id: 'probe.audit_statements',
      title: 'Audit entries are written and updated',
      file: '1.4.0/probes/audit_statements.sql',
      needsLabels: false,
      needs: [],
    },
  ],
};
