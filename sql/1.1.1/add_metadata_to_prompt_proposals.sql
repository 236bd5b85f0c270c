ALTER TABLE prompt_proposals ADD COLUMN IF NOT EXISTS metadata jsonb DEFAULT '{}'::jsonb;
ALTER TABLE prompt_proposals ALTER COLUMN metadata SET DEFAULT '{}'::jsonb;
