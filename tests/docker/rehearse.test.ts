import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected, type TestDatabase } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { scenarioSql } from '../support/fixtures.js';

describeWithEngine('rehearse in a container', () => {
  let container: PostgresContainer;
  let database: TestDatabase;
  beforeAll(async () => {
    container = await startPostgresContainer();
    await connected(await container.address(), 'postgres', (admin) => admin.query('DROP DATABASE yokeflow'));
    database = await container.createDatabase({ name: 'yokeflow', sql: scenarioSql('fork-1.4.0-as-documented') });
  });
  afterAll(() => container?.stop());

  const databases = () => database.query<{ datname: string }>('SELECT datname FROM pg_database ORDER BY 1');

  it.each([['nobody is connected', false, 'template'], ['somebody is connected', true, 'dump and restore']])('where %s', async (_when, somebody, how) => {
    const rehearse = async () => {
      const before = [await databases(), await catalogLines(database), await tableContents(database)];
      const { exitCode, json } = await runCommand(['rehearse', '--json'], { engine: true });
      expect({ status: exitCode, ...json() }).toMatchObject({ status: 0, result: 'rehearsed', rehearsal: { how }, error: null });
      expect([await databases(), await catalogLines(database), await tableContents(database)]).toEqual(before);
    };
    if (somebody) await connected(await container.address(), 'yokeflow', rehearse);
    else await rehearse();
  });
});
