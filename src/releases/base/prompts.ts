import { table, view } from '../define.js';

/** Prompt improvement, as far as it is alike in every 1.x release. */
export const prompts = [
  ...table('prompt_improvement_analyses', {
    columns: {
      id: 'uuid not null default uuid_generate_v4()',
      created_at: 'timestamp with time zone default now()',
      completed_at: 'timestamp with time zone',
      status: "character varying(20) default 'pending'::character varying",
      projects_analyzed: 'uuid[] not null',
      sessions_analyzed: 'integer not null default 0',
      date_range_start: 'timestamp with time zone',
      date_range_end: 'timestamp with time zone',
      analysis_model: "character varying(100) default 'claude-sonnet-4-5-20250929'::character varying",
      sandbox_type: 'character varying(20)',
      overall_findings: 'text',
      patterns_identified: "jsonb default '{}'::jsonb",
      proposed_changes: "jsonb default '[]'::jsonb",
      quality_impact_estimate: 'numeric(3,1)',
      triggered_by: 'character varying(50)',
      user_id: 'uuid',
      notes: 'text',
    },
    constraints: {
      status_valid:
        "CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'running'::character varying, 'completed'::character varying, 'failed'::character varying])::text[])))",
      sandbox_type_valid:
        "CHECK (((sandbox_type)::text = ANY ((ARRAY['docker'::character varying, 'local'::character varying])::text[])))",
      prompt_improvement_analyses_pkey: 'PRIMARY KEY (id)',
    },
    indexes: {
      idx_prompt_analyses_status: 'USING btree (status)',
      idx_prompt_analyses_created: 'USING btree (created_at DESC)',
      idx_prompt_analyses_sandbox: 'USING btree (sandbox_type)',
    },
  }),
  ...table('prompt_proposals', {
    columns: {
      id: 'uuid not null default uuid_generate_v4()',
      analysis_id: 'uuid',
      created_at: 'timestamp with time zone default now()',
      prompt_file: 'character varying(100) not null',
      section_name: 'character varying(200)',
      line_start: 'integer',
      line_end: 'integer',
      original_text: 'text not null',
      proposed_text: 'text not null',
      change_type: 'character varying(50)',
      rationale: 'text not null',
      evidence: "jsonb default '[]'::jsonb",
      confidence_level: 'integer',
      status: "character varying(20) default 'proposed'::character varying",
      applied_at: 'timestamp with time zone',
      applied_to_version: 'character varying(50)',
      applied_by: 'character varying(100)',
      sessions_before_change: 'integer',
      quality_before: 'numeric(3,1)',
      sessions_after_change: 'integer',
      quality_after: 'numeric(3,1)',
    },
    constraints: {
      status_valid:
        "CHECK (((status)::text = ANY ((ARRAY['proposed'::character varying, 'accepted'::character varying, 'rejected'::character varying, 'implemented'::character varying])::text[])))",
      confidence_valid: 'CHECK (((confidence_level >= 1) AND (confidence_level <= 10)))',
      change_type_valid:
        "CHECK (((change_type)::text = ANY ((ARRAY['addition'::character varying, 'modification'::character varying, 'deletion'::character varying, 'reorganization'::character varying])::text[])))",
      prompt_proposals_pkey: 'PRIMARY KEY (id)',
      prompt_proposals_analysis_id_fkey:
        'FOREIGN KEY (analysis_id) REFERENCES prompt_improvement_analyses(id) ON DELETE CASCADE',
    },
    indexes: {
      idx_proposals_file: 'USING btree (prompt_file)',
      idx_proposals_status: 'USING btree (status)',
      idx_proposals_analysis: 'USING btree (analysis_id)',
    },
  }),
  view('v_recent_analyses', {
    id: 'uuid',
    created_at: 'timestamp with time zone',
    completed_at: 'timestamp with time zone',
    status: 'character varying(20)',
    sandbox_type: 'character varying(20)',
    num_projects: 'integer',
    sessions_analyzed: 'integer',
    quality_impact_estimate: 'numeric(3,1)',
    total_proposals: 'bigint',
    pending_proposals: 'bigint',
    accepted_proposals: 'bigint',
    implemented_proposals: 'bigint',
  }),
  view('v_pending_proposals', {
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
  }),
];
