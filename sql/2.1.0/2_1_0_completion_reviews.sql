-- A finished project held against its specification: two tables, four views.
-- Converges from nothing, from half of it, and from 2.1.0 and 2.2.0 as documented.

CREATE TABLE IF NOT EXISTS project_completion_reviews ();
SELECT pg_temp.yokeflow_upgrade_ensure_columns('project_completion_reviews', ARRAY[
  'id uuid NOT NULL DEFAULT gen_random_uuid()',
  'project_id uuid',
  'created_at timestamptz DEFAULT now()',
  'spec_file_path text NOT NULL',
  'spec_hash varchar(64) NOT NULL',
  'spec_parsed_at timestamptz DEFAULT now()',
  'requirements_total integer NOT NULL DEFAULT 0',
  'requirements_met integer NOT NULL DEFAULT 0',
  'requirements_missing integer NOT NULL DEFAULT 0',
  'requirements_extra integer NOT NULL DEFAULT 0',
  'coverage_percentage numeric(5,2)',
  'overall_score integer',
  'recommendation varchar(20)',
  'executive_summary text',
  'review_text text',
  'review_model varchar(100) DEFAULT ''claude-sonnet-4-5-20250929''']);

CREATE TABLE IF NOT EXISTS completion_requirements ();
SELECT pg_temp.yokeflow_upgrade_ensure_columns('completion_requirements', ARRAY[
  'id uuid NOT NULL DEFAULT gen_random_uuid()',
  'review_id uuid',
  'requirement_id varchar(50) NOT NULL',
  'section varchar(100) NOT NULL',
  'requirement_text text NOT NULL',
  'keywords text[]',
  'priority varchar(20)',
  'status varchar(20) NOT NULL',
  'matched_epic_ids integer[]',
  'matched_task_ids integer[]',
  'match_confidence numeric(3,2)',
  'implementation_notes text']);

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('project_completion_reviews', 'project_completion_reviews_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('project_completion_reviews', 'project_completion_reviews_project_id_fkey',
  'FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_one_of('project_completion_reviews', 'recommendation_valid', 'recommendation', '{complete,needs_work,failed}');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('project_completion_reviews', 'score_valid',
  'CHECK (((overall_score >= 1) AND (overall_score <= 100)))');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('completion_requirements', 'completion_requirements_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('completion_requirements', 'completion_requirements_review_id_fkey',
  'FOREIGN KEY (review_id) REFERENCES project_completion_reviews(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_one_of('completion_requirements', 'status_valid', 'status', '{met,missing,partial,extra}');

SELECT pg_temp.yokeflow_upgrade_ensure_index('project_completion_reviews', 'idx_completion_reviews_project', 'USING btree (project_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('project_completion_reviews', 'idx_completion_reviews_created', 'USING btree (created_at DESC)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('completion_requirements', 'idx_completion_requirements_review', 'USING btree (review_id)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('completion_requirements', 'idx_completion_requirements_status', 'USING btree (status)');
SELECT pg_temp.yokeflow_upgrade_ensure_index('completion_requirements', 'idx_completion_requirements_section', 'USING btree (section)');

CREATE OR REPLACE VIEW v_latest_completion_review AS
SELECT DISTINCT ON (r.project_id)
       r.id,
       r.project_id,
       r.created_at,
       r.spec_file_path,
       r.spec_hash,
       r.spec_parsed_at,
       r.requirements_total,
       r.requirements_met,
       r.requirements_missing,
       r.requirements_extra,
       r.coverage_percentage,
       r.overall_score,
       r.recommendation,
       r.executive_summary,
       r.review_text,
       r.review_model,
       p.name AS project_name,
       p.completed_at AS project_completed_at
  FROM project_completion_reviews r
  JOIN projects p ON p.id = r.project_id
 ORDER BY r.project_id, r.created_at DESC, r.id;

CREATE OR REPLACE VIEW v_project_completion_stats AS
SELECT p.id AS project_id,
       p.name AS project_name,
       p.completed_at,
       r.id AS review_id,
       r.coverage_percentage,
       r.overall_score,
       r.recommendation,
       r.requirements_total,
       r.requirements_met,
       r.requirements_missing,
       r.requirements_extra,
       r.created_at AS review_created_at
  FROM projects p
  LEFT JOIN v_latest_completion_review r ON r.project_id = p.id;

CREATE OR REPLACE VIEW v_completion_requirement_summary AS
SELECT c.review_id,
       c.status,
       count(*) AS count,
       avg(c.match_confidence) AS avg_confidence
  FROM completion_requirements c
 GROUP BY c.review_id, c.status;

CREATE OR REPLACE VIEW v_completion_section_summary AS
SELECT c.review_id,
       c.section,
       count(*) AS total_requirements,
       count(*) FILTER (WHERE c.status = 'met') AS met_count,
       count(*) FILTER (WHERE c.status = 'missing') AS missing_count,
       count(*) FILTER (WHERE c.status = 'partial') AS partial_count,
       avg(c.match_confidence) AS avg_confidence
  FROM completion_requirements c
 GROUP BY c.review_id, c.section;
