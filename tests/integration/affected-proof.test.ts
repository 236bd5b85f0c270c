import { describe, expect, it, onTestFinished } from 'vitest';
import type { UpgradeError } from '../../src/errors/error.js';
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
const meanwhile = (tag: string, statement: string) => `${things}; ${during(tag, statement)}`;

const during = (tag: string, statement: string) => `
  CREATE FUNCTION meanwhile() RETURNS event_trigger LANGUAGE plpgsql AS $do$ BEGIN
    IF current_setting('mine.done', true) IS DISTINCT FROM 'yes' THEN PERFORM set_config('mine.done', 'yes', true); ${statement}; END IF;
  END $do$;
  CREATE EVENT TRIGGER meanwhile ON ddl_command_end WHEN TAG IN ('${tag}') EXECUTE FUNCTION meanwhile()`;

interface Harm {
  readonly statement: string;
  /** What is said of it, which nothing else in the same run may match. */
  readonly told: RegExp;
}

const harms: readonly Harm[] = [
  { statement: 'DROP INDEX mine_word', told: /^public\.mine: another one/ },
  { statement: 'DROP VIEW mine_view', told: /^public\.mine_view: gone/ },
  { statement: 'GRANT SELECT ON mine_rows TO PUBLIC', told: /^public\.mine_rows: another one/ },
  { statement: 'ALTER SEQUENCE mine_sequence INCREMENT 7', told: /^public\.mine_sequence: another one/ },
  { statement: `COMMENT ON TABLE mine_rows IS 'not mine'`, told: /^public\.mine_rows: another one/ },
  { statement: 'DROP POLICY mine_policy ON tasks', told: /^policy mine_policy of public\.tasks: gone/ },
  { statement: 'GRANT SELECT ON tasks TO pg_monitor', told: /^public\.tasks: its rights would differ/ },
  {
    statement: 'ALTER TABLE projects ALTER COLUMN name SET STATISTICS 99',
    told: /^column name of public\.projects: its options would differ/,
  },
  { statement: 'DROP CAST (mine_pair AS integer)', told: /^cast from public\.mine_pair to integer: gone/ },
  {
    statement: 'ALTER FUNCTION mine_cast(mine_pair) SECURITY DEFINER',
    told: /^function mine_cast\(.*mine_pair\) in public: another one/,
  },
  {
    statement: `ALTER PUBLICATION mine_publication SET (publish = 'insert')`,
    told: /^publication mine_publication: another one/,
  },
  { statement: 'ALTER DOMAIN mine_domain DROP CONSTRAINT mine_domain_check', told: /mine_domain_check.*gone/ },
  {
    statement: 'ALTER FUNCTION update_updated_at() SECURITY DEFINER',
    told: /^function update_updated_at\(\) in public: another one/,
  },
];

/** What is told of a thing is told once, so that a second harm to the same table needs a run of its own. */
const second = harms.filter(({ statement }) => statement.startsWith('COMMENT'));
const moments = [
  ['all kinds of things', harms.filter((harm) => !second.includes(harm))],
  ['one more thing', second],
] as const;

for (const adapter of adapters) {
  describe.skipIf(adapter.missing)(
    `before COMMIT, over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`,
    () => {
      // All in one run: each of them is told by its name, and what is not told is missing here by its name.
      it.each(moments)('a step under which somebody does %s to them is not committed', async (_, some) => {
        const database = await databaseOf(
          '1.3.0',
          meanwhile('CREATE VIEW', some.map(({ statement }) => statement).join('; ')),
        );
        const before = [withoutNewLabels(await catalogLines(database)), await tableContents(database)];
        const failure = await upgrade(adapter.connect(database)).catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: 'YF502', exitCode: 1, changed: false });
        const { found } = failure as UpgradeError;
        for (const { statement, told } of some) expect(found, statement).toContainEqual(expect.stringMatching(told));
        expect(found).toHaveLength(some.length);
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

      it.skipIf(adapter.name !== 'pg')(
        'among thousands of tables whatever was done to one of them is seen, and its schema told',
        async () => {
          const many = `CREATE SCHEMA many; DO 'BEGIN FOR i IN 1..2100 LOOP EXECUTE format(''CREATE TABLE many.t%s (n integer)'', i); END LOOP; END'`;
          const harmed = 'ALTER TABLE many.t7 ALTER COLUMN n SET DEFAULT 1; DROP TABLE many.t8';
          const database = await databaseOf('1.3.0', `${many}; ${meanwhile('CREATE VIEW', harmed)}`);
          const before = withoutNewLabels(await catalogLines(database));
          const inCatalog = (catalog: string) =>
            `one of the tables that no step touches in schema many: its rows in ${catalog} are not as they were`;
          const failure = (await upgrade(adapter.connect(database)).catch((error: unknown) => error)) as UpgradeError;
          expect(failure).toMatchObject({ code: 'YF502', changed: false });
          expect([...failure.found].sort()).toEqual(['pg_attribute', 'pg_class'].map(inCatalog));
          expect(withoutNewLabels(await catalogLines(database))).toEqual(before);

          await database.query('DROP EVENT TRIGGER meanwhile; DROP FUNCTION meanwhile');
          await database.query(during('CREATE VIEW', 'CREATE TABLE many.mine_new AS SELECT 1 AS n'));
          await upgrade(adapter.connect(database));
          expect(await database.query('SELECT n FROM many.mine_new')).toEqual([{ n: 1 }]);
        },
      );

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
