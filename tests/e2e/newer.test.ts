import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const overAnEarlierOne =
  /^The schema of YokeFlow 2\.1\.0 or 2\.2\.0 was loaded over this database, which was of an earlier release\./;
const said: [Scenario, release: string | null, message: RegExp][] = [
  ['2.x', null, /^This is YokeFlow 2\.x, though not all of its tables are there\./],
  ['2.0.0', '2.0.0', /^This is YokeFlow 2\.0\.0\. .* nothing to upgrade to 1\.4\.0 here, and nothing to roll back\.$/],
  ['2.0.0-cut-short', '2.0.0', /^This is YokeFlow 2\.0\.0, though not all of its tables are there\./],
  ['2.1.0', '2.1.0', /^This is YokeFlow 2\.1\.0\. /],
  ['2.2.0', '2.2.0', /^This is YokeFlow 2\.2\.0\. /],
  ['2.1.0-cut-short', '2.1.0', /^This is YokeFlow 2\.1\.0, though not all of its tables are there\./],
  ['2.2.0-cut-short', '2.2.0', /^This is YokeFlow 2\.2\.0, though not all of its tables are there\./],
  ['2.x-over-1.x', null, overAnEarlierOne],
  ['2.x-over-1.4.0-as-documented', null, overAnEarlierOne],
];

async function load(scenario: Scenario): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  return database;
}

it.each(said)(
  '%s is called what it is by every command, and not one thing changes',
  async (scenario, release, message) => {
    const database = await load(scenario);
    const before = [await catalogLines(database), await tableContents(database)];
    for (const command of ['status', 'plan', 'verify', 'upgrade --yes', 'rollback --yes --discard-rows', 'rehearse']) {
      const result = await runCommand([...command.split(' '), '--json', '--database-url', database.url]);
      expect(expectDocument(result), command).toMatchObject({
        exitCode: 3,
        result: 'refused',
        version: { state: 'newer', release, target: '1.4.0' },
        steps: [],
        error: { code: 'YF303', changed: false, message: expect.stringMatching(message) as string },
      });
    }
    const report = await runCommand(['report', '--json', '--database-url', database.url]);
    expect(expectDocument(report)).toMatchObject({
      exitCode: 0,
      report: { verdict: { state: 'bad', text: expect.stringMatching(message) as string } },
    });
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  },
);
