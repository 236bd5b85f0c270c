-- Takes the notes on sessions away again. Nothing is dropped with CASCADE.
DROP FUNCTION IF EXISTS add_session_note(uuid, text);
DROP TABLE IF EXISTS session_notes;
