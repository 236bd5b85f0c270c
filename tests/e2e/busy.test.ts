import { expect, it, onTestFinished } from 'vitest';
import { runCommand, startCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

async function load(): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql('1.3.0') });
  onTestFinished(() => database.drop());
  return database;
}
const upgrade = ({ url }: TestDatabase, ...more: string[]) => [
  'upgrade',
  '--yes',
  '--no-backup',
  '--json',
  '--database-url',
  url,
  ...more,
];

/** Holds what YokeFlow's own writing, or somebody's LOCK TABLE, would hold, for as long as `work` takes. */
function withLock<T>(
  database: TestDatabase,
  mode: string,
  work: (pid: number, release: () => Promise<unknown>) => Promise<T>,
  queued?: () => Promise<unknown>,
): Promise<T> {
  return connected(database, database.name, async (client) => {
    const taken = client.query(`BEGIN; LOCK TABLE sessions IN ${mode} MODE`);
    // Queued behind another lock, it comes right after that.
    await queued?.();
    await taken;
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return work(rows[0]!.pid, () => client.query('COMMIT'));
  });
}

it.each(['ROW EXCLUSIVE', 'ACCESS EXCLUSIVE'])(
  'a lock on sessions (%s) that outlasts --wait: exit 5, who holds it, and nothing changes',
  async (mode) => {
    const database = await load();
    const before = [await catalogLines(database), await tableContents(database)];
    await withLock(database, mode, async (pid) => {
      const begun = Date.now();
      const result = await runCommand(upgrade(database, '--wait', '2', '--lock-timeout', '200'));
      expect(result.exitCode).toBe(5);
      const { error, result: word } = expectDocument(result);
      expect({ word, ...error }).toMatchObject({ word: 'busy', code: 'YF402', changed: false, leftBehind: [] });
      expect(error?.found).toContainEqual(expect.stringMatching(new RegExp(`pid ${pid} \\(test\\).*open for \\d+ s`)));
      expect(error?.remedy).toContain('--wait');
      expect(Date.now() - begun).toBeLessThan(10_000);
    });
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  },
);

it.each(['ROW EXCLUSIVE', 'ACCESS EXCLUSIVE'])(
  'a lock on sessions (%s) that is released within --wait: exit 0',
  async (mode) => {
    const database = await load();
    const before = await tableContents(database);
    const result = await withLock(database, mode, async (_, release) => {
      const running = startCommand(upgrade(database, '--wait', '30', '--lock-timeout', '200'));
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect(running.process.exitCode, 'it waits').toBeNull();
      await release();
      return running.result;
    });
    expect(expectDocument(result)).toMatchObject({ exitCode: 0, result: 'upgraded' });
    expectRowsKept(before, await tableContents(database));
  },
);

it('--wait is for all waits of a run together: the look, which waits first, leaves the upgrade what is left', async () => {
  const database = await load();
  const before = [await catalogLines(database), await tableContents(database)];
  await withLock(database, 'ACCESS EXCLUSIVE', async (_, release) => {
    const running = startCommand([...upgrade(database, '--wait', '4', '--lock-timeout', '500')]);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    await withLock(
      database,
      'ROW EXCLUSIVE',
      async () => {
        const begun = Date.now();
        const result = await running.result;
        // With a wait of its own it would be more than 4 s.
        expect(Date.now() - begun).toBeLessThan(4000);
        expect(expectDocument(result)).toMatchObject({ exitCode: 5, error: { code: 'YF402', changed: false } });
      },
      release,
    );
  });
  expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
});

it('a locked table keeps no command that only reads waiting for ever: exit 5', async () => {
  const database = await load();
  await withLock(database, 'ACCESS EXCLUSIVE', async () => {
    const results = await Promise.all(
      ['status', 'plan', 'verify'].map((command) => runCommand([command, '--json', '--database-url', database.url])),
    );
    expect(results.map(({ exitCode }) => exitCode)).toEqual([5, 5, 5]);
    for (const result of results) expect(expectDocument(result).error).toMatchObject({ code: 'YF402', changed: false });
  });
  expect((await runCommand(['status', '--database-url', database.url])).exitCode).toBe(10);
});

it('a locked table keeps no rollback and no backup waiting for longer than --wait: exit 5, and nothing changes', async () => {
  const database = await load();
  const before = [await catalogLines(database), await tableContents(database)];
  const commands = [['rollback', '--yes', '--lock-timeout', '200'], ['backup']];
  const results = await withLock(database, 'ACCESS EXCLUSIVE', async (_, release) => {
    const running = commands.map((command) =>
      startCommand([...command, '--wait', '1', '--json', '--database-url', database.url]),
    );
    const late = setTimeout(() => void release(), 10_000);
    return Promise.all(running.map(({ result }) => result)).finally(() => clearTimeout(late));
  });
  expect(results.map(({ exitCode }) => exitCode)).toEqual([5, 5]);
  for (const result of results) expect(expectDocument(result).error).toMatchObject({ code: 'YF402', changed: false });
  expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
});

it('what only writes rows keeps no command that only reads waiting', async () => {
  const database = await load();
  await withLock(database, 'ROW EXCLUSIVE', async () => {
    for (const command of ['status', 'plan', 'verify'])
      expect((await runCommand([command, '--database-url', database.url])).exitCode, command).toBe(10);
  });
});

it('of two runs at once one upgrades, and the other one finds nothing to do or gives up', async () => {
  const database = await load();
  const before = await tableContents(database);
  const results = await Promise.all([
    runCommand(upgrade(database, '--wait', '0')),
    runCommand(upgrade(database, '--wait', '0')),
  ]);
  const documents = results.map(expectDocument);
  expect(
    documents.filter(({ result }) => result === 'upgraded'),
    JSON.stringify(documents.map(({ error }) => error)),
  ).toHaveLength(1);
  const other = documents.find(({ result }) => result !== 'upgraded');
  expect([0, 5], JSON.stringify(other?.error)).toContain(other?.exitCode);
  expectRowsKept(before, await tableContents(database));
  expect((await runCommand(['verify', '--database-url', database.url])).exitCode).toBe(0);
});

it('of two runs that have time both end well', async () => {
  const database = await load();
  const results = await Promise.all([runCommand(upgrade(database)), runCommand(upgrade(database))]);
  expect(
    results.map(({ exitCode }) => exitCode),
    results.map(({ stdout }) => stdout).join('\n'),
  ).toEqual([0, 0]);
});
