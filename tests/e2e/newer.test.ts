import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

async function load(scenario: Scenario): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  return database;
}

const run = async (database: TestDatabase, ...args: string[]) =>
  expectDocument(await runCommand([...args, '--json', '--database-url', database.url]));

const overAnEarlierOne =
  /^The schema of YokeFlow 2\.1\.0 or 2\.2\.0 was loaded over this database, which was of an earlier release\./;
const refused: [Scenario, args: string[], release: string | null, message: RegExp][] = [
  ['2.x-over-1.x', [], null, overAnEarlierOne],
  ['2.x-over-1.4.0-as-documented', [], null, overAnEarlierOne],
  ['2.x', ['--to', '1.4.0'], null, /^This is YokeFlow 2\.x, though not all of its tables are there\./],
  ['2.0.0', ['--to', '1.4.0'], '2.0.0', /^This is YokeFlow 2\.0\.0\. .* nothing to upgrade to 1\.4\.0 here/],
  ['2.2.0', ['--to', '1.4.0'], '2.2.0', /^This is YokeFlow 2\.2\.0\. /],
  [
    '2.1.0-cut-short',
    ['--to', '1.4.0'],
    '2.1.0',
    /^This is YokeFlow 2\.1\.0, though not all of its tables are there\./,
  ],
];

it.each(refused)(
  '%s %s is called what it is by every command, and not one thing changes',
  async (scenario, args, release, message) => {
    const database = await load(scenario);
    const before = [await catalogLines(database), await tableContents(database)];
    for (const command of ['status', 'plan', 'verify', 'upgrade --yes', 'rehearse']) {
      expect(await run(database, ...command.split(' '), ...args), command).toMatchObject({
        exitCode: 3,
        result: 'refused',
        version: { state: 'newer', release, target: '1.4.0' },
        steps: [],
        error: { code: 'YF303', changed: false, message: expect.stringMatching(message) as string },
      });
    }
    expect(await run(database, 'report', ...args)).toMatchObject({
      exitCode: 0,
      report: { verdict: { state: 'bad', text: expect.stringMatching(message) as string } },
    });
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  },
);

it('a release over which 2.x was loaded is told the way on, and goes there only where that is asked for', async () => {
  const database = await load('2.x-over-1.4.0');
  const { error } = await run(database, 'upgrade', '--yes', '--no-backup');
  expect(error?.remedy).toMatch(/yokeflow-upgrade upgrade --database-url \S+ --to 2\.2\.0/);
  expect(await run(database, 'status', '--to', '2.2.0')).toMatchObject({
    exitCode: 10,
    version: { state: 'partial', release: '1.4.0', target: '2.2.0' },
  });
  expect(await run(database, 'upgrade', '--yes', '--no-backup', '--to', '2.2.0')).toMatchObject({
    exitCode: 0,
    version: { state: 'current', release: '2.2.0' },
  });
});

it('a checkout of 2.x beside a 1.x database is told, once, and crosses nothing by itself', async () => {
  const database = await load('1.4.0-as-documented');
  const project = mkdtempSync(join(tmpdir(), 'checkout-'));
  mkdirSync(join(project, 'schema/postgresql'), { recursive: true });
  writeFileSync(join(project, 'schema/postgresql/schema.sql'), '');
  const told = async (version: string, ...args: string[]) => {
    writeFileSync(join(project, 'VERSION'), version);
    const { exitCode, findings, version: found } = await run(database, 'status', '--project', project, ...args);
    return [exitCode, found?.target, findings.filter(({ code }) => code === 'YF836').length];
  };
  expect(await told('2.2.0\n')).toEqual([10, '1.4.0', 1]);
  expect(await told('2.2.0\n', '--to', '2.2.0')).toEqual([10, '2.2.0', 0]);
  for (const other of ['1.4.0\n', '', 'two', '2.1.0\n'])
    expect(await told(other), other).toEqual([10, '1.4.0', other === '2.1.0\n' ? 1 : 0]);
  rmSync(project, { recursive: true });
});

const natives: [Scenario, release: string, state: string][] = [
  ['2.0.0', '2.0.0', 'defective'],
  ['2.1.0', '2.1.0', 'defective'],
  ['2.2.0', '2.2.0', 'defective'],
  ['2.2.0-cut-short', '2.2.0', 'partial'],
];

it.each(natives)(
  '%s goes to the newest of its line without being told, and no way leads back',
  async (scenario, release, state) => {
    const database = await load(scenario);
    expect(await run(database, 'status')).toMatchObject({ exitCode: 10, version: { state, release, target: '2.2.0' } });
    const back = await run(database, 'rollback', '--yes', '--discard-rows');
    expect(back).toMatchObject({ exitCode: 3, error: { code: 'YF332', changed: false } });
    const upgraded = await run(database, 'upgrade', '--yes', '--no-backup');
    expect(upgraded).toMatchObject({ exitCode: 0, version: { state: 'current', release: '2.2.0' } });
    expect(upgraded.checks).toContainEqual(expect.objectContaining({ id: 'rows.kept', ok: true }));
    expect(await run(database, 'verify')).toMatchObject({ exitCode: 0, result: 'verified' });
  },
);

it('a 1.x stays in its line unless it is told to cross, and then comes back', async () => {
  const database = await load('1.3.0');
  expect(await run(database, 'upgrade', '--yes', '--no-backup')).toMatchObject({ version: { release: '1.4.0' } });
  expect(await run(database, 'upgrade', '--yes', '--no-backup')).toMatchObject({ result: 'already-current' });
  const crossed = await run(database, 'upgrade', '--yes', '--no-backup', '--to', '2.2.0');
  expect(crossed).toMatchObject({ exitCode: 0, result: 'upgraded', version: { state: 'current', release: '2.2.0' } });
  expect(await run(database, 'rollback', '--yes')).toMatchObject({ exitCode: 0, version: { release: '1.4.0' } });
});
