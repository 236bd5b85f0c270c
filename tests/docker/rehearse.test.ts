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

  // As large as it is on the disk and quickly made: what is stored outside of the row and not compressed.
  const grow =
    'CREATE TABLE large (x text); ALTER TABLE large ALTER x SET STORAGE EXTERNAL; INSERT INTO large SELECT repeat(md5(g::text), 32768) FROM generate_series(1, 70) g';

  it.each([
    ['nobody is connected', false, 'template', 'nobody is connected, and '],
    ['somebody is connected', true, 'dump and restore', 'a session is connected to the database'],
    [
      'nobody is connected, but a copy by the server would shut out who comes',
      false,
      'dump and restore',
      'would keep new connections out for too long',
    ],
  ])('where %s', async (when, somebody, how, why) => {
    if (when.includes('but')) await database.query(grow);
    const rehearse = async () => {
      const before = [await databases(), await catalogLines(database), await tableContents(database)];
      const { exitCode, json, events } = await runCommand(['rehearse', '--json', '--events'], { engine: true });
      expect({ status: exitCode, ...json() }).toMatchObject({
        status: 0,
        result: 'rehearsed',
        rehearsal: { how, why: expect.stringContaining(why) as string },
        error: null,
      });
      if (how !== 'template')
        expect(events()).toContainEqual(
          expect.objectContaining({ event: 'progress', key: 'copy', detail: expect.stringContaining(why) as string }),
        );
      expect([await databases(), await catalogLines(database), await tableContents(database)]).toEqual(before);
    };
    if (somebody) await connected(await container.address(), 'yokeflow', rehearse);
    else await rehearse();
  });
});
