import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { choose } from '../support/dialogue.js';
import { describeOnTerminal, onTerminal, type OnTerminal } from '../support/pseudo-terminal.js';
import { load, type Loaded } from './database.js';

const NARROW = 40;
const WIDE = 160;

/** What is the same however wide the terminal is: the words, without what differs from run to run. */
const sameWords = (terminal: OnTerminal, database: Loaded) =>
  terminal
    .words()
    .replaceAll(database.name, 'DATABASE')
    .replace(/\b[\d.]+ (?:s|k?B|MB)\b/g, '0 s')
    .replace(/\b[\da-f]{8}-[\da-f-]{27}\b/g, 'UUID');

/** Lines that the terminal itself had to break in the middle of a word, but for a name or a command that is longer than a line. */
const torn = (terminal: OnTerminal) =>
  terminal.cells
    .brokenLines()
    .map((line) => line.trim())
    .filter((line) => line.includes(' ') && !/^`?yokeflow-upgrade /.test(line));

describeOnTerminal('40 columns', () => {
  const both = async (run: (columns: number) => Promise<[OnTerminal, Loaded]>) => {
    const [[narrow, first], [wide, second]] = [await run(NARROW), await run(WIDE)];
    expect(sameWords(narrow, first)).toBe(sameWords(wide, second));
    expect(torn(narrow)).toEqual([]);
    return narrow;
  };

  describe('of a database that stays as it is', () => {
    let database: Loaded;
    beforeAll(async () => {
      database = await load('1.4.0-as-documented');
    });
    afterAll(() => database?.drop());

    it.each([
      'status',
      'plan',
      'verify',
      'explain YF402',
      '--help',
      'upgrade --no-backup',
      'upgrade --no-backup --plain',
    ])('%s: every word can be read', async (command) => {
      const args = command.split(' ');
      await both(async (columns) => {
        const takesAddress = args[0] !== 'explain' && args[0] !== '--help';
        const terminal = await onTerminal([...args, ...(takesAddress ? ['--database-url', database.url] : [])], {
          columns,
        });
        if (args[0] === 'upgrade') await choose(terminal, 'What next?', 'Leave');
        await terminal.ended;
        return [terminal, database];
      });
      await database.expectUnchanged();
    });
  });

  describe('of a whole session', () => {
    const loaded: Loaded[] = [];
    afterEach(async () => {
      for (const database of loaded.splice(0)) await database.drop();
    });

    it('every word can be read, in the menu and the list of tasks too', async () => {
      const narrow = await both(async (columns) => {
        const database = await load('1.3.0');
        loaded.push(database);
        const terminal = await onTerminal(['upgrade', '--no-backup', '--database-url', database.url], { columns });
        await choose(terminal, 'What next?', 'Upgrade now');
        expect(await terminal.ended, terminal.screen()).toBe(0);
        return [terminal, database];
      });
      expect(narrow.words()).toContain(
        '✔ 011_paused_sessions: pause and resume sessions, audit trail, notifications (',
      );
    });
  });
});
