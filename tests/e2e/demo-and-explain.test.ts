import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../src/errors/codes.js';
import { explain } from '../../src/errors/explanations.js';
import { runCommand } from '../support/command.js';
import { expectDocument } from '../support/expect-document.js';
import { temporaryFolder } from '../support/folder.js';

describe('demo', () => {
  it('needs no terminal, no engine and no database, ends well and leaves nothing', async () => {
    const folder = () => readdirSync(tmpdir()).filter((name) => /pglite|demo/i.test(name));
    const before = folder();
    const { exitCode, stdout, stderr } = await runCommand(['demo']);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/YokeFlow +1\.3\.0/);
    expect(stdout).toMatch(/✔ YokeFlow's database is now at 1\.4\.0, from 1\.3\.0\. \d+ checks passed\./);
    // Nobody is in its way, and the labels that it commits first are its own.
    expect(stdout).not.toContain('attempts');
    expect(folder()).toEqual(before);
  });

  it('has its JSON document too, goes without a backup and says so', async () => {
    const cwd = temporaryFolder();
    const result = await runCommand(['demo', '--json', '--yes'], { cwd });
    expect(result.stderr).toMatch(/Backup +none: this database is thrown away/);
    expect(readdirSync(cwd)).toEqual([]);
    const { checks, ...document } = expectDocument(result);
    expect(document).toMatchObject({
      exitCode: 0,
      result: 'upgraded',
      command: 'demo',
      target: { kind: 'embedded' },
      version: { state: 'current' },
    });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });
});

describe('explain', () => {
  it('says what a code means and what to do', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['explain', 'yf402']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^YF402 {2}\S/);
    expect(stdout).toMatch(/What to do\n {2}• \S/);
  });

  it('without a code lists them all, with their headlines', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['explain']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const code of errorCodes) expect(stdout).toContain(`\n  ${code}  ${explain(code).title}\n`);
    expect(stdout).toMatch(/^The command line\n[\s\S]*\n\nBusy\n {2}YF401/);
    expect(expectDocument(await runCommand(['explain', '--json']))).toMatchObject({
      exitCode: 0,
      result: 'listed',
      codes: errorCodes.map((code) => ({
        code,
        title: explain(code).title,
        kind: expect.stringMatching(/^[A-Z]/) as string,
      })),
    });
  });

  it('has an answer in JSON', async () => {
    const result = await runCommand(['explain', 'YF101', '--json']);
    expect(expectDocument(result)).toMatchObject({
      exitCode: 0,
      command: 'explain',
      result: 'explained',
      explanation: { title: expect.stringContaining('YF101') as string },
    });
  });
});

it('--version prints the version of the package, and --help every command', async () => {
  expect(await runCommand(['--version'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    stderr: '',
  });
  const help = await runCommand(['--help']);
  expect(help).toMatchObject({ exitCode: 0, stderr: '' });
  for (const command of ['upgrade', 'status', 'plan', 'verify', 'backup', 'restore', 'demo', 'explain'])
    expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
});

it('help COMMAND is COMMAND --help, and help alone --help', async () => {
  for (const [asked, same] of [
    [
      ['help', 'status'],
      ['status', '--help'],
    ],
    [['help'], ['--help']],
    [['-h'], ['--help']],
  ]) {
    const [one, other] = [await runCommand(asked!), await runCommand(same!)];
    expect(one).toMatchObject({ exitCode: 0, stderr: '' });
    expect(one.stdout).toBe(other.stdout);
  }
});

it('--quiet leaves the answer of explain, with a code and without', async () => {
  const [one, all] = await Promise.all([
    runCommand(['explain', 'YF309', '--quiet']),
    runCommand(['explain', '--quiet']),
  ]);
  expect([one.exitCode, all.exitCode]).toEqual([0, 0]);
  expect(one.stdout).toMatch(/^YF309 .+\n\n.+/);
  expect(all.stdout).toContain('YF309');
});

it('a demo that is refused ends in a code that its help lists', async () => {
  const [refused, help] = await Promise.all([
    runCommand(['demo', '--yes', '--to', '1.1.0']),
    runCommand(['demo', '--help']),
  ]);
  expect(refused.exitCode).toBe(3);
  expect(help.stdout.replaceAll(/\s+/g, ' ')).toMatch(/Exit codes: 0 done; .*3 refused/);
});
