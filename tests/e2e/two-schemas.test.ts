import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const OTHER = `an "other" one`;

let database: TestDatabase;
beforeAll(async () => {
  const other = `CREATE SCHEMA "an ""other"" one"; SET search_path = "an ""other"" one", public; ${scenarioSql('1.1.0')}`;
  // Four tables without the fifth are somebody's copy, and no YokeFlow.
  const copy = `CREATE SCHEMA kept; ${['projects', 'sessions', 'epics', 'tasks'].map((table) => `CREATE TABLE kept.${table} (id integer)`).join('; ')}`;
  database = await createDatabase({ sql: `${scenarioSql('1.3.0')}; ${other}; ${copy}` });
});
afterAll(() => database.drop());

const run = async (...args: string[]) => {
  const result = await runCommand([...args, '--json', '--database-url', database.url]);
  return { ...expectDocument(result), exitCode: result.exitCode };
};

it.each([
  ['status'],
  ['plan'],
  ['verify'],
  ['backup'],
  ['rehearse'],
  ['rollback', '--yes'],
  ['upgrade', '--yes', '--no-backup'],
])('%s takes neither of two schemas with a YokeFlow each by itself', async (...args) => {
  const before = await catalogLines(database);
  const { exitCode, error, candidates } = await run(...args);
  expect({ exitCode, error }).toMatchObject({ exitCode: 3, error: { code: 'YF318', changed: false } });
  expect(candidates).toMatchObject([
    {
      schema: OTHER,
      holds: expect.stringContaining('1.1.0') as string,
      option: expect.stringContaining(`--schema 'an "other" one'`) as string,
    },
    {
      schema: 'public',
      holds: expect.stringContaining('1.3.0') as string,
      option: expect.stringContaining('--schema public') as string,
    },
  ]);
  expect(await catalogLines(database)).toEqual(before);
});

it('doctor tells of the other, and a report says that it cannot tell', async () => {
  const { stdout } = await runCommand(['doctor', '--database-url', database.url]);
  expect(stdout).toMatch(/(✘|\[x\]) schema public: it has YokeFlow's tables, and so has the schema an "other" one/);
  const report = await runCommand(['report', '--database-url', database.url]);
  expect(report.exitCode).toBe(0);
  expect(report.stdout).toMatch(/in several schemas: an "other" one, public[^]*YF305/);
});

it('--schema says which, and the other stays as it is', async () => {
  const ofPublic = async () => (await catalogLines(database)).filter((line) => !line.includes('other'));
  const before = await ofPublic();
  expect(await run('upgrade', '--yes', '--no-backup', '--schema', OTHER)).toMatchObject({
    exitCode: 0,
    version: { release: '1.4.0', schema: OTHER },
  });
  expect((await ofPublic()).filter((line) => !line.includes('yokeflow_upgrade'))).toEqual(before);
  expect(await run('status', '--schema', 'public')).toMatchObject({ exitCode: 10, version: { release: '1.3.0' } });
});
