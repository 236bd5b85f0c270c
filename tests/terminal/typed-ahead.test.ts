import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { asked } from '../support/dialogue.js';
import { describeOnTerminal, keys, onTerminal } from '../support/pseudo-terminal.js';
import { load } from './database.js';

describeOnTerminal('what was typed before there was a question', () => {
  it.each([
    { args: [], typed: keys.enter + keys.enter },
    { args: ['--plain'], typed: `1${keys.enter}1${keys.enter}` },
  ])('does not answer it: $args', async ({ args, typed }) => {
    const database = await load('1.3.0');
    const terminal = await onTerminal(['upgrade', '--no-backup', ...args, '--database-url', database.url]);
    terminal.type(typed);
    await asked(terminal, 'What next?');
    // An answer would have been taken by now.
    await sleep(500);
    await asked(terminal, 'What next?');
    terminal.type(keys.ctrlC);
    expect(await terminal.ended).toBe(130);
    await database.expectUnchanged();
    await database.drop();
  });
});
