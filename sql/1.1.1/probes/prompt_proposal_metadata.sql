DO $probe$
DECLARE
  stored jsonb;
BEGIN
  INSERT INTO prompt_proposals (prompt_file, original_text, proposed_text, rationale)
  VALUES ('probe', 'probe', 'probe', 'probe') RETURNING metadata INTO stored;
  ASSERT stored = '{}', format('a new prompt proposal has the metadata %s', stored);
END
$probe$;
