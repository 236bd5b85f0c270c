import { describe, expect, it, onTestFinished } from 'vitest';
import { obstacle } from '../../src/inspection/obstacles.js';
import { adapters, onceOf } from '../support/adapters.js';
import { scenarioSql } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const [pg] = adapters;

/** A 1.1.0 with one project, and sessions 1 to 3 whose reviews a test writes. */
async function database110(): Promise<{ database: TestDatabase; session: (number: number) => string }> {
  const database = await createDatabase({ sql: scenarioSql('1.1.0') });
  await database.query(`DELETE FROM session_deep_reviews; DELETE FROM session_quality_checks;
    INSERT INTO projects (id, name) VALUES ('00000000-0000-0000-0000-0000000000aa', 'reviews')`);
  const session = (number: number) => `00000000-0000-0000-0000-00000000000${number}`;
  for (const number of [1, 2, 3]) {
    await database.query(
      `INSERT INTO sessions (id, project_id, session_number, type, model) VALUES ($1, '00000000-0000-0000-0000-0000000000aa', $2, 'coding', 'm')`,
      [session(number), number],
    );
  }
  return { database, session };
}

const check = (session: string, type: string, at: string, text: string | null) =>
  `INSERT INTO session_quality_checks (session_id, check_type, created_at, overall_rating, review_text, review_summary, prompt_improvements)
   VALUES ('${session}', '${type}', '${at}', 7, ${text === null ? 'NULL' : `'${text}'`}, ${text === null ? 'NULL' : `'{"of": "${text}"}'`}, '[]')`;

describe('the 1.1.1 clean-up', () => {
  it('moves the newest deep review of a session, and puts aside what cannot move', async () => {
    const { database, session } = await database110();
    await database.query(
      [
        check(session(1), 'deep', '2025-01-01', 'older'),
        check(session(1), 'deep', '2025-02-01', 'newer'),
        check(session(1), 'quick', '2025-03-01', null),
        check(session(2), 'deep', '2025-01-01', 'not over an existing one'),
        `INSERT INTO session_deep_reviews (session_id, review_text) VALUES ('${session(2)}', 'existing')`,
        check(session(3), 'quick', '2025-01-01', null),
        // Begun and never written: there is nothing to move.
        `INSERT INTO session_quality_checks (session_id, check_type, created_at) VALUES ('${session(3)}', 'deep', '2025-01-02')`,
      ].join(';'),
    );
    await upgrade(pg!.connect(database));

    expect(
      await database.query(
        'SELECT session_id, review_text, review_summary, overall_rating FROM session_deep_reviews ORDER BY session_id',
      ),
    ).toEqual([
      { session_id: session(1), review_text: 'newer', review_summary: { of: 'newer' }, overall_rating: 7 },
      { session_id: session(2), review_text: 'existing', review_summary: {}, overall_rating: null },
    ]);
    expect(
      await database.query(
        'SELECT session_id, review_text FROM yokeflow_upgrade.set_aside_deep_reviews ORDER BY review_text',
      ),
    ).toEqual([
      { session_id: session(2), review_text: 'not over an existing one' },
      { session_id: session(1), review_text: 'older' },
    ]);
    expect(await database.query('SELECT count(*)::int AS n FROM session_quality_checks')).toEqual([{ n: 6 }]);
    await database.drop();
  });

  it('puts nothing aside where every review can move', async () => {
    const { database, session } = await database110();
    await database.query(check(session(1), 'deep', '2025-01-01', 'only one'));
    await upgrade(pg!.connect(database));
    expect(await database.query('SELECT review_text FROM session_deep_reviews')).toEqual([{ review_text: 'only one' }]);
    expect(await database.query(`SELECT to_regclass('yokeflow_upgrade.set_aside_deep_reviews') AS t`)).toEqual([
      { t: null },
    ]);
    await database.drop();
  });
});

const SET_ASIDE = 'yokeflow_upgrade.set_aside_deep_reviews';
const checkId = '00000000-0000-0000-0000-0000000000c1';

/** Session 1 has a review already, so that the one of this quality check has to be set aside. */
async function databaseToSetAside(text: string, before = ''): Promise<TestDatabase> {
  const { database, session } = await database110();
  onTestFinished(() => database.drop());
  await database.query(
    [
      check(session(1), 'deep', '2025-01-01', text),
      `UPDATE session_quality_checks SET id = '${checkId}'`,
      `INSERT INTO session_deep_reviews (session_id, review_text) VALUES ('${session(1)}', 'existing')`,
      before,
    ].join(';'),
  );
  return database;
}

/** The table as versions up to 0.1 made it, with the text of an earlier upgrade in it. */
const olderTable = (text: string, key = 'PRIMARY KEY') => `
  CREATE SCHEMA yokeflow_upgrade;
  CREATE TABLE ${SET_ASIDE} (quality_check_id uuid ${key}, session_id uuid NOT NULL, check_version varchar(20), created_at timestamptz, overall_rating integer,
    review_text text, review_summary jsonb, prompt_improvements jsonb, set_aside_at timestamptz NOT NULL DEFAULT now());
  INSERT INTO ${SET_ASIDE} VALUES ('${checkId}', '00000000-0000-0000-0000-000000000001', NULL, '2025-01-01', 7, '${text}', '{"of": "${text}"}', '[]')`;

for (const adapter of adapters) {
  describe.skipIf(adapter.missing)(`reviews that were set aside, over ${adapter.name}`, () => {
    const once = onceOf(adapter);
    const texts = async (database: TestDatabase) =>
      (
        await database.query<{ review_text: string }>(
          `SELECT review_text FROM ${SET_ASIDE} ORDER BY quality_check_id, review_text`,
        )
      ).map(({ review_text }) => review_text);

    it.each<[string, string, string[]]>([
      [
        'the text of the upgrade before is kept beside the new one',
        olderTable('of the upgrade before'),
        ['new', 'of the upgrade before'],
      ],
      ['the same text is not set aside twice', olderTable('new'), ['new']],
      [
        'rows without any key are kept too',
        `${olderTable('one', 'NOT NULL')}; INSERT INTO ${SET_ASIDE} SELECT * FROM ${SET_ASIDE}`,
        ['new', 'one', 'one'],
      ],
      [
        "a column of the user's stays",
        `${olderTable('one')}; ALTER TABLE ${SET_ASIDE} ADD COLUMN note text DEFAULT 'read'`,
        ['new', 'one'],
      ],
    ])('in a table of an older version: %s', async (_, before, expected) => {
      const database = await databaseToSetAside('new', before);
      await upgrade(adapter.connect(database));
      expect(await texts(database)).toEqual(expected);
      const { findings, setAside } = await look(adapter.connect(database));
      expect(setAside).toEqual({ rows: expected.length, notOurs: undefined });
      expect(findings.filter(({ code }) => code === 'YF814')).toMatchObject([
        {
          title: expect.stringMatching(
            expected.length === 1 ? /one deep review is/ : new RegExp(`${expected.length} deep reviews are`),
          ) as string,
          remedy: expect.stringContaining(`SELECT * FROM ${SET_ASIDE}`) as string,
        },
      ]);
    });

    once?.each<[string, string, RegExp]>([
      [
        'a view',
        `CREATE SCHEMA yokeflow_upgrade; CREATE FUNCTION boom() RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE ''called''; END'; CREATE VIEW ${SET_ASIDE} AS SELECT boom()`,
        /it is a view/,
      ],
      [
        'a table of other columns',
        `CREATE SCHEMA yokeflow_upgrade; CREATE TABLE ${SET_ASIDE} (id int)`,
        /it lacks .*quality_check_id uuid/,
      ],
      ['a domain', `CREATE SCHEMA yokeflow_upgrade; CREATE DOMAIN ${SET_ASIDE} AS int`, /it is a type/],
      [
        'a table with a column that must be given a value',
        `${olderTable('one')}; ALTER TABLE ${SET_ASIDE} ADD COLUMN note text; UPDATE ${SET_ASIDE} SET note = ''; ALTER TABLE ${SET_ASIDE} ALTER note SET NOT NULL`,
        /note/,
      ],
      [
        'a table whose key something points to',
        `${olderTable('one')}; CREATE TABLE mine (id uuid CONSTRAINT mine_fk REFERENCES ${SET_ASIDE})`,
        /mine_fk/,
      ],
    ])('%s of that name is refused by name before anything is asked', async (_, before, found) => {
      const database = await databaseToSetAside('new', before);
      const inspection = await look(adapter.connect(database));
      const { findings } = inspection;
      expect(obstacle(inspection)).toMatchObject({ code: 'YF818', exitCode: 3 });
      expect(findings.filter(({ code }) => code === 'YF818')).toMatchObject([
        { title: expect.stringMatching(found) as string },
      ]);
    });
  });
}
