import { afterEach, expect, it } from 'vitest';
import { asked, choose } from '../support/dialogue.js';
import { describeOnTerminal, keys, onTerminal, type OnTerminal } from '../support/pseudo-terminal.js';
import { load, slow, type Loaded } from './database.js';

const WIDE = 120;
const NARROW = 40;
const ROWS = 40;

/** The question that is open, from its first line to its last. */
const question = (terminal: OnTerminal) => terminal.screen().slice(terminal.screen().lastIndexOf('? What next?'));
const times = (terminal: OnTerminal, text: string) => terminal.words().split(text).length - 1;

describeOnTerminal('a window whose width changes', () => {
  let database: Loaded;
  afterEach(() => database?.drop());
  const start = (columns: number) =>
    onTerminal(['upgrade', '--no-backup', '--database-url', database.url], { columns, rows: ROWS });

  it('in the middle of the menu: it is drawn as if the window had always been like that', async () => {
    database = await load('1.3.0');
    const second = async (terminal: OnTerminal) => {
      terminal.type(keys.down);
      await terminal.shows('❯ Rehearse on a copy first');
    };
    const [fresh, terminal] = [await start(NARROW), await start(WIDE)];
    for (const each of [fresh, terminal]) await asked(each, 'What next?');
    // The second choice has the longest line below it.
    for (const each of [fresh, terminal]) await second(each);
    const wide = question(terminal);

    await terminal.resize(NARROW, ROWS);
    for (const key of [keys.down, keys.up]) terminal.type(key);
    await expect.poll(() => question(terminal)).toBe(question(fresh));
    expect(times(terminal, 'What next?')).toBe(1);

    await terminal.resize(WIDE, ROWS);
    for (const key of [keys.down, keys.up]) terminal.type(key);
    await expect.poll(() => question(terminal)).toBe(wide);
    expect(times(terminal, 'What next?')).toBe(1);

    for (const each of [fresh, terminal]) {
      each.type(keys.ctrlC);
      expect(await each.ended).toBe(130);
    }
    await database.expectUnchanged();
  });

  it('in the middle of the apply, again and again: each line of the list stands there once', async () => {
    database = await load('1.3.0', slow(1.5, 'v_latest_checkpoints'));
    const terminal = await start(WIDE);
    await choose(terminal, 'What next?', 'Upgrade now');
    const steps = ['Lock the tables', '011_paused_sessions: pause and resume sessions', 'Verify from a fresh session'];
    const eachOnce = () => steps.map((step) => times(terminal, step));
    await terminal.shows('Verify from a fresh session');
    for (const columns of [NARROW, WIDE, NARROW, 70, NARROW]) {
      await terminal.resize(columns, ROWS);
      await expect
        .poll(() => terminal.screen())
        .toContain(
          columns === NARROW
            ? 'Checks and probes, inside the\n  transaction'
            : 'Checks and probes, inside the transaction',
        );
      // A look may fall between two parts of one drawing.
      await expect.poll(eachOnce).toEqual([1, 1, 1]);
    }
    expect(await terminal.ended, terminal.transcript()).toBe(0);
    expect(eachOnce()).toEqual([1, 1, 1]);
    const list = terminal.transcript().slice(terminal.transcript().indexOf('✔ What next?'));
    expect(list.match(/^[^\w\s]/gm)?.join(''), 'no mark of a line that was not done yet').toMatch(/^✔{9,}$/);
    await database.expectCurrent();
  });

  it('a window that is lower than the list: what is seen is drawn once, and in the end all of it can be scrolled to', async () => {
    database = await load('1.3.0', slow(1, 'v_latest_checkpoints'));
    const terminal = await start(NARROW);
    await choose(terminal, 'What next?', 'Upgrade now');
    await terminal.resize(NARROW, 8);
    await database.until(`wait_event = 'PgSleep'`);
    expect(await terminal.ended, terminal.transcript()).toBe(0);
    for (const line of ['✔ Lock the tables', '✔ Commit', '✔ Verify from a fresh session'])
      expect(times(terminal, line), line).toBe(1);
    await database.expectCurrent();
  });
});
