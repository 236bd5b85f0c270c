import { expect, it, onTestFinished } from 'vitest';
import { conditionText } from '../../src/planning/condition.js';
import { adapters } from '../support/adapters.js';
import { tableContents } from '../support/contents.js';
import { scenarioSql } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase } from '../support/server.js';

const overPg = adapters.find(({ name }) => name === 'pg')!;
const dropIndex = 'DROP INDEX idx_deep_reviews_rating';
const alterIndex = `${dropIndex}; CREATE INDEX idx_deep_reviews_rating ON session_deep_reviews (model)`;

it.each([
  ['an index altered', alterIndex, 'one difference'],
  ['an index dropped', dropIndex, 'one difference'],
  [
    'a view and a trigger function of before 1.3.0 dropped',
    'DROP VIEW v_project_quality; DROP FUNCTION validate_session_type CASCADE',
    '3 differences',
  ],
])('%s: a 1.3.0, and later a 1.4.0, with that difference; the upgrade mends both', async (_, damage, text) => {
  const database = await createDatabase({ sql: scenarioSql('1.3.0') });
  onTestFinished(() => database.drop());
  const connect = overPg.connect(database);
  const rows = await tableContents(database);
  const shown = async () => {
    const { version } = await look(connect);
    return [`${version.release?.version}${conditionText(version)}`, version.state];
  };

  await database.query(damage);
  expect(await shown()).toEqual([`1.3.0, with ${text} to fix`, 'upgrade-available']);
  await upgrade(connect);
  expect(await shown()).toEqual(['1.4.0', 'current']);

  await database.query(damage);
  expect(await shown()).toEqual([`1.4.0, with ${text} to fix`, 'defective']);
  await upgrade(connect);
  expect(await shown()).toEqual(['1.4.0', 'current']);
  expectRowsKept(rows, await tableContents(database));
});
