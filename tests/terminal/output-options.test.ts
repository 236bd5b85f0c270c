import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { choose } from '../support/dialogue.js';
import { temporaryFolder } from '../support/folder.js';
import { describeOnTerminal, onTerminal, type OnTerminal, type TerminalOptions } from '../support/pseudo-terminal.js';
import { load, type Loaded } from './database.js';

const colours = (text: string) => text.match(/\u001B\[[\d;]*m/g) ?? [];
/** Whatever moves the cursor, erases or hides. */
const movements = (text: string) => text.match(/\u001B(?!\[[\d;]*m)/g) ?? [];
const notAscii = (text: string) => text.match(/[^\u0000-\u007F]/g) ?? [];
/* eslint-enable no-control-regex */

describeOnTerminal('what a terminal is known to show', () => {
  let database: Loaded;
  afterEach(() => database?.drop());

  /** The whole upgrade, from the question to the verdict. */
  const upgrade = async (options: TerminalOptions, ...more: string[]): Promise<OnTerminal> => {
    database = await load('1.3.0');
    const terminal = await onTerminal(['upgrade', '--no-backup', ...more, '--database-url', database.url], options);
    await choose(terminal, 'What next?', 'Upgrade now');
    expect(await terminal.ended, terminal.screen()).toBe(0);
    return terminal;
  };

  it('colours, a list that is redrawn, and Unicode', async () => {
    const terminal = await upgrade({});
    expect(colours(terminal.raw()).length).toBeGreaterThan(20);
    expect(movements(terminal.raw()).length).toBeGreaterThan(20);
    expect(terminal.transcript()).toMatch(/^✔ Commit \(/m);
    expect(terminal.words()).toMatch(/✔ YokeFlow's database is now at 1\.4\.0/);
    await database.expectCurrent();
  });

  it.each([
    { env: { NO_COLOR: '1' }, more: [] },
    { env: { FORCE_COLOR: '1' }, more: ['--no-color'] },
  ])('no colour with $env $more, and nothing else is missing', async ({ env, more }) => {
    const terminal = await upgrade({ env }, ...more);
    expect(colours(terminal.raw())).toEqual([]);
    expect(terminal.transcript()).toMatch(/^✔ Commit \(/m);
    expect(terminal.words()).toMatch(/✔ YokeFlow's database is now at 1\.4\.0/);
  });

  it('FORCE_COLOR colours what goes into a file, and the terminal shows the rest', async () => {
    const file = join(temporaryFolder(), 'out');
    const terminal = await upgrade({ env: { FORCE_COLOR: '1' }, redirect: `>'${file}'` });
    const out = readFileSync(file, 'utf8');
    expect(colours(out).length).toBeGreaterThan(20);
    expect(movements(out)).toEqual([]);
    expect(out).toContain("YokeFlow's database is now at 1.4.0");
    expect(terminal.words()).not.toContain("YokeFlow's database is now at 1.4.0");
    expect(terminal.transcript()).toMatch(/^✔ Commit \(/m);
  });

  it('without FORCE_COLOR a file gets no colours, and what stands in it is not broken into lines', async () => {
    const file = join(temporaryFolder(), 'out');
    await upgrade({ columns: 50, redirect: `>'${file}'` });
    const out = readFileSync(file, 'utf8');
    expect(out).not.toContain('\u001B');
    expect(out).toContain(
      'session_quality_checks has its 13 columns and no check_type, review_text, review_summary, prompt_improvements\n',
    );
  });

  it('TERM=dumb: not one escape sequence, and questions that are answered by a number', async () => {
    const terminal = await upgrade({ env: { TERM: 'dumb' } });
    expect(terminal.raw()).not.toContain('\u001B');
    expect(notAscii(terminal.raw())).toEqual([]);
    expect(terminal.words()).toContain('1 Upgrade now');
    await database.expectCurrent();
  });

  it('CI=1: no colours, and nothing is redrawn but the question', async () => {
    const terminal = await upgrade({ env: { CI: '1' } });
    // The question is over when it shows the cursor again.
    const [, afterQuestion = ''] = terminal.raw().slice(terminal.raw().lastIndexOf('What next?')).split('\u001B[?25h');
    expect(afterQuestion).toContain('Commit');
    expect(movements(afterQuestion)).toEqual([]);
    expect(colours(terminal.raw())).toEqual([]);
    expect(terminal.transcript()).toMatch(/^ {2}✔ Commit \(/m);
  });

  it('LANG=C: ASCII alone, in the question and the list too', async () => {
    const terminal = await upgrade({ env: { LANG: 'C' } });
    expect(notAscii(terminal.raw())).toEqual([]);
    expect(terminal.transcript()).toMatch(/^\[ok\] Commit \(/m);
    expect(terminal.words()).toMatch(/\[ok\] YokeFlow's database is now at 1\.4\.0/);
  });
});
