import { expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { localPsql } from '../support/local-psql.js';
import { countRoundTrips } from '../support/round-trips.js';
import { upgrade } from '../support/run-upgrade.js';
import { createDatabase, psqlBinary, testServer } from '../support/server.js';

/** What the server was waited for, logins included: it does not depend on the machine. */
it.each([
  ['upgrade', '1.3.0', 60, 0],
  ['upgrade', '1.4.0-as-documented', 45, 0],
  ['upgrade', '1.0.0', 70, 0],
  ['status', '1.3.0', 12, 10],
])('%s of %s over pg takes fewer than %i round trips', async (command, scenario, most, exitCode) => {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  const counter = await countRoundTrips(testServer());
  const { user, password, name } = database;
  const url = `postgresql://${user}:${password}@127.0.0.1:${counter.port}/${name}?sslmode=disable`;
  const options = command === 'upgrade' ? ['--yes', '--no-backup'] : [];
  const result = await runCommand([command, ...options, '--json', '--database-url', url]);
  expect(expectDocument(result)).toMatchObject({ exitCode });
  expect(counter.count()).toBeGreaterThan(5);
  expect(counter.count()).toBeLessThan(most);
  await counter.close();
  await database.drop();
});

it.skipIf(psqlBinary() === undefined)('the engine over psql: what is due takes fewer than 50 messages', async () => {
  const database = await createDatabase({ sql: scenarioSql('1.3.0') });
  let messages = 0;
  await upgrade(() => localPsql(psqlBinary() ?? '', database, () => messages++));
  expect(messages).toBeGreaterThan(5);
  expect(messages).toBeLessThan(50);
  await database.drop();
});
