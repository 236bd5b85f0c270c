import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { catalogLines, tableContents } from '../../support/contents.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../../support/engine.js';
import { example, installGlobally } from '../../support/installed.js';
import { refill } from '../../support/refill.js';
import { machineEnv, runProgram } from '../../support/run-program.js';
import { describeWithTools } from '../../support/tools.js';

const text = readFileSync(example('cron/crontab'), 'utf8');
const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const settings = Object.fromEntries(
  lines.flatMap((line) =>
    /^\w+=/.test(line) ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : [],
  ),
);
const job = (name: string): string =>
  lines.find((line) => line.includes(name))?.replace(/^(\S+ ){5}/, '') ?? `no job ${name}`;

describeWithTools(['crontab'], 'docs/examples/cron/crontab', () => {
  it('is one that cron accepts', () => {
    const file = example('cron/crontab');
    // Both only look at the file: -n in Debian 12 and Ubuntu, -T in others.
    const [accepted] = ['-n', '-T'].filter((option) =>
      execFileSync('/bin/sh', ['-c', `crontab ${option} "$0" && echo yes || true`, file], {
        encoding: 'utf8',
        stdio: 'pipe',
      }).includes('yes'),
    );
    expect(accepted).toBeDefined();
  });
});

describeWithEngine('the jobs of docs/examples/cron', () => {
  let container: PostgresContainer;
  let folder = '';
  beforeAll(async () => {
    container = await startPostgresContainer();
    folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-cron-'));
    const bin = installGlobally(folder);
    for (const name of ['yokeflow-nightly-backup', 'yokeflow-nightly-check'])
      symlinkSync(example(`cron/${name}`), join(bin, name));
    symlinkSync(process.execPath, join(bin, 'node'));
  });
  afterAll(async () => {
    await container?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(folder, 'home-'));
  });

  /** As cron runs a job ("crontab(5)"): /bin/sh -c, with little more in the environment than the crontab's own settings. */
  function run(name: string, more: Record<string, string> = {}) {
    const env = {
      HOME: home,
      LOGNAME: 'agent',
      SHELL: '/bin/sh',
      ...machineEnv(),
      ...settings,
      PATH: settings['PATH']?.replace('/usr/local/bin', join(folder, 'bin')) ?? '',
      ...more,
    };
    return runProgram('/bin/sh', ['-c', job(name)], { env, cwd: home });
  }
  const noEngine = { DOCKER_HOST: 'unix:///nowhere/engine.sock' };

  it('check: says that an upgrade is due, and changes nothing', async () => {
    const database = await refill(container, '1.3.0');
    const before = [await catalogLines(database), await tableContents(database)];
    const { exitCode, stdout } = await run('yokeflow-nightly-check');
    expect(exitCode).toBe(10);
    expect(stdout).toContain('An upgrade is due: 1.3.0 to 1.4.0');
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });

  it('check: says nothing of a database that is as it should be', async () => {
    await refill(container, '1.3.0');
    await runProgram('yokeflow-upgrade', ['upgrade', '--yes', '--no-backup', '--container', container.name], {
      env: { ...machineEnv(), HOME: home, PATH: `${folder}/bin:/usr/bin:/bin` },
      cwd: home,
    });
    expect(await run('yokeflow-nightly-check')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('check: says that there is no database', async () => {
    const { exitCode, stdout } = await run('yokeflow-nightly-check', noEngine);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/YF20\d/);
  });

  /** Files of a backup folder by age in days. */
  function files(ages: Record<string, number>, of = 'yokeflow-nightly-backups'): string {
    const backups = join(home, of);
    mkdirSync(backups);
    for (const [name, days] of Object.entries(ages)) {
      const then = new Date(Date.now() - days * 24 * 3_600_000);
      writeFileSync(join(backups, name), '');
      utimesSync(join(backups, name), then, then);
    }
    return backups;
  }

  it('backup: makes one, says nothing, and takes only those away that are older than thirty days', async () => {
    await refill(container, '1.3.0');
    const backups = files({ 'old.dump': 32, 'younger.dump': 29, 'old.txt': 32 });
    // Where an upgrade that is run in the home has put its own.
    const beforeTheUpgrade = files({ 'yokeflow-1.3.0-20261001T100000Z.dump': 58 }, 'yokeflow-backups');
    expect(await run('yokeflow-nightly-backup')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const [made, ...more] = readdirSync(backups).filter((name) => !['younger.dump', 'old.txt'].includes(name));
    expect(made).toMatch(/^yokeflow-1\.3\.0-\d{8}T\d{6}Z\.[0-9a-f]{8}-\d+\.dump$/);
    expect(more).toEqual([]);
    expect(statSync(join(backups, made ?? '')).mode & 0o777).toBe(0o600);
    expect(statSync(join(backups, made ?? '')).size).toBeGreaterThan(10_000);
    expect(readdirSync(beforeTheUpgrade)).toEqual(['yokeflow-1.3.0-20261001T100000Z.dump']);
  });

  it('backup: one that fails says so and takes none away', async () => {
    const backups = files({ 'old.dump': 32 });
    const { exitCode, stdout } = await run('yokeflow-nightly-backup', noEngine);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/YF20\d/);
    expect(readdirSync(backups)).toEqual(['old.dump']);
  });

  it('the line that takes old backups away does that', async () => {
    const backups = files({ 'old.dump': 32, 'younger.dump': 29, 'old.txt': 32 });
    const line =
      /^find .*$/m
        .exec(readFileSync(example('../automation.md'), 'utf8'))?.[0]
        .replace('/var/backups/yokeflow-nightly', backups) ?? '';
    expect(await runProgram('/bin/sh', ['-c', line], { env: machineEnv() })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    expect(readdirSync(backups).sort()).toEqual(['old.txt', 'younger.dump']);
  });
});
