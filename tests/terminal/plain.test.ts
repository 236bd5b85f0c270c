import { afterEach, describe, expect, it } from 'vitest';
import { asked, choose } from '../support/dialogue.js';
import { rowsSql } from '../support/fixtures.js';
import { describeOnTerminal, keys, onTerminal } from '../support/pseudo-terminal.js';
import { load, slow, type Loaded } from './database.js';

const escapesBesidesColour = (text: string) => text.match(/\u001B(?!\[[\d;]*m)/g) ?? [];

describeOnTerminal('the mode for screen readers', () => {
  let database: Loaded;
  afterEach(() => database?.drop());
  const start = (env: Record<string, string>, ...more: string[]) =>
    onTerminal(['upgrade', '--no-backup', ...more, '--database-url', database.url], { env });

  describe.each([
    { env: {}, more: ['--plain'] },
    { env: { ACCESSIBLE: '1' }, more: [] },
  ])('$env $more', ({ env, more }) => {
    it('the whole conversation, read from top to bottom: nothing is redrawn, words stand for symbols', async () => {
      database = await load('1.3.0', rowsSql('base/running'));
      const terminal = await start(env, ...more);
      await choose(terminal, 'Agent sessions are running: Recipe Box #50', 'Go on while they run');
      await choose(terminal, 'What next?', 'Rehearse on a copy first');
      await terminal.shows('ok: The upgrade works on a copy of your database');
      await choose(terminal, 'What next?', 'Upgrade now');
      expect(await terminal.ended, terminal.screen()).toBe(0);
      expect(escapesBesidesColour(terminal.raw())).toEqual([]);
      expect(terminal.raw()).not.toMatch(/[✔✘❯•◼]/);
      expect(terminal.words()).toMatch(
        /Commit \.\.\. ok: Commit \(.*ok: Table paused_sessions.*ok: YokeFlow's database is now at 1\.4\.0, from 1\.3\.0/,
      );
      await database.expectCurrent();
    });
  });

  it('a wrong answer is asked again, and says so', async () => {
    database = await load('1.3.0');
    const terminal = await start({}, '--plain');
    await asked(terminal, 'What next?');
    for (const answer of ['0', '9', 'upgrade', '1.5', '-1', '1 2', '١']) {
      terminal.type(`${answer}${keys.enter}`);
      await terminal.shows(`${answer} is not one of them.`);
    }
    terminal.type(keys.enter);
    await terminal.shows('Nothing was typed.');
    await database.expectUnchanged();
    await choose(terminal, 'What next?', 'Leave');
    expect(await terminal.ended).toBe(130);
    await database.expectUnchanged();
  });

  it('waiting is told in lines, and not every moment', async () => {
    database = await load('1.3.0', slow(1, 'v_latest_checkpoints'));
    const terminal = await start({}, '--plain', '--yes');
    expect(await terminal.ended, terminal.screen()).toBe(0);
    expect(terminal.transcript().match(/Lock the tables/g)).toHaveLength(2);
    expect(escapesBesidesColour(terminal.raw())).toEqual([]);
  });

  it('without colours there is no escape sequence at all', async () => {
    database = await load('1.4.0-as-documented');
    const terminal = await start({ NO_COLOR: '1' }, '--plain');
    await choose(terminal, 'What next?', 'Repair now');
    expect(await terminal.ended, terminal.screen()).toBe(0);
    expect(terminal.raw()).not.toContain('\u001B');
    await database.expectCurrent();
  });
});
