import fc from 'fast-check';
import { expect, it } from 'vitest';
import { obstacle } from '../../src/inspection/obstacles.js';
import { firstTables, needsOf, wantedNames } from '../../src/planning/taken/needs.js';
import { adapters } from '../support/adapters.js';
import { catalogLines } from '../support/contents.js';
import { scenarioSql } from '../support/fixtures.js';
import { releaseCalled } from '../support/releases.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase } from '../support/server.js';

const relations = [
  (name: string) => `CREATE TABLE ${name} (mine text)`,
  (name: string) => `CREATE TABLE ${name} (id uuid PRIMARY KEY, mine text)`,
  (name: string) => `CREATE TABLE ${name} (mine text) PARTITION BY LIST (mine)`,
  (name: string) => `CREATE VIEW ${name} AS SELECT 1 AS mine`,
  (name: string) => `CREATE MATERIALIZED VIEW ${name} AS SELECT 1 AS mine`,
  (name: string) => `CREATE SEQUENCE ${name}`,
  (name: string) => `CREATE UNIQUE INDEX ${name} ON projects (name)`,
  (name: string) => `ALTER TABLE projects ADD CONSTRAINT ${name} UNIQUE (name)`,
  (name: string) => `CREATE TYPE ${name} AS (mine text)`,
  (name: string) => `CREATE TYPE ${name} AS ENUM ('mine')`,
  (name: string) => `CREATE TYPE ${name} AS RANGE (SUBTYPE = text)`,
  (name: string) => `CREATE DOMAIN ${name} AS text`,
];
const functions = [
  (name: string) => `CREATE FUNCTION ${name}() RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$`,
  (name: string) =>
    `CREATE FUNCTION ${name}(mine text, more integer DEFAULT 1) RETURNS text LANGUAGE sql AS 'SELECT mine'`,
  (name: string) => `CREATE PROCEDURE ${name}(mine text) LANGUAGE sql AS 'SELECT 1'`,
  (name: string) => `CREATE AGGREGATE ${name}(text) (SFUNC = textcat, STYPE = text)`,
];
const rule = `CREATE FUNCTION my_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;`;
/** What may be put on a table that is there before any step. */
const parts: Readonly<Record<string, ((table: string, name: string) => string)[]>> = {
  column: [
    (table, name) => `ALTER TABLE ${table} ADD ${name} point`,
    (table, name) => `ALTER TABLE ${table} ADD ${name} bigint GENERATED ALWAYS AS IDENTITY`,
    (table, name) => `ALTER TABLE ${table} ADD ${name} text GENERATED ALWAYS AS ('mine') STORED`,
  ],
  constraint: [
    (table, name) => `ALTER TABLE ${table} ADD mine integer, ADD CONSTRAINT ${name} CHECK (mine > 0)`,
    (table, name) => `ALTER TABLE ${table} ADD mine integer, ADD CONSTRAINT ${name} UNIQUE (mine)`,
    (table, name) =>
      `${rule} CREATE CONSTRAINT TRIGGER ${name} AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION my_rule()`,
  ],
  trigger: [
    (table, name) => `${rule} CREATE TRIGGER ${name} AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION my_rule()`,
  ],
};

const partPuts = Object.entries(parts).flatMap(([kind, makers]) =>
  needsOf(kind)
    .filter(({ relation }) => firstTables.has(relation))
    .flatMap(({ relation, part }) => makers.map((make) => make(relation, part))),
);
const puts = fc.oneof(
  fc.tuple(fc.constantFrom(...wantedNames.relations), fc.constantFrom(...relations)).map(([name, make]) => make(name)),
  fc.tuple(fc.constantFrom(...wantedNames.functions), fc.constantFrom(...functions)).map(([name, make]) => make(name)),
  fc.constantFrom(...partPuts),
);

it('whatever bears a name of the release is refused before the question, or is as it was after the upgrade', async () => {
  expect(wantedNames.relations.length + wantedNames.functions.length + partPuts.length).toBeGreaterThan(150);
  const target = releaseCalled('2.2.0');
  const seen = { refused: 0, kept: 0 };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('1.3.0', '1.0.0'), puts, async (scenario, put) => {
      const database = await createDatabase({ sql: scenarioSql(scenario) });
      try {
        const without = new Set(await catalogLines(database));
        // Something of YokeFlow's own may have the name already.
        const isPut = await database.query(put).then(
          () => true,
          () => false,
        );
        fc.pre(isPut);
        const before = await catalogLines(database);
        const mine = before.filter((line) => !without.has(line));
        const connect = adapters[0]!.connect(database);
        const inspection = await look(connect, target);
        const refused = obstacle(inspection);
        if (refused) {
          seen.refused++;
          expect(refused).toMatchObject({ code: 'YF322', exitCode: 3, changed: false });
          expect(await catalogLines(database)).toEqual(before);
          return;
        }
        seen.kept++;
        await upgrade(connect, { target });
        expect(await catalogLines(database)).toEqual(expect.arrayContaining(mine));
      } finally {
        await database.drop();
      }
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 12) },
  );
  expect(seen.refused).toBeGreaterThan(0);
}, 600_000);
