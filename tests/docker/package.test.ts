import { execFile as execFileCallback } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { scenarioSql } from '../support/fixtures.js';
import { keptFolder } from '../support/folder.js';
import type { Outcome } from '../support/outcome.js';
import { machineEnv, runProgram } from '../support/run-program.js';

const execFile = promisify(execFileCallback);
const root = fileURLToPath(new URL('../../', import.meta.url));

describeWithEngine('the package that npm pack makes', () => {
  const { folder, remove } = keptFolder();
  const [checkout, empty] = [join(folder, 'checkout'), join(folder, 'empty')];
  const installed = join(empty, 'node_modules/yokeflow-upgrade');
  let container: PostgresContainer;
  let manifest = '';

  beforeAll(async () => {
    container = await startPostgresContainer({ sql: scenarioSql('1.3.0') });
    // Packing builds, which must not happen under the tests that run beside this one.
    mkdirSync(checkout);
    mkdirSync(empty);
    const { stdout } = await execFile('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
    const files = stdout.split('\n').filter((file) => file !== '' && !file.startsWith('tests/'));
    await execFile('cp', ['--parents', ...files, checkout], { cwd: root });
    symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
    await execFile('npm', ['pack', '--silent'], { cwd: checkout, env: machineEnv() });
    manifest = readFileSync(join(checkout, 'package.json'), 'utf8');
    const [tarball = ''] = readdirSync(checkout).filter((file) => file.endsWith('.tgz'));
    writeFileSync(join(empty, 'package.json'), '{ "private": true }');
    // Without a network: it depends on nothing.
    const args = ['install', '--offline', '--no-audit', '--no-fund', join(checkout, tarball)];
    await execFile('npm', args, { cwd: empty, env: machineEnv() });
  }, 300_000);
  afterAll(async () => {
    await container?.stop();
    remove();
  });

  const run = async (...args: string[]) => {
    const bin = join(empty, 'node_modules/.bin/yokeflow-upgrade');
    const { exitCode, stdout, stderr } = await runProgram(bin, args, { env: machineEnv() });
    return { exitCode, stdout, stderr, json: () => JSON.parse(stdout) as Outcome };
  };

  it('installs one package, which asks for no script, and leaves the manifest of the repository alone', () => {
    expect(readdirSync(join(empty, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'yokeflow-upgrade',
    ]);
    const published = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, object>;
    expect(published).not.toHaveProperty('dependencies');
    expect(published).not.toHaveProperty('scripts');
    expect(Object.keys(published['peerDependencies'] ?? {})).toEqual(['@electric-sql/pglite']);
    expect(manifest).toBe(readFileSync(join(root, 'package.json'), 'utf8'));
    const licences = readFileSync(join(installed, 'dist/LICENSES.txt'), 'utf8');
    for (const name of ['inquirer', 'dockerode', 'pg', 'listr2', 'semver', 'commander'])
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  });

  it('works on a real container, with a backup', async () => {
    const status = await run('status', '--json');
    expect([status.exitCode, status.json().version?.release], status.stderr).toEqual([10, '1.3.0']);
    const upgraded = await run('upgrade', '--yes', '--json', '--backup-dir', join(folder, 'backups'));
    expect(upgraded.exitCode, upgraded.stderr).toBe(0);
    expect(upgraded.json()).toMatchObject({ result: 'upgraded', version: { state: 'current' } });
    expect((await run('explain', 'YF301')).stdout).toContain('The database is empty');
  });

  it('says what demo needs, and a program can import it', async () => {
    const demo = await run('demo', '--yes', '--json');
    expect([demo.exitCode, demo.json().error?.code]).toEqual([1, 'YF115']);
    const program = `import { status } from 'yokeflow-upgrade'; console.log((await status({ databaseUrl: 'postgresql://nobody@127.0.0.1:1/x' })).error.code)`;
    writeFileSync(join(empty, 'program.mjs'), program);
    expect((await execFile('node', ['program.mjs'], { cwd: empty, env: machineEnv() })).stdout).toBe('YF204\n');
  });
});
