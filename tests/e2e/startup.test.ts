import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const hook = new URL('../support/log-imports.mjs', import.meta.url).href;
const heavy = ['inquirer', 'dockerode', 'pg', 'listr2', '@electric-sql/pglite'];

/** The packages that a run imports, by the names under which src/ does. */
async function imports(args: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'yokeflow-imports-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'log');
  await runCommand(args, { nodeOptions: ['--import', hook], env: { ...env, IMPORT_LOG: log } });
  return existsSync(log) ? [...new Set(readFileSync(log, 'utf8').trim().split('\n'))] : [];
}

const heavyOnes = (names: readonly string[]) => heavy.filter((name) => names.includes(name));

describe('a run imports no heavy package that it does not need', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database?.drop());

  it.each([
    ['--version'],
    ['--help'],
    ['status', '--help'],
    ['--bogus'],
    ['explain', 'YF201'],
    ['completion', 'bash'],
    ['upgrade'],
  ])('%j: none of them', async (...args) => {
    const found = await imports(args);
    expect(found, 'the hook sees imports').toContain('commander');
    expect(heavyOnes(found)).toEqual([]);
  });

  it('status over a URL: pg alone', async () => {
    expect(heavyOnes(await imports(['status', '--database-url', database.url]))).toEqual(['pg']);
  });

  it('a search for containers: dockerode alone', async () => {
    expect(heavyOnes(await imports(['status'], { DOCKER_HOST: 'tcp://127.0.0.1:9' }))).toEqual(['dockerode']);
  });

  it('demo without a terminal: PGlite alone', async () => {
    expect(heavyOnes(await imports(['demo']))).toEqual(['@electric-sql/pglite']);
  });
});
