import { key } from '../../catalog/keys.js';
import { fn, has, lacks, table } from '../define.js';
import type { Release, Step } from '../release.js';

const metricsTrigger = 'AFTER UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION update_project_metrics()';
const typeTrigger = 'BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION validate_session_type()';

const complete: Step = {
  id: 'complete_1_1_0',
  release: '1.1.0',
  system: 'earlier updates',
  title: 'time and cost of projects, deep reviews, guarded session types',
  without: ['A project does not add up the time and cost of its sessions', 'Deep reviews have no table of their own'],
  file: '1.1.0/complete_1_1_0.sql',
  labels: [],
  replaces: [],
  alsoReplaces: ['update_project_cost'],
  checks: [
    {
      id: 'column.projects.total_time_seconds',
      title: 'projects.total_time_seconds',
      expectations: [
        has(key.column('projects', 'total_time_seconds'), 'integer default 0'),
        has(key.constraint('projects', 'valid_total_time'), 'CHECK ((total_time_seconds >= 0))'),
        has(key.index('projects', 'idx_projects_total_time'), 'USING btree (total_time_seconds)'),
      ],
    },
    ...table('session_deep_reviews', {
      columns: {
        id: 'uuid not null default uuid_generate_v4()',
        session_id: 'uuid not null',
        review_version: 'character varying(20)',
        created_at: 'timestamp with time zone default now()',
        overall_rating: 'integer',
        review_text: 'text',
        review_summary: "jsonb default '{}'::jsonb",
        prompt_improvements: "jsonb default '[]'::jsonb",
        model: 'character varying(100)',
      },
      constraints: {
        valid_deep_review_rating:
          'CHECK (((overall_rating IS NULL) OR ((overall_rating >= 1) AND (overall_rating <= 10))))',
        session_deep_reviews_pkey: 'PRIMARY KEY (id)',
        unique_session_deep_review: 'UNIQUE (session_id)',
        session_deep_reviews_session_id_fkey: 'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE',
      },
      indexes: {
        idx_deep_reviews_rating: 'USING btree (overall_rating) WHERE (overall_rating IS NOT NULL)',
        idx_deep_reviews_created: 'USING btree (created_at DESC)',
        idx_deep_reviews_session: 'USING btree (session_id)',
        idx_deep_reviews_improvements: 'USING gin (prompt_improvements)',
      },
    }),
    fn('update_project_metrics', '() returns trigger', {
      also: [
        has(key.trigger('sessions', 'update_project_metrics_on_session_complete'), metricsTrigger),
        lacks(key.trigger('sessions', 'update_project_cost_on_session_complete'), { evidence: false }),
      ],
    }),
    // 1.0.0 has this one too, so it tells nothing about whether the step ran.
    fn('validate_session_type', '() returns trigger', {
      evidence: false,
      also: [has(key.trigger('sessions', 'validate_session_type_consistency'), typeTrigger, { evidence: false })],
    }),
  ],
  probes: [
    {
      id: 'probe.project_metrics',
      title: 'A completed session adds its time and cost to its project',
      file: '1.1.0/probes/project_metrics.sql',
      needsLabels: false,
      needs: ['update projects', 'complete sessions'],
    },
    {
      id: 'probe.session_types',
      title: 'A second initializer session is refused',
      file: '1.1.0/probes/session_types.sql',
      needsLabels: false,
      needs: [],
    },
  ],
};

export const release110: Release = { version: '1.1.0', sameSchemaAs: [], installedWhole: true, steps: [complete] };
