import { key } from '../../catalog/keys.js';
import { fn, has, oneOf, table, view } from '../define.js';
import type { Step } from '../release.js';
import * as losses from './losses.js';

export const epicInterventions: Step = {
  id: '2_1_0_epic_interventions',
  release: '2.1.0',
  system: 'tests of epics',
  title: 'failed epics that block, or do not, as their project wants it',
  without: ['An epic whose tests fail holds nothing up'],
  file: '2.1.0/2_1_0_epic_interventions.sql',
  labels: [{ type: 'session_status', label: 'blocked' }],
  undo: {
    file: '2.1.0/undo/2_1_0_epic_interventions.sql',
    relabels: [{ table: 'sessions', column: 'status', from: ['blocked'], to: 'interrupted' }],
    loses: losses.modes,
  },
  replaces: [
    {
      relation: 'v_active_epic_interventions',
      comesBack: true,
      when: { key: key.viewColumn('v_active_epic_interventions', 'minutes_blocked'), notDefinition: 'numeric' },
    },
  ],
  checks: [
    {
      id: 'column.projects.epic_testing_mode',
      title: 'projects.epic_testing_mode',
      expectations: [
        has(
          key.column('projects', 'epic_testing_mode'),
          "character varying(20) default 'autonomous'::character varying",
          { evidence: false, defect: 'YF823' },
        ),
        has(
          key.constraint('projects', 'projects_epic_testing_mode_check'),
          oneOf('epic_testing_mode', 'strict', 'autonomous'),
          { evidence: false, defect: 'YF823' },
        ),
      ],
    },
    ...table(
      'epic_test_interventions',
      {
        columns: {
          id: 'uuid not null default gen_random_uuid()',
          epic_id: 'integer',
          session_id: 'uuid',
          failure_count: 'integer not null',
          blocked: 'boolean not null default false',
          notification_sent: 'boolean default false',
          checkpoint_id: 'uuid',
          resolution_notes: 'text',
          resolved_at: 'timestamp without time zone',
          created_at: 'timestamp without time zone default CURRENT_TIMESTAMP',
          updated_at: 'timestamp without time zone default CURRENT_TIMESTAMP',
        },
        constraints: {
          epic_test_interventions_pkey: 'PRIMARY KEY (id)',
          epic_test_interventions_epic_id_fkey: 'FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE',
          epic_test_interventions_session_id_fkey:
            'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE SET NULL',
        },
        indexes: {
          idx_epic_interventions_active:
            'USING btree (epic_id, blocked) WHERE ((blocked = true) AND (resolved_at IS NULL))',
          idx_epic_interventions_session: 'USING btree (session_id)',
        },
      },
      { epic_test_interventions_epic_id_fkey: 'YF828', epic_test_interventions_session_id_fkey: 'YF828' },
    ),
    view('v_active_epic_interventions', {
      intervention_id: 'uuid',
      epic_id: 'integer',
      epic_name: 'character varying(255)',
      project_name: 'character varying(255)',
      session_number: 'integer',
      failure_count: 'integer',
      blocked: 'boolean',
      notification_sent: 'boolean',
      created_at: 'timestamp without time zone',
      minutes_blocked: 'numeric',
    }),
    view('v_epic_intervention_history', {
      project_name: 'character varying(255)',
      epic_name: 'character varying(255)',
      intervention_count: 'bigint',
      times_blocked: 'bigint',
      avg_failure_count: 'numeric',
      last_intervention: 'timestamp without time zone',
      notifications_sent: 'bigint',
    }),
    fn('resolve_epic_intervention', '(p_intervention_id uuid, p_resolution_notes text) returns boolean'),
    {
      id: 'label.session_status.blocked',
      title: 'session_status knows blocked',
      expectations: [has(key.label('session_status', 'blocked'), '', { evidence: false })],
    },
  ],
  probes: [
    {
      id: 'probe.epic_interventions',
      title: 'A failed epic blocks its session and is released',
      file: '2.1.0/probes/epic_interventions.sql',
      needsLabels: true,
      needs: ['update sessions'],
    },
    {
      id: 'probe.delete_epics_with_interventions',
      title: 'An epic, a session and a project can be deleted that had an intervention',
      file: '2.1.0/probes/delete_epics_with_interventions.sql',
      needsLabels: false,
      needs: ['delete epics', 'delete sessions', 'delete projects'],
    },
  ],
};
