-- Takes what brownfield projects have away again. Converges from all of it and from half of it.
-- Nothing is dropped with CASCADE: whatever of the user's is built on it stands in the way.

DROP INDEX IF EXISTS idx_projects_project_type;

ALTER TABLE projects
  DROP COLUMN IF EXISTS project_type,
  DROP COLUMN IF EXISTS source_commit_sha,
  DROP COLUMN IF EXISTS codebase_analysis;
