import { key } from '../../catalog/keys.js';
import { fn, has } from '../define.js';
import type { Step } from '../release.js';
import { validations } from './losses.js';

export const roadmap: Step = {
  id: '2_1_0_roadmap',
  release: '2.1.0',
  system: 'roadmap',
  title: 'validated epics and verified tasks',
  without: ['Epics cannot be marked as validated, nor tasks as verified'],
  file: '2.1.0/2_1_0_roadmap.sql',
  labels: [],
  undo: { file: '2.1.0/undo/2_1_0_roadmap.sql', relabels: [], loses: validations },
  replaces: [],
  checks: [
    {
      id: 'columns.epics',
      title: 'Validation of epics',
      expectations: [
        has(key.column('epics', 'validated'), 'boolean default false'),
        has(key.column('epics', 'validated_at'), 'timestamp with time zone'),
        has(key.column('epics', 'validation_status'), 'character varying(50)'),
        has(key.column('epics', 'acceptance_criteria'), "jsonb default '[]'::jsonb"),
      ],
    },
    {
      id: 'columns.tasks',
      title: 'Verification of tasks',
      expectations: [
        has(key.column('tasks', 'verified'), 'boolean default false'),
        has(key.column('tasks', 'verified_at'), 'timestamp with time zone'),
        has(key.column('tasks', 'needs_review'), 'boolean default false'),
        has(key.column('tasks', 'review_reason'), 'text'),
        has(key.column('tasks', 'verification_attempts'), 'integer default 0'),
      ],
    },
    fn('mark_task_verified', '(p_task_id integer, p_session_id uuid DEFAULT NULL::uuid) returns boolean'),
  ],
  probes: [
    {
      id: 'probe.mark_task_verified',
      title: 'A task is marked as verified',
      file: '2.1.0/probes/mark_task_verified.sql',
      needsLabels: false,
      needs: [],
    },
  ],
};
