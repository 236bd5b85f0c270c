import { describe, expect, it, onTestFinished } from 'vitest';
import { obstacle } from '../../src/inspection/obstacles.js';
import { adapters, onceOf } from '../support/adapters.js';
import { connected } from '../support/databases.js';
import { tableContents } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { carryOut, lookBack } from '../support/run-rollback.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

async function load(scenario: Scenario, sql = ''): Promise<TestDatabase> {
  const database = await createDatabase({ sql: `${scenarioSql(scenario)}\n${sql}` });
  onTestFinished(() => database.drop());
  return database;
}
const returnsNull = `CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;`;
const setAside = `CREATE SCHEMA yokeflow_upgrade; CREATE TABLE yokeflow_upgrade.set_aside_deep_reviews (quality_check_id uuid NOT NULL, session_id uuid NOT NULL, check_version varchar(20),
  created_at timestamptz, overall_rating integer, review_text text, review_summary jsonb, prompt_improvements jsonb, set_aside_at timestamptz NOT NULL DEFAULT now(), version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (quality_check_id, version));`;

describe.each(adapters)('over $name', (adapter) => {
  const run = it.skipIf(adapter.missing !== undefined);
  const once = onceOf(adapter);
  const refusal = async (database: TestDatabase) => obstacle(await look(adapter.connect(database)));

  once?.each([
    ['a rule', 'CREATE RULE r AS ON INSERT TO yokeflow_upgrade.set_aside_deep_reviews DO INSTEAD NOTHING'],
    [
      'a trigger',
      `${returnsNull} CREATE TRIGGER t BEFORE INSERT ON yokeflow_upgrade.set_aside_deep_reviews FOR EACH ROW EXECUTE FUNCTION swallow()`,
    ],
  ])('%s that swallows the reviews that are set aside is refused', async (_, sql) => {
    expect(await refusal(await load('1.1.0', setAside + sql))).toMatchObject({ code: 'YF818', exitCode: 3 });
  });

  run('a trigger that swallows them all the same leaves everything as it was', async () => {
    const database = await load('1.1.0', setAside);
    const connect = adapter.connect(database);
    const rows = await tableContents(database);
    // Made by an event trigger in the middle of the run, when nobody looks any more.
    await database.query(`${returnsNull} CREATE FUNCTION late() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'late') THEN CREATE TRIGGER late BEFORE INSERT ON yokeflow_upgrade.set_aside_deep_reviews FOR EACH ROW EXECUTE FUNCTION swallow(); END IF; END $$;
      CREATE EVENT TRIGGER late ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION late()`);
    await expect(upgrade(connect)).rejects.toMatchObject({ code: 'YF501', changed: false });
    expect(await tableContents(database)).toEqual(rows);
  });

  once?.('kinds of checks that only a fork knows are set aside with their names', async () => {
    const database = await load(
      '1.1.0',
      `ALTER TABLE session_quality_checks DROP CONSTRAINT IF EXISTS valid_check_type;
      INSERT INTO session_quality_checks (session_id, check_type, overall_rating) SELECT id, 'security', 3 FROM sessions ORDER BY id LIMIT 2`,
    );
    await upgrade(adapter.connect(database));
    expect(
      await database.query(
        `SELECT check_type, overall_rating FROM yokeflow_upgrade.set_aside_deep_reviews WHERE check_type = 'security'`,
      ),
    ).toEqual([
      { check_type: 'security', overall_rating: 3 },
      { check_type: 'security', overall_rating: 3 },
    ]);
  });

  once?.('triggers and rules of the user do not take the summing up of seconds for an edit', async () => {
    const database = await load(
      '1.0.0',
      `ALTER TABLE projects ADD COLUMN revision integer DEFAULT 1; CREATE TABLE audit_log (project uuid);
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.revision := OLD.revision + 1; INSERT INTO audit_log VALUES (NEW.id); RETURN NEW; END $$;
      CREATE TRIGGER my_touch BEFORE UPDATE ON projects FOR EACH ROW EXECUTE FUNCTION touch(); ALTER TABLE projects ENABLE ALWAYS TRIGGER my_touch;
      CREATE RULE my_rule AS ON UPDATE TO projects DO INSTEAD NOTHING`,
    );
    await upgrade(adapter.connect(database));
    const [row] =
      await database.query(`SELECT (SELECT count(*)::integer FROM audit_log) AS audited, max(revision) AS revision, sum(total_time_seconds)::integer > 0 AS summed,
      (SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'my_touch') AS trigger, (SELECT ev_enabled::text FROM pg_rewrite WHERE rulename = 'my_rule') AS rule FROM projects`);
    expect(row).toEqual({ audited: 0, revision: 1, summed: true, trigger: 'A', rule: 'O' });
  });

  once?.('a trigger whose text names a column that goes away is refused by name', async () => {
    const database = await load(
      '1.1.0',
      `CREATE FUNCTION by_kind() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.check_type = 'deep' THEN RETURN NEW; END IF; RETURN NEW; END $$;
      CREATE TRIGGER by_kind BEFORE INSERT ON session_quality_checks FOR EACH ROW EXECUTE FUNCTION by_kind()`,
    );
    expect(await refusal(database)).toMatchObject({
      code: 'YF306',
      exitCode: 3,
      found: [expect.stringContaining('trigger by_kind')] as string[],
    });
  });

  once?.('an audit of schema changes that relies on the search path goes on', async () => {
    const database = await load(
      '1.3.0',
      `CREATE TABLE ddl_log (tag text); CREATE FUNCTION log_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ddl_log VALUES (tg_tag); END $$;
      CREATE EVENT TRIGGER log_ddl ON ddl_command_end EXECUTE FUNCTION log_ddl();`,
    );
    await upgrade(adapter.connect(database));
    expect((await look(adapter.connect(database))).version.state).toBe('current');
    expect((await database.query('SELECT count(*)::integer AS n FROM ddl_log'))[0]).not.toEqual({ n: 0 });
  });

  once?.('a trigger that finds its table by the path of the database goes on finding it', async () => {
    const database = await load(
      '1.1.0',
      `CREATE SCHEMA audit; CREATE TABLE audit.seen (id uuid); CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (NEW.id); RETURN NEW; END $$;
      CREATE TRIGGER seen AFTER INSERT ON session_deep_reviews FOR EACH ROW EXECUTE FUNCTION seen()`,
    );
    await connected(testServer(), 'postgres', (admin) =>
      admin.query(`ALTER DATABASE "${database.name}" SET search_path = public, audit`),
    );
    await upgrade(adapter.connect(database));
    expect((await look(adapter.connect(database))).version.state).toBe('current');
  });

  once?.each([
    'COMMENT ON INDEX unique_active_pause_per_session',
    'COMMENT ON CONSTRAINT unique_active_pause_per_session ON paused_sessions',
  ])('%s is on the index that takes its place', async (comment) => {
    const database = await load('1.4.0-as-documented', `${comment} IS 'mine'`);
    await upgrade(adapter.connect(database));
    expect(
      await database.query(
        `SELECT obj_description('unique_active_pause_per_session'::regclass, 'pg_class') AS comment`,
      ),
    ).toEqual([{ comment: 'mine' }]);
  });

  run('a rollback that a trigger of the user keeps from relabelling a row does not say that it did', async () => {
    const database = await load('1.4.0-as-documented');
    const connect = adapter.connect(database);
    await upgrade(connect);
    await database.query(
      `UPDATE sessions SET status = 'paused' WHERE id = (SELECT id FROM sessions LIMIT 1); ${returnsNull} CREATE TRIGGER keep BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION swallow()`,
    );
    const before = await tableContents(database);
    await expect(carryOut(connect, await lookBack(connect))).rejects.toMatchObject({ changed: false });
    expect(await tableContents(database)).toEqual(before);
  });
});
