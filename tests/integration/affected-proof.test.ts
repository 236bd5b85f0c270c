import { describe, expect, it, onTestFinished } from 'vitest';
import { adapters } from '../support/adapters.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { carryOut, lookBack } from '../support/run-rollback.js';
import { upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

async function databaseOf(scenario: Scenario, sql: string): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  await database.query(sql);
  return database;
}

const things = `
  CREATE TABLE mine (id integer PRIMARY KEY, word text); CREATE INDEX mine_word ON mine (word); CREATE VIEW mine_view AS SELECT id FROM mine; CREATE TYPE mine_pair AS (a integer, b integer);
  CREATE FUNCTION mine_cast(mine_pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE CAST (mine_pair AS integer) WITH FUNCTION mine_cast(mine_pair);
  CREATE POLICY mine_policy ON tasks USING (true); CREATE TABLE mine_rows AS SELECT 1 AS n; COMMENT ON TABLE mine_rows IS 'mine'; CREATE SEQUENCE mine_sequence;
  CREATE PUBLICATION mine_publication FOR TABLE mine; CREATE DOMAIN mine_domain AS text CHECK (VALUE <> '')`;

/** Whatever a step does, this does something else to the user's at the same time: as a stand-in for what nobody thought of. */
const meanwhile = (tag: string, statement: string) => `${things};
  CREATE FUNCTION meanwhile() RETURNS event_trigger LANGUAGE plpgsql AS $do$ BEGIN
    IF current_setting('mine.done', true) IS DISTINCT FROM 'yes' THEN PERFORM set_config('mine.done', 'yes', true); ${statement}; END IF;
  END $do$;
  CREATE EVENT TRIGGER meanwhile ON ddl_command_end WHEN TAG IN ('${tag}') EXECUTE FUNCTION meanwhile()`;

const harms: readonly (readonly [statement: string, told: RegExp])[] = [
  ['DROP INDEX mine_word', /^public\.mine: another one/],
  ['DROP VIEW mine_view', /^public\.mine_view: gone/],
  ['GRANT SELECT ON mine_rows TO PUBLIC', /^public\.mine_rows: another one/],
  ['ALTER SEQUENCE mine_sequence INCREMENT 7', /^public\.mine_sequence: another one/],
  [`COMMENT ON TABLE mine_rows IS 'not mine'`, /^public\.mine_rows: another one/],
  ['DROP POLICY mine_policy ON tasks', /^policy mine_policy of public\.tasks: gone/],
  ['GRANT SELECT ON tasks TO pg_monitor', /^public\.tasks: its rights would differ/],
  [
    'ALTER TABLE projects ALTER COLUMN name SET STATISTICS 99',
    /^column name of public\.projects: its options would differ/,
  ],
  ['DROP CAST (mine_pair AS integer)', /^cast from public\.mine_pair to integer: gone/],
  ['ALTER FUNCTION mine_cast(mine_pair) SECURITY DEFINER', /^function mine_cast\(.*mine_pair\) in public: another one/],
  [`ALTER PUBLICATION mine_publication SET (publish = 'insert')`, /^publication mine_publication: another one/],
  ['ALTER DOMAIN mine_domain DROP CONSTRAINT mine_domain_check', /mine_domain_check.*gone/],
  ['ALTER FUNCTION update_updated_at() SECURITY DEFINER', /^function update_updated_at\(\) in public: another one/],
];

for (const adapter of adapters) {
  // What differs between the adapters shows on any of them.
  const some = adapter.name === 'pg' ? harms : harms.slice(0, 2);
  describe.skipIf(adapter.missing)(
    `before COMMIT, over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`,
    () => {
      it.each(some)('a step under which somebody does %s is not committed', async (statement, told) => {
        const database = await databaseOf('1.3.0', meanwhile('CREATE VIEW', statement));
        const before = [withoutNewLabels(await catalogLines(database)), await tableContents(database)];
        await expect(upgrade(adapter.connect(database))).rejects.toMatchObject({
          code: 'YF502',
          exitCode: 1,
          changed: false,
          found: [expect.stringMatching(told)],
        });
        expect([withoutNewLabels(await catalogLines(database)), await tableContents(database)]).toEqual(before);
      });

      it('a rollback under which somebody drops something else is not committed', async () => {
        const database = await databaseOf('1.4.0-as-documented', meanwhile('DROP TABLE', 'DROP TABLE mine_rows'));
        const connect = adapter.connect(database);
        const before = await catalogLines(database);
        const plan = await lookBack(connect);
        await expect(carryOut(connect, plan)).rejects.toMatchObject({
          code: 'YF502',
          changed: false,
          found: ['public.mine_rows: gone'],
        });
        expect(await catalogLines(database)).toEqual(before);
      });

      it("what is new is nobody's loss, and what others do with their own rows is no matter", async () => {
        const database = await databaseOf(
          '1.3.0',
          meanwhile('CREATE VIEW', 'CREATE TABLE mine_new AS SELECT 1 AS n; INSERT INTO mine_rows VALUES (2)'),
        );
        await upgrade(adapter.connect(database));
        expect(await database.query('SELECT n FROM mine_new UNION ALL SELECT n FROM mine_rows ORDER BY n')).toEqual([
          { n: 1 },
          { n: 1 },
          { n: 2 },
        ]);
      });
    },
  );
}
