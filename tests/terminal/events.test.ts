import { expect, it, onTestFinished } from 'vitest';
import { readEvents } from '../support/events.js';
import { describeOnTerminal, keys, onTerminal } from '../support/pseudo-terminal.js';
import { load, slow } from './database.js';

describeOnTerminal('with --events, on a terminal', () => {
  it('an upgrade asks nothing, and says what to add', async () => {
    const database = await load('1.3.0');
    onTestFinished(() => database.drop());
    const terminal = await onTerminal(['upgrade', '--events', '--no-backup', '--database-url', database.url], {
      redirect: '2>&1',
    });
    expect(await terminal.ended).toBe(2);
    expect(readEvents(terminal.raw().replaceAll('\r\n', '\n'))).toMatchObject([
      { event: 'started' },
      { code: 'YF102', message: expect.stringContaining('--events asks no questions') as string },
      { event: 'ended' },
    ]);
    await database.expectUnchanged();
  });

  it('nothing is redrawn, and Ctrl-C ends with an event', async () => {
    const database = await load('1.4.0-as-documented', slow(60, 'v_latest_checkpoints'));
    onTestFinished(() => database.drop());
    const terminal = await onTerminal(['upgrade', '--events', '--yes', '--no-backup', '--database-url', database.url], {
      env: { FORCE_COLOR: '1' },
    });
    await database.until("wait_event = 'PgSleep'");
    terminal.type(keys.ctrlC);
    expect(await terminal.ended).toBe(130);
    // The terminal itself shows what was typed.
    const events = readEvents(terminal.raw().replaceAll('\r\n', '\n').replace('^C', ''));
    expect(events.at(-1)).toMatchObject({ event: 'ended', result: 'cancelled' });
    await database.expectUnchanged();
  });
});
