import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { findLocalPrograms, fitting } from '../../src/database/programs/find-local.js';
import { temporaryFolder } from '../support/folder.js';
import {
  describeOnTerminal,
  keys,
  onTerminal,
  type OnTerminal,
  type TerminalOptions,
} from '../support/pseudo-terminal.js';
import { choose } from '../support/dialogue.js';
import { load, type Loaded } from './database.js';

describeOnTerminal('a password that nobody gave', () => {
  let database: Loaded;
  afterEach(() => database?.drop());
  const withoutPassword = () => database.url.replace(`:${database.password}@`, '@');
  const start = (words: readonly string[], options: TerminalOptions = {}) =>
    onTerminal([...words, '--database-url', withoutPassword()], { rows: 60, ...options });
  const question = /Password of agent on 127\.0\.0\.1:\d+, database/;

  /** Types once more, each time that it is asked for. */
  async function type(terminal: OnTerminal, password: string, nth = 1): Promise<void> {
    for (
      const deadline = Date.now() + 20_000;
      terminal.words().split('Password of agent').length - 1 < nth || !terminal.raw().includes('mask');
      await new Promise((resolve) => setTimeout(resolve, 20))
    ) {
      if (terminal.hasEnded() || Date.now() > deadline)
        throw new Error(`it never asked for the ${nth}th time:\n${terminal.transcript()}`);
    }
    // What is typed before the question stands is thrown away.
    await new Promise((resolve) => setTimeout(resolve, 200));
    terminal.type(password + keys.enter);
  }

  it("is asked for, never shown, and serves every connection of the run, pg_dump's too", async () => {
    database = await load('1.3.0');
    const folder = temporaryFolder();
    const hasDump = fitting(await findLocalPrograms(), 16) !== undefined;
    const terminal = await start(['upgrade', '--verbose', ...(hasDump ? ['--backup-dir', folder] : ['--no-backup'])]);
    await terminal.shows(question);
    await terminal.shows('Without a question: PGPASSWORD, or a line in ~/.pgpass');
    await type(terminal, 'wrong password');
    await terminal.shows(/refused the user agent with this password/);
    await type(terminal, database.password, 2);
    await choose(terminal, 'What next?', 'Upgrade now');
    expect(await terminal.ended, terminal.transcript()).toBe(0);
    for (const secret of [database.password, 'wrong password']) expect(terminal.raw()).not.toContain(secret);
    await database.expectCurrent();
    if (!hasDump) return;
    const [dump = ''] = readdirSync(folder).filter((name) => name.endsWith('.dump'));
    expect(readFileSync(join(folder, dump)).subarray(0, 5).toString()).toBe('PGDMP');
  });

  it('is typed with the whole connection, where that is asked for', async () => {
    database = await load('1.3.0');
    const terminal = await onTerminal(['status', '--database-url-file', '-'], { rows: 60 });
    await terminal.shows('Connection, as postgresql://user:password@host:5432/database');
    await new Promise((resolve) => setTimeout(resolve, 200));
    terminal.type(database.url + keys.enter);
    expect(await terminal.ended, terminal.transcript()).toBe(10);
    expect(terminal.raw()).not.toContain(database.password);
    expect(terminal.words()).toContain('--database-url-file -');
  });

  it('is asked for three times, and nothing has changed then', async () => {
    database = await load('1.3.0');
    const terminal = await start(['status']);
    for (let i = 1; i <= 3; i++) await type(terminal, i === 2 ? '' : `no ${i}`, i);
    expect(await terminal.ended).toBe(4);
    expect(terminal.words()).toMatch(/YF205 .*refused the user agent with this password.* what was typed/);
    await database.expectUnchanged();
  });

  it('can be left out, with Ctrl-C and with Ctrl-D', async () => {
    database = await load('1.3.0');
    for (const [plain, key] of [
      [false, keys.ctrlC],
      [false, keys.ctrlD],
      [true, keys.ctrlC],
      [true, keys.ctrlD],
    ] as const) {
      const terminal = await start(['status', ...(plain ? ['--plain'] : [])]);
      await terminal.shows(question);
      await new Promise((resolve) => setTimeout(resolve, 200));
      terminal.type(key);
      expect(await terminal.ended, terminal.transcript()).toBe(130);
    }
  });

  it('is read in plain words too, and can be mended while it is typed', async () => {
    database = await load('1.3.0');
    const terminal = await start(['status', '--plain']);
    await terminal.shows('Type it, which is not shown, and Enter:');
    await new Promise((resolve) => setTimeout(resolve, 200));
    terminal.type(`all wrong\u0015${database.password}xy\u007f\u0008${keys.up}${keys.enter}`);
    expect(await terminal.ended, terminal.transcript()).toBe(10);
    expect(terminal.raw()).not.toContain(database.password);
  });

  it.each(['--yes', '--json', '--events'])('is not asked for with %s', async (option) => {
    database = await load('1.3.0');
    const terminal = await start([option === '--yes' ? 'upgrade' : 'status', option]);
    expect(await terminal.ended).toBe(4);
    expect(terminal.words()).toContain('YF217');
    expect(terminal.words()).not.toMatch(question);
  });

  it('is not asked for where one is given', async () => {
    database = await load('1.3.0');
    const terminal = await onTerminal([
      'status',
      '--database-url',
      database.url.replace(database.password, 'no-such-password'),
    ]);
    expect(await terminal.ended).toBe(4);
    expect(terminal.words()).toContain('YF205');
    expect(terminal.words()).not.toMatch(question);
  });
});
