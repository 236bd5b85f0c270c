import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const hook = new URL('../support/log-imports.mjs', import.meta.url).href;

/** The files that a run loads besides the two that it begins with; `PGlite` stands for the files of that package. */
async function loaded(args: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'yokeflow-imports-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'log');
  await runCommand(args, { nodeOptions: ['--import', hook], env: { ...env, IMPORT_LOG: log } });
  const files = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  expect(files.map((file) => basename(file))).toContain('cli.js');
  const names = files.map((file) => (file.includes('/@electric-sql/pglite/') ? 'PGlite' : basename(file, '.js')));
  return [...new Set(names)].filter((name) => !['log-imports.mjs', 'cli', 'main', 'base'].includes(name)).sort();
}

describe('a run loads no file that it does not need', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database?.drop());

  it.each([
    [['--version'], []],
    [['--help'], []],
    [['status', '--help'], []],
    [['--bogus'], ['look']],
    [
      ['explain', 'YF201'],
      ['explain', 'look'],
    ],
    [
      ['completion', 'bash'],
      ['completion-command', 'look'],
    ],
    // Refused, because nobody is there to be asked.
    [['upgrade'], ['look']],
  ])('%j: %j', async (args, files) => {
    expect(await loaded(args)).toEqual(files);
  });

  it('over a URL pg, over an engine dockerode, and what changes a database only for a change', async () => {
    const url = ['--database-url', database.url];
    // Whether a backup can be made is told as well.
    expect(await loaded(['status', ...url])).toEqual(['direct', 'local', 'look', 'programs']);
    expect(await loaded(['status', '--no-backup', ...url])).toEqual(['direct', 'look']);
    // A server of another test may listen where one is looked for.
    const searching = await loaded(['status'], { DOCKER_HOST: 'tcp://127.0.0.1:9' });
    expect(searching.filter((name) => name !== 'direct')).toEqual(['container', 'docker', 'look']);
    expect(await loaded(['plan', ...url])).toEqual(['change', 'direct', 'local', 'look', 'programs']);
    expect(await loaded(['upgrade', ...url, '--yes', '--no-backup'])).toEqual(['change', 'direct', 'look', 'programs']);
    expect(await loaded(['demo'])).toEqual(expect.arrayContaining(['PGlite', 'look']));
  });
});
