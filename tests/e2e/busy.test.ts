import { expect, it, onTestFinished } from 'vitest';
import { runCommand, startCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { openTransaction } from '../support/open-transaction.js';
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

/** Every command that only reads, with what it answers once the lock is gone. */
const looks = [
  ['status', 10],
  ['plan', 10],
  ['verify', 10],
] as const;

it('a lock that outlasts --wait ends every look in exit 5, with the table and who holds it, whoever else is there', async () => {
  const database = await load();
  const other = await openTransaction(database, 'SELECT 1', 'older and not in the way');
  onTestFinished(() => other.end());
  await withLock(database, 'ACCESS EXCLUSIVE', async (pid) => {
    const results = await Promise.all(
      ['status', 'plan', 'verify', 'rehearse', 'doctor'].map((command) =>
        runCommand([command, '--wait', '1', '--json', '--database-url', database.url]),
      ),
    );
    for (const result of results) {
      const { error, command } = expectDocument(result);
      expect([result.exitCode, error?.code, error?.changed], command).toEqual([5, 'YF402', false]);
      expect(error?.message).toContain('(sessions)');
      expect(error?.found.join('\n')).toMatch(new RegExp(`^pid ${pid} \\(test\\)[^\n]*$`));
      expect(error?.remedy).toMatch(/--wait/);
      expect(error?.remedy).not.toMatch(/--lock-timeout/);
    }
    // A report is made whatever is in the way, and tells no program's name.
    const report = await runCommand(['report', '--database-url', database.url]);
    expect(report.exitCode).toBe(0);
    expect(report.stdout).toMatch(new RegExp(`YF402 .*\\(sessions\\).* pid ${pid} of `));
    expect(report.stdout).not.toContain('(test)');
  });
});

it('a lock that is released within --wait keeps no look from its answer', async () => {
  const database = await load();
  await withLock(database, 'ACCESS EXCLUSIVE', async (pid, release) => {
    const running = looks.map(([command]) => startCommand([command, '--wait', '30', '--database-url', database.url]));
    const isTold = new RegExp(`sessions is locked by pid ${pid} `);
    await Promise.all(
      running.map(
        ({ process, result }) =>
          new Promise<unknown>((resolve) => {
            process.stderr?.on('data', (data) => isTold.test(String(data)) && resolve(undefined));
            void result.then(resolve);
          }),
      ),
    );
    await release();
    const results = await Promise.all(running.map(({ result }) => result));
    expect(results.map(({ exitCode }) => exitCode)).toEqual(looks.map(([, exitCode]) => exitCode));
    for (const { stderr } of results) expect(stderr).toMatch(isTold);
  });
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
