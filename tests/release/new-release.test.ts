import { execFile as execFileCallback } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { keptFolder } from '../support/folder.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const execFile = promisify(execFileCallback);
const root = fileURLToPath(new URL('../../', import.meta.url));
const { folder: temporary, remove } = keptFolder();
const copy = join(temporary, 'checkout');

/** The commands of CONTRIBUTING's section on a new release: those before its line in the list of releases, and those after it. */
const commandBlocks = (): string[][] => {
  const [, section = ''] =
    /^## Adding a release\n([\s\S]*?)^## /m.exec(readFileSync(`${copy}/CONTRIBUTING.md`, 'utf8')) ?? [];
  return [...section.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = '']) =>
    block.split('\n').flatMap((line) => line.trim() || []),
  );
};

/** What the same section says of the list of releases. */
function addToList(): void {
  const file = `${copy}/src/releases/list.ts`;
  const list = readFileSync(file, 'utf8')
    .replace('import type { Release }', "import { release150 } from './1.5.0/index.js';\nimport type { Release }")
    .replace(/(export const releases.*)\];/, '$1, release150];');
  writeFileSync(file, list);
}

beforeAll(async () => {
  cpSync(root, copy, {
    recursive: true,
    filter: (path) => !['node_modules', 'dist', 'coverage', '.git'].includes(basename(path)),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  cpSync(join(root, 'tests/release/1.5.0'), copy, { recursive: true });
  const follow = async (each: readonly string[]) => {
    for (const command of each) await execFile('sh', ['-c', command], { cwd: copy });
  };
  const [first = [], ...others] = commandBlocks();
  await follow(first);
  addToList();
  await follow(others.flat());
}, 900_000);
afterAll(remove);

/** The catalog and the number of rows of each table. The enum's labels stay behind: PostgreSQL cannot drop one. */
const withoutLabels = (lines: readonly string[]) => lines.filter((line) => !/^label .*session_status /.test(line));
const stateOf = async (database: TestDatabase) => [
  withoutLabels(await catalogLines(database)).filter((line) => !line.includes('yokeflow_upgrade')),
  Object.entries(await tableContents(database)).flatMap(([table, rows]) =>
    table.startsWith('yokeflow_upgrade.') ? [] : [[table, rows.length]],
  ),
];

async function run(database: TestDatabase, ...args: string[]) {
  const { exitCode, json } = await runCommand([...args, '--json', '--database-url', database.url], {
    program: join(copy, 'dist', 'cli.js'),
  });
  return { ...json(), exitCode };
}

it('CONTRIBUTING has commands for it, one of which drafts the checks', () => {
  expect(commandBlocks().flat()).toContainEqual(expect.stringMatching(/^npm run release:checks -- 1\.5\.0 --write/));
  expect(readFileSync(`${copy}/src/releases/1.5.0/checks.ts`, 'utf8')).toContain("table('session_notes'");
});

describe.each(['1.3.0', '1.4.0'])('a database at %s and a release that is new', (release) => {
  let database: TestDatabase;
  let before: unknown;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
    if (release === '1.4.0') await run(database, 'upgrade', '--yes', '--no-backup', '--to', release);
    before = await stateOf(database);
  });
  afterAll(() => database?.drop());

  it('status tells that it is due', async () => {
    expect(await run(database, 'status')).toMatchObject({
      exitCode: 10,
      version: { state: 'upgrade-available', release, target: '1.5.0' },
    });
    expect(await run(database, 'status', '--to', release)).toMatchObject({ exitCode: 0, result: 'already-current' });
  });

  it('upgrade brings it, and verify proves it', async () => {
    const version = { state: 'current', release: '1.5.0', target: '1.5.0' };
    expect(await run(database, 'upgrade', '--yes', '--no-backup')).toMatchObject({
      exitCode: 0,
      result: 'upgraded',
      version,
    });
    const verified = await run(database, 'verify', '--strict');
    expect(verified).toMatchObject({ exitCode: 0, result: 'verified', version });
    expect(verified.checks.filter(({ id }) => id === 'probe.session_notes')).toEqual([
      expect.objectContaining({ ok: true, system: 'notes' }),
    ]);
  });

  it('a part of it that is lost is repaired', async () => {
    await database.query('DROP FUNCTION add_session_note');
    expect(await run(database, 'verify')).toMatchObject({ exitCode: 10, result: 'due' });
    expect(await run(database, 'upgrade', '--yes', '--no-backup')).toMatchObject({ exitCode: 0, result: 'repaired' });
  });

  it('rollback refuses to lose rows, and then leads to the release before it', async () => {
    await database.query("SELECT add_session_note(id, 'archive') FROM sessions WHERE session_number = 1");
    expect(await run(database, 'rollback', '--yes')).toMatchObject({
      exitCode: 3,
      error: { code: 'YF331' },
      rollback: { from: '1.5.0', to: '1.4.0', discarded: [{ table: 'session_notes' }] },
    });
    expect(await run(database, 'rollback', '--yes', '--discard-rows', '--no-backup')).toMatchObject({
      exitCode: 0,
      result: 'rolled-back',
      version: { release: '1.4.0' },
    });
    expect(await run(database, 'verify', '--to', '1.4.0')).toMatchObject({ exitCode: 0, result: 'verified' });
    const labels = await database.query("SELECT FROM sessions WHERE status::text = 'archived'");
    expect(labels).toEqual([]);
    if (release === '1.3.0') expect(await run(database, 'rollback', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await stateOf(database)).toEqual(before);
  });
});
