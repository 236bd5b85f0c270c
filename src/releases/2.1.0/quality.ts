import { key } from '../../catalog/keys.js';
import { has, view } from '../define.js';
import type { Step } from '../release.js';
import { moments } from './losses.js';
import { closedEpics, filledMetrics } from './rewrites.js';

export const quality: Step = {
  id: '2_1_0_quality',
  release: '2.1.0',
  system: 'quality',
  title: 'the quality of sessions in their metrics, epics that are closed, and what the code names besides',
  without: [
    'Sessions of 1.x show no quality in YokeFlow 2.x',
    'An epic of 1.x that is done but open keeps the agent from its next task',
  ],
  file: '2.1.0/2_1_0_quality.sql',
  labels: [],
  undo: { file: '2.1.0/undo/2_1_0_quality.sql', relabels: [], loses: moments },
  replaces: [],
  rewrites: [filledMetrics, closedEpics],
  checks: [
    {
      id: 'columns.paused_sessions',
      title: 'Retries of pauses',
      expectations: [
        has(key.column('paused_sessions', 'last_error_message'), 'text'),
        has(key.column('paused_sessions', 'execution_time_ms'), 'integer'),
        has(key.column('paused_sessions', 'retry_count'), 'integer default 0'),
      ],
    },
    {
      id: 'column.projects.initialized_at',
      title: 'projects.initialized_at',
      expectations: [
        has(key.column('projects', 'initialized_at'), 'timestamp with time zone', { evidence: false, defect: 'YF827' }),
      ],
    },
    view(
      'v_pending_proposals',
      {
        id: 'uuid',
        created_at: 'timestamp with time zone',
        prompt_file: 'character varying(100)',
        section_name: 'character varying(200)',
        change_type: 'character varying(50)',
        confidence_level: 'integer',
        rationale: 'text',
        sandbox_type: 'character varying(20)',
        sessions_analyzed: 'integer',
        num_projects_analyzed: 'integer',
      },
      {
        evidence: false,
        also: [
          has(key.viewColumn('v_pending_proposals', 'status'), 'character varying(20)', {
            evidence: false,
            defect: 'YF829',
            accepts: /^(?:character varying(?:\(\d+\))?|text)$/,
          }),
        ],
      },
    ),
  ],
  probes: [
    {
      id: 'probe.initialized_at',
      title: 'An initialisation is cancelled',
      file: '2.1.0/probes/initialized_at.sql',
      needsLabels: false,
      needs: ['update projects'],
    },
    {
      id: 'probe.pending_proposals',
      title: 'Proposals are found by their status',
      file: '2.1.0/probes/pending_proposals.sql',
      needsLabels: false,
      needs: ['insert prompt_proposals'],
    },
  ],
};
