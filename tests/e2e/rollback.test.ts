import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { rowsSql, scenarioSql, type Scenario } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

async function load(scenario: Scenario): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  return database;
}

async function run(database: TestDatabase, ...args: string[]) {
  const result = await runCommand([...args, '--json', '--database-url', database.url]);
  return { ...expectDocument(result), exitCode: result.exitCode };
}

const text = (database: TestDatabase, ...args: string[]) => runCommand([...args, '--database-url', database.url]);
const stateOf = async (database: TestDatabase) => [await catalogLines(database), await tableContents(database)];

const stepsOf = [
  ['complete_1_1_0', 'applied'],
  ['add_metadata_to_prompt_proposals', 'applied'],
  ['cleanup_session_quality_checks', 'applied'],
  ['011_paused_sessions', 'pending'],
  ['012_session_checkpoints', 'pending'],
];

it('goes back to 1.3.0, says which labels stay, and status shows both runs', async () => {
  const database = await load('1.3.0');
  await text(database, 'upgrade', '--yes', '--no-backup');
  const { exitCode, stdout, stderr } = await text(database, 'rollback', '--yes');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/back at 1\.3\.0, from 1\.4\.0\. \d+ checks passed\./);
  expect(stdout).toContain('  The labels paused and resumed of session_status stay: ');
  expect(stdout).not.toContain('Lost:');
  expect(stderr).toContain('Undo 012_session_checkpoints');
  expect(stderr).toContain('Backup     none: nothing is lost');

  const status = await run(database, 'status');
  expect(status).toMatchObject({ exitCode: 10, version: { state: 'upgrade-available', release: '1.3.0' } });
  expect(status.steps.map(({ id, status: state }) => [id, state])).toEqual(stepsOf);
  expect((await text(database, 'status')).stdout).toMatch(
    /Last runs\n.* UTC {2}rollback {2}1\.4\.0 to 1\.3\.0 .*\n.* UTC {2}upgrade {3}1\.3\.0 to 1\.4\.0 /,
  );
});

it('gives up rows when told to, and counts them in the document', async () => {
  const database = await load('1.4.0-as-documented');
  const refused = await run(database, 'rollback', '--yes');
  const counts = {
    from: '1.4.0',
    to: '1.3.0',
    steps: ['012_session_checkpoints', '011_paused_sessions'],
    discarded: [
      { table: 'session_checkpoints', rows: 3 },
      { table: 'checkpoint_recoveries', rows: 2 },
      { table: 'paused_sessions', rows: 3 },
      { table: 'intervention_actions', rows: 4 },
      { table: 'notification_preferences', rows: 2 },
    ],
    relabelled: [{ table: 'sessions', column: 'status', from: ['paused', 'resumed'], to: 'interrupted', rows: 1 }],
    labelsLeft: [
      { type: 'session_status', label: 'paused' },
      { type: 'session_status', label: 'resumed' },
    ],
  };
  expect(refused).toMatchObject({
    exitCode: 3,
    result: 'refused',
    error: { code: 'YF331', changed: false },
    rollback: counts,
  });

  const done = await run(database, 'rollback', '--yes', '--discard-rows', '--no-backup');
  expect(done).toMatchObject({
    exitCode: 0,
    ok: true,
    result: 'rolled-back',
    error: null,
    rollback: counts,
    version: { state: 'upgrade-available', release: '1.3.0' },
    findings: [{ code: 'YF811' }],
  });
  expect(done.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(done.checks.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['gone.011_paused_sessions', 'gone.012_session_checkpoints', 'probe.quality_views']),
  );
  expect(await run(database, 'rollback', '--yes')).toMatchObject({ exitCode: 0, result: 'already-current' });
  expect((await text(database, 'rollback', '--yes')).stdout).toContain(
    'There is nothing to roll back: the database is at 1.3.0.',
  );
});

it.each<[Scenario, string, string[]]>([
  ['empty', 'YF301', []],
  ['foreign', 'YF302', []],
  ['2.x-over-1.x', 'YF303', []],
  ['2.x', 'YF332', []],
  ['2.1.0', 'YF332', []],
  ['2.2.0', 'YF332', []],
  ['1.0.0', 'YF332', []],
  ['1.1.0', 'YF332', []],
  ['1.1.0-cleanup-only', 'YF332', []],
  ['1.4.0-as-documented', 'YF331', []],
  ['fork-1.4.0-as-documented', 'YF333', ['--discard-rows']],
])('%s is refused with %s, and not one thing changes', async (scenario, code, options) => {
  const database = await load(scenario);
  const before = await stateOf(database);
  const { exitCode, result, error } = await run(database, 'rollback', '--yes', ...options);
  expect({ exitCode, result, error }).toMatchObject({
    exitCode: 3,
    result: 'refused',
    error: { code, changed: false },
  });
  expect(await stateOf(database)).toEqual(before);
});

it('asks first: without a terminal and without --yes nothing is done', async () => {
  const database = await load('011-only');
  const before = await stateOf(database);
  for (const args of [
    ['rollback', '--discard-rows'],
    ['rollback', '--discard-rows', '--json'],
  ]) {
    const { exitCode, stderr, stdout } = await text(database, ...args);
    expect(exitCode).toBe(2);
    expect(stderr + stdout).toContain('--yes');
  }
  expect(await stateOf(database)).toEqual(before);
});

it('--dry-run shows what would be lost and the SQL, and is refused as the rollback itself; the SQL refuses too', async () => {
  const database = await load('1.4.0-as-documented');
  const before = await stateOf(database);
  const [words, document] = await Promise.all([
    text(database, 'rollback', '--dry-run'),
    run(database, 'rollback', '--dry-run', '--yes'),
  ]);
  const real = await run(database, 'rollback', '--yes');
  expect(real).toMatchObject({ exitCode: 3, error: { code: 'YF331' } });
  expect(document).toMatchObject({ exitCode: 3, result: 'refused', error: real.error, rollback: real.rollback });
  expect(words.exitCode).toBe(3);
  expect(words.stderr).toContain('YF331');
  expect(words.stderr).toContain('session_checkpoints: 3');
  expect(words.stderr).toContain('This was a dry run: the rollback itself would be refused in the same way.');
  expect(words.stdout).toMatch(/DROP TABLE[^]*COMMIT/);
  expect(document.sql).toMatch(/DROP TABLE[^]*COMMIT/);
  await expect(database.query(document.sql?.replaceAll(/^\\.*$/gm, '') ?? '')).rejects.toThrow(
    'there are rows that this rollback would lose',
  );
  expect(await stateOf(database)).toEqual(before);
});

it('--dry-run prints the script and runs nothing of it', async () => {
  const database = await load('012-only');
  const before = await stateOf(database);
  const { exitCode, stdout, stderr } = await text(database, 'rollback', '--discard-rows', '--dry-run');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('DROP TABLE IF EXISTS checkpoint_recoveries, session_checkpoints;');
  expect(stdout).not.toContain('DROP TABLE IF EXISTS notification_preferences');
  expect(stderr).toContain('this was a dry run');
  expect(await stateOf(database)).toEqual(before);
});

it('does not meet agents at work unless told to', async () => {
  const database = await load('012-only');
  await database.query(rowsSql('base/running'));
  const before = await stateOf(database);
  expect(await run(database, 'rollback', '--yes', '--discard-rows', '--no-backup')).toMatchObject({
    exitCode: 3,
    error: { code: 'YF311' },
  });
  expect(await stateOf(database)).toEqual(before);
  expect(await run(database, 'rollback', '--yes', '--discard-rows', '--no-backup', '--while-running')).toMatchObject({
    exitCode: 0,
    result: 'rolled-back',
  });
});
