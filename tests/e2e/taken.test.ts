import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines } from '../support/contents.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase } from '../support/server.js';

it('every command tells a name that is taken, and none that would change something goes on', async () => {
  const database = await createDatabase({ sql: scenarioSql('1.3.0') });
  onTestFinished(() => database.drop());
  await database.query(`CREATE TABLE paused_sessions (mine text); INSERT INTO paused_sessions VALUES ('x')`);
  const before = await catalogLines(database);
  const commands = [['status'], ['verify'], ['plan'], ['plan', '--sql'], ['rehearse', '--yes'], ['upgrade', '--yes']];
  const results = await Promise.all(
    commands.map(async (words) => runCommand([...words, '--json', '--database-url', database.url])),
  );
  const documents = results.map((result) => result.json());
  expect(documents.map(({ exitCode }) => exitCode)).toEqual([10, 10, 10, 3, 3, 3]);
  for (const document of documents) {
    expect(document).toMatchObject({
      version: { state: 'upgrade-available', release: '1.3.0', taken: ['paused_sessions'] },
    });
    expect(JSON.stringify(document)).toContain('ALTER TABLE');
  }
  expect(documents.slice(3)).toEqual([
    expect.objectContaining({ error: expect.objectContaining({ code: 'YF322' }) as object }),
    expect.objectContaining({ error: expect.objectContaining({ code: 'YF322' }) as object }),
    expect.objectContaining({ error: expect.objectContaining({ code: 'YF322' }) as object }),
  ]);
  expect(await catalogLines(database)).toEqual(before);
});
