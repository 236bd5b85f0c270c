/**
 * SQL that lets a run take its time in the middle of its transaction.
 * @param seconds how long it then sleeps
 * @param view before which one it does so when it is made; with an empty name, before each command that changes the schema
 */
export const slowStep = (seconds: number, view = 'v_latest_checkpoints') => `
  CREATE FUNCTION dawdle() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF current_query() LIKE '%${view}%' THEN PERFORM pg_sleep(${seconds}); END IF; END $$;
  CREATE EVENT TRIGGER dawdle ON ddl_command_start ${view ? "WHEN TAG IN ('CREATE VIEW') " : ''}EXECUTE FUNCTION dawdle();`;

/**
 * SQL that lets a run take its time when it tries whether a session can be paused: the enum labels are committed by then, and the rest is not.
 * @param seconds how long it then sleeps
 */
export const slowAfterLabels = (seconds: number) => `
  CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(${seconds}); RETURN NEW; END $$;
  CREATE TRIGGER dawdle BEFORE UPDATE ON sessions FOR EACH ROW WHEN (NEW.status::text = 'paused') EXECUTE FUNCTION dawdle();`;
