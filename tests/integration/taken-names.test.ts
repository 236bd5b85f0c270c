import { expect, describe, it, onTestFinished } from 'vitest';
import { rollbackObstacles } from '../../src/engine/rollback/preflight.js';
import { obstacle } from '../../src/inspection/obstacles.js';
import { conditionText } from '../../src/planning/condition.js';
import { adapters, onceOf, type Adapter } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { scenarioSql } from '../support/fixtures.js';
import { releaseCalled } from '../support/releases.js';
import { lookBack } from '../support/run-rollback.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase } from '../support/server.js';

/** Something of the user's under one of YokeFlow's names. */
interface Case {
  readonly what: string;
  readonly put: string;
  /** The names that are told, each with what needs it. */
  readonly taken: readonly string[];
  readonly scenario?: string;
  readonly to?: string;
  /** What is read of the release, where it is not the release alone with a name that is taken. */
  readonly condition?: string;
}

const taken = (...names: string[]) => ({ taken: names });
const table = 'paused_sessions';
const view = 'v_active_interventions';

const rows: readonly Case[] = [
  { what: 'an empty table', put: `CREATE TABLE ${table} (mine text)`, ...taken(`table ${table}`) },
  {
    what: 'a table with a row',
    put: `CREATE TABLE notification_preferences (mine text); INSERT INTO notification_preferences VALUES ('x')`,
    ...taken('table notification_preferences'),
  },
  {
    what: 'a partitioned table',
    put: `CREATE TABLE ${table} (mine text) PARTITION BY LIST (mine)`,
    ...taken(`table ${table}`),
  },
  { what: 'a view', put: `CREATE VIEW ${table} AS SELECT 1 AS id`, ...taken(`table ${table}`) },
  {
    what: 'a materialized view',
    put: `CREATE MATERIALIZED VIEW ${table} AS SELECT 1 AS id`,
    ...taken(`table ${table}`),
  },
  { what: 'a sequence', put: `CREATE SEQUENCE ${table}`, ...taken(`table ${table}`) },
  { what: 'a domain', put: `CREATE DOMAIN ${table} AS text`, ...taken(`table ${table}`) },
  { what: 'an enum', put: `CREATE TYPE ${table} AS ENUM ('a')`, ...taken(`table ${table}`) },
  { what: 'a composite type', put: `CREATE TYPE ${table} AS (a text)`, ...taken(`table ${table}`) },
  { what: 'a view with other columns', put: `CREATE VIEW ${view} AS SELECT 1 AS mine`, ...taken(`view ${view}`) },
  { what: 'a table of a view’s name', put: `CREATE TABLE ${view} (mine text)`, ...taken(`view ${view}`) },
  {
    what: 'an index on another table',
    put: 'CREATE INDEX idx_paused_sessions_project ON projects (name)',
    ...taken('index idx_paused_sessions_project'),
  },
  {
    what: 'an index of a key’s name',
    put: 'CREATE INDEX paused_sessions_pkey ON projects (name)',
    ...taken('constraint paused_sessions.paused_sessions_pkey'),
  },
  {
    what: 'a table with a key, indexed',
    put: `CREATE TABLE ${table} (id serial PRIMARY KEY, mine text); CREATE INDEX idx_paused_sessions_project ON ${table} (mine)`,
    ...taken(`constraint ${table}.paused_sessions_pkey`, 'index idx_paused_sessions_project', `table ${table}`),
    condition: ', with 3 names that are taken',
  },
  {
    what: 'a function of another result',
    put: `CREATE FUNCTION resume_session(p_paused_session_id uuid, p_resolved_by varchar DEFAULT 'system', p_resolution_notes text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$`,
    ...taken('function resume_session'),
  },
  {
    what: 'a function of other arguments’ names',
    put: `CREATE FUNCTION resume_session(a uuid, b varchar, c text) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
    ...taken('function resume_session'),
  },
  {
    what: 'a function of other arguments',
    put: `CREATE FUNCTION pause_session(mine integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
    ...taken('function pause_session'),
  },
  {
    what: 'an aggregate',
    put: `CREATE AGGREGATE pause_session(integer) (SFUNC = int4pl, STYPE = integer)`,
    ...taken('function pause_session'),
  },
  {
    what: 'a column of another type',
    scenario: '1.1.0',
    put: `ALTER TABLE prompt_proposals ADD metadata text`,
    ...taken('column prompt_proposals.metadata'),
  },
  {
    what: 'a generated column',
    scenario: '1.1.0',
    put: `ALTER TABLE prompt_proposals ADD metadata jsonb GENERATED ALWAYS AS (evidence) STORED`,
    ...taken('column prompt_proposals.metadata'),
  },
  {
    what: 'a constraint about something else',
    scenario: '1.0.0',
    put: `ALTER TABLE projects ADD CONSTRAINT valid_total_time CHECK (name <> '')`,
    ...taken('constraint projects.valid_total_time'),
  },
  {
    what: 'a trigger that calls something else',
    scenario: '1.0.0',
    put: `CREATE FUNCTION my_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
      CREATE TRIGGER update_project_metrics_on_session_complete BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION my_rule()`,
    ...taken('trigger sessions.update_project_metrics_on_session_complete'),
  },
  {
    what: 'tables of 2.x',
    to: '2.2.0',
    put: `CREATE TABLE task_tests (mine text); CREATE TABLE epic_tests (mine text); CREATE TABLE epic_test_failures (mine text);
      ALTER TABLE epics ADD validated text; CREATE SEQUENCE task_tests_id_seq`,
    ...taken(
      'column epics.validated',
      'sequence task_tests_id_seq',
      'table epic_test_failures',
      'table epic_tests',
      'table task_tests',
    ),
    condition: ', with 5 names that are taken',
  },
  {
    what: 'things in the place of those of a 1.4.0',
    scenario: '1.4.0-as-documented',
    put: `DROP VIEW v_latest_checkpoints; CREATE VIEW v_latest_checkpoints AS SELECT id, 1 AS mine FROM session_checkpoints;
      DROP FUNCTION resume_session(uuid, varchar, text); CREATE FUNCTION resume_session(uuid, varchar, text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
      DROP INDEX idx_recoveries_status; CREATE INDEX idx_recoveries_status ON tasks (id);
      DROP VIEW v_resumable_checkpoints; CREATE TABLE v_resumable_checkpoints (id integer)`,
    ...taken(
      'function resume_session',
      'index idx_recoveries_status',
      'view v_latest_checkpoints',
      'view v_resumable_checkpoints',
    ),
  },
  {
    what: 'a sequence of an index’s name',
    put: 'CREATE SEQUENCE idx_recoveries_status',
    ...taken('index idx_recoveries_status'),
  },
  {
    what: 'the table of runs',
    put: `CREATE SCHEMA yokeflow_upgrade; CREATE TABLE yokeflow_upgrade.runs (mine text)`,
    ...taken('table yokeflow_upgrade.runs'),
  },
  {
    what: 'the schema of the record',
    put: `CREATE SCHEMA yokeflow_upgrade; CREATE TABLE yokeflow_upgrade.races (mine text)`,
    ...taken('schema yokeflow_upgrade'),
  },
];

describe.each(adapters)('a name that is taken, over $name', (adapter) => {
  if (adapter.missing) return it.skip(adapter.missing);
  const some = onceOf(adapter) ? rows : rows.filter((_, place) => place % 6 === 0);
  it.each(some)('$what', (one) => isRefused(adapter, one));
});

async function isRefused(adapter: Adapter, { scenario = '1.3.0', to = '1.4.0', put, taken: names, condition }: Case) {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  const [connect, target] = [adapter.connect(database), releaseCalled(to)];
  await database.query(put);
  const before = [await catalogLines(database), await tableContents(database)];

  const seen = await look(connect, target);
  const refused = obstacle(seen);
  expect(refused).toMatchObject({ code: 'YF322', exitCode: 3, changed: false });
  expect(seen.version.taken.map(({ needed, name }) => `${needed} ${name}`).sort()).toEqual(names);
  if (scenario !== '1.4.0-as-documented') {
    expect(`${seen.version.release?.version}${conditionText(seen.version)}`).toBe(
      `${scenario}${condition ?? ', with a name that is taken'}`,
    );
  }
  // Nothing of it is called a defect of YokeFlow's.
  if (scenario !== '1.4.0-as-documented')
    expect(seen.findings.map(({ code }) => code)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/YF80[1-47]/)]),
    );
  for (const { what } of seen.version.taken) expect(what).toMatch(new RegExp(`${database.user}'s|YokeFlow's is`));
  expect([await catalogLines(database), await tableContents(database)]).toEqual(before);

  // The statements that are told free the names.
  for (const { rename } of seen.version.taken) await database.query(rename);
  expect((await look(connect, target)).version.taken).toEqual([]);
}

it('once they have other names, the upgrade leaves all of them as they were', async () => {
  const database = await createDatabase({ sql: scenarioSql('1.3.0') });
  onTestFinished(() => database.drop());
  const [connect, target] = [adapters[0]!.connect(database), releaseCalled('2.2.0')];
  await database.query(`CREATE TABLE paused_sessions (id serial PRIMARY KEY, mine text); INSERT INTO paused_sessions (mine) VALUES ('x');
    CREATE TABLE task_tests (mine text) PARTITION BY LIST (mine); CREATE VIEW intervention_actions AS SELECT 1 AS mine; CREATE SEQUENCE epic_tests;
    CREATE MATERIALIZED VIEW session_checkpoints AS SELECT 1 AS mine; CREATE TYPE checkpoint_recoveries AS (mine text);
    CREATE INDEX idx_paused_sessions_project ON projects (name); ALTER TABLE epics ADD validated text DEFAULT 'mine';
    CREATE FUNCTION pause_session(mine integer) RETURNS integer LANGUAGE sql AS 'SELECT mine'`);
  const seen = await look(connect, target);
  expect(seen.version.taken.length).toBeGreaterThan(9);
  for (const { rename } of seen.version.taken) await database.query(rename);
  const mine = async () => (await catalogLines(database)).filter((line) => /\bmy_|\bmine\b/.test(line));
  const before = await mine();
  expect(before.length).toBeGreaterThan(9);
  await upgrade(connect, { target });
  expect((await look(connect, target)).version.state).toBe('current');
  expect(await mine()).toEqual(before);
  expect((await tableContents(database))['public.my_paused_sessions']).toEqual([{ id: 1, mine: 'x' }]);
});

describe('a rollback', () => {
  it.each([
    [
      'a table',
      `DROP TABLE notification_preferences; CREATE TABLE notification_preferences (mine text)`,
      'notification_preferences',
    ],
    [
      'a view',
      'DROP VIEW v_latest_checkpoints; CREATE VIEW v_latest_checkpoints AS SELECT 1 AS mine',
      'v_latest_checkpoints',
    ],
    [
      'a materialized view',
      'DROP VIEW v_latest_checkpoints; CREATE MATERIALIZED VIEW v_latest_checkpoints AS SELECT 1 AS mine',
      'v_latest_checkpoints',
    ],
  ])('refuses to drop %s that is not YokeFlow’s, by name', async (_, put, name) => {
    const database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented') });
    onTestFinished(() => database.drop());
    await database.query(put);
    const [first] = rollbackObstacles(await lookBack(adapters[0]!.connect(database)), true);
    expect(first).toMatchObject({ code: 'YF322', exitCode: 3, changed: false });
    expect(first?.message).toContain(name);
  });

  it('names the columns that the user added to a table of YokeFlow’s', async () => {
    const database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented') });
    onTestFinished(() => database.drop());
    await database.query('ALTER TABLE paused_sessions ADD mine text');
    const plan = await lookBack(adapters[0]!.connect(database));
    expect(rollbackObstacles(plan, true)).toEqual([]);
    expect(plan.goesAlong).toContain('column mine of paused_sessions');
  });
});

it('what is plainly YokeFlow’s stays a repair, whatever it has lost or gained', async () => {
  const database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented') });
  onTestFinished(() => database.drop());
  await database.query(`DELETE FROM notification_preferences; ALTER TABLE notification_preferences DROP COLUMN sms_enabled, DROP COLUMN sms_numbers,
    DROP COLUMN webhook_url, ADD mine text; ALTER TABLE session_checkpoints ADD mine text; DROP INDEX idx_paused_sessions_project;
    CREATE INDEX idx_paused_sessions_project ON paused_sessions (pause_type)`);
  const connect = adapters[0]!.connect(database);
  expect((await look(connect)).snapshot.taken).toEqual([]);
  await upgrade(connect);
  expect((await look(connect)).version.state).toBe('current');
});
