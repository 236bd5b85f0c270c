-- Takes the validation of epics and the verification of tasks away again. Converges from all of it and from half of it.
-- Where 2.0.0's tables are, all of this came with 2.0.0 and stays with it.
DO $undo$
BEGIN
  IF to_regclass(format('%I.task_verifications', current_schema())) IS NOT NULL THEN
    RETURN;
  END IF;
  DROP FUNCTION IF EXISTS mark_task_verified(integer, uuid);
  ALTER TABLE epics
    DROP COLUMN IF EXISTS validated,
    DROP COLUMN IF EXISTS validated_at,
    DROP COLUMN IF EXISTS validation_status,
    DROP COLUMN IF EXISTS acceptance_criteria;
  ALTER TABLE tasks
    DROP COLUMN IF EXISTS verified,
    DROP COLUMN IF EXISTS verified_at,
    DROP COLUMN IF EXISTS needs_review,
    DROP COLUMN IF EXISTS review_reason,
    DROP COLUMN IF EXISTS verification_attempts;
END
$undo$;
