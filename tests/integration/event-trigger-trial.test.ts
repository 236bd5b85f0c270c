import { afterEach, describe, expect, it } from 'vitest';
import { ExitCode } from '../../src/errors/error.js';
import { commandsOfUpgrade } from '../../src/inspection/schema-commands.js';
import { tryEventTriggers } from '../../src/engine/event-triggers/trial.js';
import { adapters } from '../support/adapters.js';
import { catalogLines } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

const guard = (on: string, body: string, language = 'plpgsql') =>
  `CREATE FUNCTION public."Guard it"() RETURNS event_trigger LANGUAGE ${language} AS $f$ BEGIN ${body} END $f$; CREATE EVENT TRIGGER guard ON ${on} EXECUTE FUNCTION public."Guard it"()`;
const raise = (message: string) => `RAISE EXCEPTION '${message}';`;

describe.each(adapters)('the trial of event triggers over $name', (adapter) => {
  if (adapter.missing) return it.skip(adapter.missing);
  let database: TestDatabase;
  afterEach(() => database.drop());

  const load = async (scenario: Scenario, sql: string) => {
    database = await createDatabase({ sql: scenarioSql(scenario), owner: 'keeper' });
    await connected(testServer(), database.name, (client) => client.query(sql));
  };
  const trial = async (user = database.user) => {
    const connect = adapter.connect({ ...database, user });
    const inspection = await look(connect);
    return tryEventTriggers(
      connect,
      inspection.conditions?.eventTriggers ?? [],
      commandsOfUpgrade(inspection),
      inspection.snapshot,
      1000,
    );
  };

  const forbidding: [string, string, string[]][] = [
    [
      'a start',
      guard(`ddl_command_start WHEN TAG IN ('CREATE VIEW')`, raise('no views')),
      ['CREATE VIEW, in public."Guard it"(): no views'],
    ],
    [
      'an end',
      guard(
        `ddl_command_end WHEN TAG IN ('CREATE VIEW', 'CREATE INDEX')`,
        `RAISE EXCEPTION 'no %', tg_tag USING ERRCODE = 'insufficient_privilege';`,
      ),
      ['CREATE INDEX, in public."Guard it"(): no CREATE INDEX', 'CREATE VIEW, in public."Guard it"(): no CREATE VIEW'],
    ],
    [
      'an assertion',
      guard(`ddl_command_start WHEN TAG IN ('CREATE FUNCTION')`, 'ASSERT false, tg_tag;'),
      ['CREATE FUNCTION, in public."Guard it"(): CREATE FUNCTION'],
    ],
    [
      'a label',
      guard(`ddl_command_start WHEN TAG IN ('ALTER TYPE')`, raise('no labels')),
      ['ALTER TYPE, in public."Guard it"(): no labels'],
    ],
    ['a rewrite', guard('table_rewrite', raise('no rewrites')), ['ALTER TABLE, in public."Guard it"(): no rewrites']],
    [
      'a drop, of whatever it is',
      guard('sql_drop', raise('no drops')),
      ['DROP FUNCTION, in public."Guard it"(): no drops'],
    ],
    [
      'one role',
      guard(
        `ddl_command_start WHEN TAG IN ('CREATE TABLE')`,
        `IF current_user = 'keeper' THEN RAISE EXCEPTION 'not keeper'; END IF;`,
      ),
      ['CREATE TABLE, in public."Guard it"(): not keeper'],
    ],
    [
      'an audit that fails',
      guard(`ddl_command_end WHEN TAG IN ('CREATE TABLE')`, 'INSERT INTO public.nowhere VALUES (1);'),
      ['CREATE TABLE, in public."Guard it"(): relation "public.nowhere" does not exist'],
    ],
    [
      'one that fires always',
      `${guard(`ddl_command_end WHEN TAG IN ('CREATE TABLE')`, raise('always'))}; ALTER EVENT TRIGGER guard ENABLE ALWAYS`,
      ['CREATE TABLE, in public."Guard it"(): always'],
    ],
  ];
  // What differs between the ways to a database is how an answer comes back.
  it.each(adapter.name === 'pg' ? forbidding : forbidding.slice(1, 3))(
    'finds what forbids: %s',
    async (_, sql, found) => {
      await load('1.3.0', sql);
      const before = await catalogLines(database);
      // A superuser acts as the owner, and finds the same.
      for (const user of ['keeper', 'agent']) {
        await expect(trial(user)).rejects.toMatchObject({
          code: 'YF319',
          exitCode: ExitCode.refused,
          changed: false,
          found,
          remedy: expect.stringContaining('ALTER EVENT TRIGGER "guard" DISABLE;') as string,
        });
      }
      expect(await catalogLines(database)).toEqual(before);
      // It is true: the upgrade itself would not have come to its end.
      await expect(upgrade(adapter.connect(database))).rejects.toMatchObject({ code: 'YF501', changed: false });
    },
  );

  const harmless: [string, Scenario, string][] = [
    ['forbids to drop tables', '1.3.0', guard(`sql_drop WHEN TAG IN ('DROP TABLE', 'DROP VIEW')`, raise('no'))],
    [
      'forbids to drop what is no function',
      '1.3.0',
      guard(
        'sql_drop',
        `IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE object_type <> 'function') THEN RAISE EXCEPTION 'no'; END IF;`,
      ),
    ],
    [
      'forbids what no step does',
      '1.3.0',
      guard(`ddl_command_start WHEN TAG IN ('CREATE MATERIALIZED VIEW', 'CREATE TRIGGER', 'CREATE TYPE')`, raise('no')),
    ],
    ['forbids to write tables anew where none is', '1.4.0-as-documented', guard('table_rewrite', raise('no'))],
    ['is switched off', '1.3.0', `${guard('ddl_command_start', raise('no'))}; ALTER EVENT TRIGGER guard DISABLE`],
    [
      'fires for replication alone',
      '1.3.0',
      `${guard('ddl_command_start', raise('no'))}; ALTER EVENT TRIGGER guard ENABLE REPLICA`,
    ],
    [
      'forbids it to others',
      '1.3.0',
      guard('ddl_command_start', `IF current_user <> 'keeper' THEN RAISE EXCEPTION 'no'; END IF;`),
    ],
  ];
  it.each(adapter.name === 'pg' ? harmless : harmless.slice(1, 2))(
    'lets through one that %s',
    async (_, scenario, sql) => {
      await load(scenario, sql);
      await trial();
      await upgrade(adapter.connect(database));
      expect((await look(adapter.connect(database))).version.state).toBe('current');
    },
  );
});
