import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { program, runCommand, surroundings } from '../support/command.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { noSmallDisk, smallDisk } from '../support/small-disk.js';

/** Runs the built command with an output into a file. */
async function into(
  file: string,
  args: readonly string[],
  which: 'stdout' | 'stderr' = 'stdout',
): Promise<{ exitCode: number; other: string }> {
  const descriptor = openSync(file, 'w');
  const home = temporaryFolder();
  const child = spawn(process.execPath, [program, ...args], {
    cwd: home,
    env: surroundings(home, false),
    stdio: ['ignore', which === 'stdout' ? descriptor : 'pipe', which === 'stderr' ? descriptor : 'pipe'],
  });
  const [other, [exitCode]] = await Promise.all([
    text((child.stdout ?? child.stderr)!),
    once(child, 'close') as Promise<[number]>,
  ]);
  closeSync(descriptor);
  return { exitCode, other };
}

const noFullDevice = existsSync('/dev/full') ? '' : ' (skipped: no /dev/full)';

describe.skipIf(noFullDevice)(`standard output on a full disk${noFullDevice}`, () => {
  let database: TestDatabase | undefined;
  afterEach(() => database?.drop());
  const load = async (scenario: Scenario) => {
    database = await createDatabase({ sql: scenarioSql(scenario) });
    return ['--database-url', database.url];
  };

  it.each([
    [['--help']],
    [['help', 'plan']],
    [['--version']],
    [['completion', 'bash']],
    [['explain']],
    [['explain', 'YF402', '--json']],
  ])('%j ends with 1, and says so in one line', async (args) => {
    const { exitCode, other } = await into('/dev/full', args);
    expect(exitCode).toBe(1);
    expect(other).toMatch(
      /^\S+ YF109 {2}Standard output could not be written: no space is left\. Make room there[^\n]*\n$/,
    );
  });

  it('whatever a look at the database comes to, its answer did not arrive: 1', async () => {
    const on = await load('1.3.0');
    for (const args of [
      ['status'],
      ['status', '--json'],
      ['plan', '--sql'],
      ['verify', '--quiet'],
      ['report'],
      ['report', '--format', 'html'],
      ['upgrade', '--dry-run'],
    ]) {
      const { exitCode, other } = await into('/dev/full', [...args, ...on]);
      expect({ args, exitCode }).toEqual({ args, exitCode: 1 });
      expect(other).toMatch(/YF109 /);
    }
  });

  it('a code that says more stays', async () => {
    expect((await into('/dev/full', ['status', '--json'])).exitCode).toBe(4);
    expect((await into('/dev/full', ['status', '--bogus', '--json'])).exitCode).toBe(2);
    expect((await into('/dev/full', ['upgrade', '--yes', '--json', ...(await load('foreign'))])).exitCode).toBe(3);
  });

  it('a committed upgrade is no failure, and the line says that it is committed', async () => {
    const on = await load('1.3.0');
    const { exitCode, other } = await into('/dev/full', ['upgrade', '--yes', '--no-backup', '--json', ...on]);
    expect({ exitCode, other }).toMatchObject({
      exitCode: 0,
      other: expect.stringMatching(/YF109 .*The change itself is committed\./) as string,
    });
    expect((await runCommand(['status', ...on])).exitCode).toBe(0);
  });

  it('with --events it is an event, and the last one has the exit code', async () => {
    const { exitCode, other } = await into('/dev/full', ['status', '--json', '--events', ...(await load('1.3.0'))]);
    const events = other
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(exitCode).toBe(1);
    expect(events.at(-2)).toMatchObject({ event: 'error', code: 'YF109', changed: false });
    expect(events.at(-1)).toMatchObject({ event: 'ended', exitCode: 1 });
  });

  it('of standard error only events are an answer', async () => {
    const on = await load('1.3.0');
    expect((await into('/dev/full', ['status', '--events', ...on], 'stderr')).exitCode).toBe(1);
    const quiet = await into('/dev/full', ['status', '--json', ...on], 'stderr');
    expect(quiet.exitCode).toBe(10);
    expect(JSON.parse(quiet.other)).toMatchObject({ result: 'due' });
  });
});

it.skipIf(noSmallDisk)(
  `a text of which only a part found room was not written${noSmallDisk ? ` (${noSmallDisk})` : ''}`,
  async () => {
    const folder = smallDisk(16_384);
    // Of 4 pages one is left, and Node would not say that the rest is lost.
    writeFileSync(join(folder, 'filler'), Buffer.alloc(12_288));
    const { exitCode, other } = await into(join(folder, 'out'), ['completion', 'bash']);
    expect(readFileSync(join(folder, 'out')).length).toBeLessThan(
      (await runCommand(['completion', 'bash'])).stdout.length,
    );
    expect({ exitCode, other }).toMatchObject({ exitCode: 1, other: expect.stringContaining('YF109') as string });
  },
);

it('a reader that goes away is no error', async () => {
  const home = temporaryFolder();
  for (const args of [['explain', '--json'], ['--help']]) {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: home,
      env: surroundings(home, false),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number]>]);
    expect({ said, exitCode }).toEqual({ said: '', exitCode: 0 });
  }
});
