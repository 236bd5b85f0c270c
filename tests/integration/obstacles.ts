import type { Scenario } from '../support/fixtures.js';

/** Something of the user's that makes the upgrade fail in its middle, how it fails, and how the user takes it away. */
export interface Obstacle {
  readonly what: string;
  readonly scenario: Scenario;
  readonly put: string;
  readonly away: string;
  readonly code: string;
  readonly says: RegExp;
  /** Whether it shows only once the labels are committed. */
  readonly afterLabels?: boolean;
}

const refusesPaused = {
  put: `CREATE FUNCTION my_rule() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.status::text = 'paused' THEN RAISE 'not in my house'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER my_rule BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION my_rule();`,
  away: 'DROP TRIGGER my_rule ON sessions; DROP FUNCTION my_rule()',
  code: 'YF502',
  says: /pauses and resumes, twice: not in my house/,
};
const noSuchView = {
  put: `CREATE FUNCTION no_view() RETURNS event_trigger LANGUAGE plpgsql AS $$
        BEGIN IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.v_resumable_checkpoints')
        THEN RAISE 'not that view'; END IF; END $$;
        CREATE EVENT TRIGGER no_view ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION no_view();`,
  away: 'DROP EVENT TRIGGER no_view; DROP FUNCTION no_view()',
  code: 'YF501',
  says: /in 012_session_checkpoints, line \d+/,
};
export const obstacles: readonly Obstacle[] = [
  { what: 'a trigger that lets no session be paused', scenario: '1.3.0', ...refusesPaused, afterLabels: true },
  { what: 'a trigger that lets no session be paused', scenario: '1.4.0-as-documented', ...refusesPaused },
  {
    what: 'a trigger that lets no session with a checkpoint be deleted',
    scenario: '1.3.0',
    put: `CREATE FUNCTION my_rule() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN IF to_regclass('session_checkpoints') IS NOT NULL THEN IF EXISTS (SELECT FROM session_checkpoints WHERE session_id = OLD.id)
          THEN RAISE 'checkpoints are kept'; END IF; END IF; RETURN OLD; END $$;
          CREATE TRIGGER my_rule BEFORE DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION my_rule();`,
    away: 'DROP TRIGGER my_rule ON sessions; DROP FUNCTION my_rule()',
    code: 'YF502',
    says: /checkpoints are kept/,
  },
  { what: 'an event trigger that refuses one view', scenario: '1.3.0', ...noSuchView },
  { what: 'an event trigger that refuses one view', scenario: '012-half', ...noSuchView },
];
