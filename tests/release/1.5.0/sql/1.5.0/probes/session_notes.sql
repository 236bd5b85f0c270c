DO $probe$
DECLARE
  the_session uuid := current_setting('yokeflow_upgrade.session');
BEGIN
  PERFORM add_session_note(the_session, 'archive');
  ASSERT (SELECT count(*) FROM session_notes WHERE session_id = the_session) = 1, 'add_session_note did not add the note';
  ASSERT (SELECT status::text FROM sessions WHERE id = the_session) = 'archived', 'the session was not archived';
END
$probe$;
