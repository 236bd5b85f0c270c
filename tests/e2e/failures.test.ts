import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { obstacles } from '../integration/obstacles.js';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

// The same over both adapters is in tests/integration; here it is what a user gets to see of it.
describe.each(obstacles.filter(({ scenario }) => scenario === '1.3.0'))(
  '$what',
  ({ scenario, put, away, code, says, afterLabels = false }) => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await createDatabase({ sql: `${scenarioSql(scenario)}\n${put}` });
    });
    afterAll(() => database?.drop());
    const upgrade = (...more: string[]) =>
      runCommand(['upgrade', '--yes', '--no-backup', '--database-url', database.url, ...more]);

    it(`is exit 1, ${code}, says whether anything changed, and is told in full in words and in JSON`, async () => {
      const before = [await catalogLines(database), await tableContents(database)];
      const document = await upgrade('--json');
      expect(document.exitCode).toBe(1);
      const { error, result } = expectDocument(document);
      expect({ result, ...error }).toMatchObject({
        result: 'failed',
        code,
        changed: false,
        leftBehind: { length: afterLabels ? 2 : 0 },
      });
      expect(error?.found.join('\n')).toMatch(says);
      expect([withoutNewLabels(await catalogLines(database)), await tableContents(database)]).toEqual(before);

      const { exitCode, stdout, stderr } = await upgrade();
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain(code);
      expect(stderr).toMatch(says);
      expect(stderr).toMatch(/^ {2}Nothing was changed/m);
      expect(stderr).toMatch(/^ {2}Next: \S/m);
      expect([withoutNewLabels(await catalogLines(database)), await tableContents(database)]).toEqual(before);
    });

    it('does not keep the next run from finishing once it is gone', async () => {
      await database.query(away);
      expect(expectDocument(await upgrade('--json'))).toMatchObject({ exitCode: 0, result: 'upgraded' });
    });
  },
);

it('labels that stay are named in words too, and no later run calls them its own', async () => {
  const [{ put }] = obstacles as unknown as [(typeof obstacles)[number]];
  const database = await createDatabase({ sql: `${scenarioSql('1.3.0')}\n${put}` });
  onTestFinished(() => database.drop());
  const args = ['upgrade', '--yes', '--no-backup', '--database-url', database.url];
  const words = await runCommand(args);
  expect(words.exitCode).toBe(1);
  expect(words.stderr).toContain(
    "  Nothing was changed but for enum label session_status 'paused' and enum label session_status 'resumed', which PostgreSQL cannot drop",
  );
  const again = expectDocument(await runCommand([...args, '--json']));
  expect(again).toMatchObject({ exitCode: 1, error: { code: 'YF502', changed: false, leftBehind: [] } });
});
