import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
