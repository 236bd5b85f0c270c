-- Projects that begin with code of their own: three columns of projects.
-- Converges from 2.1.0, from half of it, and from 2.2.0 as documented.

SELECT pg_temp.yokeflow_upgrade_ensure_columns('projects', ARRAY[
  'project_type varchar(20) DEFAULT ''greenfield''',
  'source_commit_sha varchar(40)',
  'codebase_analysis jsonb DEFAULT ''{}''::jsonb']);
SELECT pg_temp.yokeflow_upgrade_ensure_one_of('projects', 'projects_project_type_check', 'project_type', '{greenfield,brownfield}');
SELECT pg_temp.yokeflow_upgrade_ensure_index('projects', 'idx_projects_project_type', 'USING btree (project_type)');
