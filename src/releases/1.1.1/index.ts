import { key } from '../../catalog/keys.js';
import { has, lacks, view } from '../define.js';
import type { Release, Step } from '../release.js';

const metadata: Step = {
  id: 'add_metadata_to_prompt_proposals',
  release: '1.1.1',
  system: 'earlier updates',
  title: 'metadata of prompt proposals',
  without: ['Prompt proposals cannot be stored'],
  file: '1.1.1/add_metadata_to_prompt_proposals.sql',
  labels: [],
  replaces: [],
  checks: [
    {
      id: 'column.prompt_proposals.metadata',
      title: 'prompt_proposals.metadata',
      expectations: [has(key.column('prompt_proposals', 'metadata'), "jsonb default '{}'::jsonb")],
    },
  ],
  probes: [
    {
      id: 'probe.prompt_proposal_metadata',
      title: 'A prompt proposal is stored with metadata',
      file: '1.1.1/probes/prompt_proposal_metadata.sql',
      needsLabels: false,
      needs: ['insert prompt_proposals'],
    },
  ],
};

const qualityColumns = {
  id: 'uuid not null default uuid_generate_v4()',
  session_id: 'uuid not null',
  check_version: 'character varying(20)',
  created_at: 'timestamp with time zone default now()',
  overall_rating: 'integer',
  playwright_count: 'integer default 0',
  playwright_screenshot_count: 'integer default 0',
  total_tool_uses: 'integer default 0',
  error_count: 'integer default 0',
  error_rate: 'numeric(5,4)',
  critical_issues: "jsonb default '[]'::jsonb",
  warnings: "jsonb default '[]'::jsonb",
  metrics: "jsonb default '{}'::jsonb",
};

/** What 1.1.0 kept of deep reviews, in the table of the quick checks. */
const reviewColumns = ['check_type', 'review_text', 'review_summary', 'prompt_improvements'];
const recentIssues = 'v_recent_quality_issues';
const recentIssuesCheckType = key.viewColumn(recentIssues, 'check_type');

const cleanup: Step = {
  id: 'cleanup_session_quality_checks',
  release: '1.1.1',
  system: 'earlier updates',
  title: 'deep reviews move out of the quality checks',
  fills: ['session_deep_reviews'],
  without: ['Quality checks cannot be stored: YokeFlow no longer fills in check_type'],
  file: '1.1.1/cleanup_session_quality_checks.sql',
  labels: [],
  replaces: [
    { relation: recentIssues, comesBack: true, when: { key: recentIssuesCheckType } },
    { relation: recentIssues, column: 'check_type', comesBack: false, when: { key: recentIssuesCheckType } },
    ...reviewColumns.map((column) => ({
      relation: 'session_quality_checks',
      column,
      comesBack: false,
      takesAlong: [key.constraint('session_quality_checks', 'valid_check_type')],
      when: { key: key.column('session_quality_checks', column) },
    })),
  ],
  checks: [
    {
      id: 'table.session_quality_checks',
      title: `session_quality_checks has its ${Object.keys(qualityColumns).length} columns and no ${reviewColumns.join(', ')}`,
      expectations: [
        ...Object.entries(qualityColumns).map(([column, definition]) =>
          has(key.column('session_quality_checks', column), definition, { evidence: false }),
        ),
        ...reviewColumns.map((column) => lacks(key.column('session_quality_checks', column))),
      ],
    },
    view(
      'v_project_quality',
      {
        project_id: 'uuid',
        project_name: 'character varying(255)',
        total_sessions: 'bigint',
        checked_sessions: 'bigint',
        avg_quality_rating: 'numeric',
        sessions_without_browser_verification: 'bigint',
        avg_error_rate_percent: 'numeric',
        avg_playwright_calls_per_session: 'numeric',
      },
      { evidence: false },
    ),
    view(
      recentIssues,
      {
        check_id: 'uuid',
        session_id: 'uuid',
        session_number: 'integer',
        session_type: 'session_type',
        project_id: 'uuid',
        project_name: 'character varying(255)',
        overall_rating: 'integer',
        playwright_count: 'integer',
        error_rate: 'numeric(5,4)',
        critical_issues: 'jsonb',
        warnings: 'jsonb',
        created_at: 'timestamp with time zone',
      },
      { evidence: false, also: [lacks(recentIssuesCheckType, { evidence: false })] },
    ),
    view(
      'v_browser_verification_compliance',
      {
        project_id: 'uuid',
        project_name: 'character varying(255)',
        total_sessions: 'bigint',
        sessions_with_verification: 'bigint',
        sessions_excellent_verification: 'bigint',
        sessions_good_verification: 'bigint',
        sessions_minimal_verification: 'bigint',
        sessions_no_verification: 'bigint',
        verification_rate_percent: 'numeric',
      },
      { evidence: false },
    ),
  ],
  probes: [
    {
      id: 'probe.quality_views',
      title: 'The three quality views count a check',
      file: '1.1.1/probes/quality_views.sql',
      needsLabels: false,
      needs: ['insert session_quality_checks'],
    },
  ],
};

export const release111: Release = {
  version: '1.3.0',
  sameSchemaAs: ['1.1.1', '1.2.0'],
  installedWhole: false,
  schema: '1.1.1/schema',
  steps: [metadata, cleanup],
};
