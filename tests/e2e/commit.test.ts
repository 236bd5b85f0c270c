import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { recordTable } from '../../src/engine/history.js';
import { runCommand } from '../support/command.js';
import { commitLine, type Cut } from '../support/commit-line.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

async function load(
  { onTestFinished }: TestContext,
  scenario: Scenario,
  cut: Cut,
  options: { nth?: number; reachable?: boolean } = {},
) {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  const line = await commitLine(database, cut, options);
  onTestFinished(async () => {
    await line.close();
    await database.drop();
  });
  return { database, line };
}

const contents = async (database: TestDatabase) => [
  withoutNewLabels(await catalogLines(database)),
  await tableContents(database),
];
const upgradeOver = ({ url }: TestDatabase) =>
  runCommand(['upgrade', '--yes', '--no-backup', '--json', '--wait', '5', '--database-url', url]);

// At once, because some of them have to wait until the program gives up waiting.
describe.concurrent('a line that fails around COMMIT', () => {
  it.for(['before the answer', 'after the answer', 'instead of the answer'] as const)(
    '(%s): the run finds out that it is committed, verifies and exits 0',
    async (cut, context) => {
      const { line } = await load(context, '1.4.0-as-documented', cut);
      const result = await upgradeOver(line.database);
      expect(line.commits()).toBe(1);
      const document = expectDocument(result);
      expect(document, result.stderr).toMatchObject({ exitCode: 0, result: 'repaired', version: { state: 'current' } });
      expect(document.checks.length).toBeGreaterThan(40);
      expect(document.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(result.stderr).toContain('the connection was lost around COMMIT');
    },
  );

  it('(before COMMIT gets there): rolled back, and said so', async (context) => {
    const { database, line } = await load(context, '1.4.0-as-documented', 'before COMMIT');
    const before = await contents(database);
    const result = await upgradeOver(line.database);
    expect(line.commits()).toBe(1);
    expect(expectDocument(result)).toMatchObject({
      exitCode: 1,
      result: 'failed',
      error: { code: 'YF503', changed: false },
    });
    expect(await contents(database)).toEqual(before);
    expect(expectDocument(await upgradeOver(database))).toMatchObject({ exitCode: 0, result: 'repaired' });
  });

  it('(before the answer, and the server cannot be reached any more): exit 7, and status tells afterwards', async (context) => {
    const { database, line } = await load(context, '1.4.0-as-documented', 'before the answer', { reachable: false });
    const result = await upgradeOver(line.database);
    const { error } = expectDocument(result);
    expect(result.exitCode).toBe(7);
    expect(error).toMatchObject({ code: 'YF504', changed: 'unknown' });
    expect(error?.remedy).toContain('yokeflow-upgrade status');
    expect(expectDocument(await runCommand(['status', '--json', '--database-url', database.url]))).toMatchObject({
      exitCode: 0,
      version: { state: 'current' },
    });
  });

  it.for([
    { cut: 'before COMMIT', nth: 1, labels: 0 },
    { cut: 'before COMMIT', nth: 2, labels: 2 },
  ] as const)(
    '($cut number $nth, of which the first is that of the labels): as it was, and the next run finishes',
    async ({ cut, nth, labels }, context) => {
      const { database, line } = await load(context, '1.3.0', cut, { nth });
      const before = await contents(database);
      const result = await upgradeOver(line.database);
      expect(expectDocument(result)).toMatchObject({ exitCode: 1, error: { code: 'YF503', changed: false } });
      expect(
        await database.query(
          `SELECT FROM pg_enum WHERE enumtypid = 'session_status'::regtype AND enumlabel IN ('paused', 'resumed')`,
        ),
      ).toHaveLength(labels);
      if (labels > 0)
        expect(result.json().error?.leftBehind).toEqual([
          "enum label session_status 'paused'",
          "enum label session_status 'resumed'",
        ]);
      expect(await contents(database)).toEqual(before);
      expect(expectDocument(await upgradeOver(database))).toMatchObject({ exitCode: 0, result: 'upgraded' });
    },
  );

  it('(before the answer to that of the labels): the run finds out that they are committed, and goes on', async (context) => {
    const { line } = await load(context, '1.3.0', 'before the answer', { nth: 1 });
    const result = await upgradeOver(line.database);
    expect(expectDocument(result), result.stderr).toMatchObject({ exitCode: 0, result: 'upgraded' });
    expect(line.commits()).toBe(2);
  });
});

it('committed, and the server takes no fresh session: exit 6, and it is told what was applied', async () => {
  const role = 'one_run_only';
  const database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented'), owner: role });
  const asSuperuser = (sql: string) => connected(testServer(), database.name, (client) => client.query(sql));
  onTestFinished(async () => {
    await asSuperuser(`ALTER ROLE ${role} CONNECTION LIMIT -1`);
    await database.drop();
  });
  await database.query(recordTable().join(';\n'));
  // The last statement before COMMIT shuts the door behind this run.
  await asSuperuser(`
    CREATE FUNCTION shut() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN ALTER ROLE ${role} CONNECTION LIMIT 0; RETURN NEW; END $$;
    CREATE TRIGGER shut BEFORE INSERT ON yokeflow_upgrade.runs FOR EACH ROW EXECUTE FUNCTION shut()`);
  const result = await upgradeOver(database);
  expect(result.exitCode).toBe(6);
  expect(expectDocument(result)).toMatchObject({
    result: 'failed',
    applied: ['011_paused_sessions', '012_session_checkpoints'],
    error: {
      code: 'YF602',
      changed: true,
      found: [expect.any(String), expect.stringContaining('too many connections')] as string[],
    },
  });
  await asSuperuser(`ALTER ROLE ${role} CONNECTION LIMIT -1`);
  expect(await runCommand(['verify', '--database-url', database.url])).toMatchObject({ exitCode: 0 });
});
