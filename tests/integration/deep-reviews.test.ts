import { describe, expect, it } from 'vitest';
import { adapters } from '../support/adapters.js';
import { scenarioSql } from '../support/fixtures.js';
import { upgrade } from '../support/run-upgrade.js';
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
    await database.query([
      check(session(1), 'deep', '2025-01-01', 'older'),
      check(session(1), 'deep', '2025-02-01', 'newer'),
      check(session(1), 'quick', '2025-03-01', null),
      check(session(2), 'deep', '2025-01-01', 'not over an existing one'),
      `INSERT INTO session_deep_reviews (session_id, review_text) VALUES ('${session(2)}', 'existing')`,
      check(session(3), 'quick', '2025-01-01', null),
      // Begun and never written: there is nothing to move.
      `INSERT INTO session_quality_checks (session_id, check_type, created_at) VALUES ('${session(3)}', 'deep', '2025-01-02')`,
    ].join(';'));
    await upgrade(pg!.connect(database));

    expect(await database.query('SELECT session_id, review_text, review_summary, overall_rating FROM session_deep_reviews ORDER BY session_id')).toEqual([
      { session_id: session(1), review_text: 'newer', review_summary: { of: 'newer' }, overall_rating: 7 },
      { session_id: session(2), review_text: 'existing', review_summary: {}, overall_rating: null },
    ]);
    expect(await database.query('SELECT session_id, review_text FROM yokeflow_upgrade.set_aside_deep_reviews ORDER BY review_text')).toEqual([
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
    expect(await database.query(`SELECT to_regclass('yokeflow_upgrade.set_aside_deep_reviews') AS t`)).toEqual([{ t: null }]);
    await database.drop();
  });
});
