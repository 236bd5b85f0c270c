import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

async function load(scenario: Scenario): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  return database;
}

async function run(database: TestDatabase, ...args: string[]) {
  const result = await runCommand([...args, '--json', '--database-url', database.url]);
  return { ...expectDocument(result), exitCode: result.exitCode };
}

it('--to 1.3.0 takes 1.1.0 that far and no further', async () => {
  const database = await load('1.1.0');
  expect(await run(database, 'status', '--to', '1.3.0')).toMatchObject({
    exitCode: 10,
    version: { release: '1.1.0', target: '1.3.0' },
  });
  const upgraded = await run(database, 'upgrade', '--yes', '--no-backup', '--to', '1.3.0');
  expect(upgraded).toMatchObject({
    exitCode: 0,
    result: 'upgraded',
    version: { state: 'current', release: '1.3.0', sameSchemaAs: ['1.1.1', '1.2.0'], target: '1.3.0' },
  });
  expect(await database.query(`SELECT to_regclass('paused_sessions') AS it`)).toEqual([{ it: null }]);

  expect(await run(database, 'status', '--to', '1.3.0')).toMatchObject({ exitCode: 0, result: 'already-current' });
  expect(await run(database, 'status')).toMatchObject({
    exitCode: 10,
    version: { state: 'upgrade-available', release: '1.3.0', target: '1.4.0' },
  });
});

it('a release that shares its schema is as good a name', async () => {
  expect(await run(await load('1.3.0'), 'status', '--to', '1.2.0')).toMatchObject({
    exitCode: 0,
    version: { state: 'current', target: '1.3.0' },
  });
});

it.each<Scenario>(['1.4.0-as-documented', '011-only'])(
  '--to 1.3.0 is refused on %s, which is beyond it, and nothing changes',
  async (scenario) => {
    const database = await load(scenario);
    const before = [await catalogLines(database), await tableContents(database)];
    for (const command of [['upgrade', '--yes'], ['status'], ['plan'], ['verify']]) {
      expect(await run(database, ...command, '--to', '1.3.0')).toMatchObject({
        exitCode: 3,
        result: 'refused',
        error: { code: 'YF310', changed: false },
      });
    }
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  },
);
