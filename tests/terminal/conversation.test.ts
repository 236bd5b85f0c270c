import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { asked, choose } from '../support/dialogue.js';
import { temporaryFolder } from '../support/folder.js';
import { describeOnTerminal, keys, onTerminal, type TerminalOptions } from '../support/pseudo-terminal.js';
import { load, type Loaded } from './database.js';
import { checkCount } from '../support/releases.js';

describeOnTerminal('the whole conversation', () => {
  let database: Loaded;
  afterEach(() => database?.drop());
  const start = (options: TerminalOptions = {}) =>
    onTerminal(['upgrade', '--no-backup', '--database-url', database.url], { rows: 60, ...options });

  it('1.3.0: the SQL, a look at what is there, a rehearsal, the upgrade; and nothing has changed before that', async () => {
    database = await load('1.3.0');
    const terminal = await start();
    await asked(terminal, 'What next?');
    expect(terminal.screen()).toMatch(
      /Database +\S+ +on 127\.0\.0\.1:\d+ +\(PostgreSQL [^]*YokeFlow +1\.3\.0 [^]*to reach: 1\.4\.0[^]*1 {2}011_paused_sessions[^]*2 {2}012_session_checkpoints/,
    );
    expect(terminal.words()).toContain('Nothing has changed yet.');

    await choose(terminal, 'What next?', 'Show the SQL');
    await terminal.shows('CREATE TABLE IF NOT EXISTS paused_sessions');
    await asked(terminal, 'What next?');
    expect(terminal.transcript()).toMatch(/^COMMIT;$/m);

    await choose(terminal, 'What next?', 'Only verify what is there');
    await terminal.shows(/✘ Table paused_sessions/);
    await asked(terminal, 'What next?');

    await choose(terminal, 'What next?', 'Rehearse on a copy first');
    await terminal.shows(`✔ The upgrade works on a copy of your database: ${checkCount()} checks passed.`);
    await asked(terminal, 'What next?');
    await database.expectUnchanged();

    await choose(terminal, 'What next?', 'Upgrade now');
    expect(await terminal.ended, terminal.screen()).toBe(0);
    const own = checkCount('intervention');
    expect(terminal.transcript()).toMatch(
      new RegExp(`^Intervention {2}${own} of ${own} passed\\n {2}✔ [^]*^Checkpointing [^]*^Earlier updates `, 'm'),
    );
    expect(terminal.words()).toMatch(
      /✔ YokeFlow's database is now at 1\.4\.0, from 1\.3\.0\. \d+ checks passed\.( • dropped the database \S+_rehearsal_\w+: the rehearsal on this copy is over)? Next: restart YokeFlow's API/,
    );
    expect(terminal.words()).toContain(`1.4.0, from 1.3.0. ${checkCount()} checks passed.`);
    await database.expectCurrent();
  });

  it('1.4.0 by the documented commands is repaired', async () => {
    database = await load('1.4.0-as-documented');
    const terminal = await start();
    await asked(terminal, 'What next?');
    expect(terminal.words()).toContain('1.4.0, complete and broken in use');
    await choose(terminal, 'What next?', 'Repair now');
    expect(await terminal.ended, terminal.screen()).toBe(0);
    expect(terminal.words()).toContain(
      `✔ YokeFlow's database at 1.4.0 is repaired and works. ${checkCount()} checks passed.`,
    );
    await database.expectCurrent();

    const again = await start();
    expect(await again.ended, again.screen()).toBe(0);
    expect(again.words()).toContain(`Nothing is due: the database is at 1.4.0. ${checkCount()} checks passed.`);
  });

  it('and back again', async () => {
    database = await load('1.3.0');
    await runCommand(['upgrade', '--yes', '--no-backup', '--database-url', database.url]);
    const terminal = await onTerminal(['rollback', '--database-url', database.url], { rows: 60 });
    await choose(terminal, 'What next?', 'Show the SQL');
    await terminal.shows(/DROP TABLE/);
    await choose(terminal, 'What next?', 'Go back to 1.3.0 now');
    expect(await terminal.ended, terminal.screen()).toBe(0);
    expect(terminal.words()).toMatch(/back at 1\.3\.0, from 1\.4\.0\./);
    const { json } = await runCommand(['status', '--json', '--database-url', database.url]);
    expect(json()).toMatchObject({ exitCode: 10, version: { state: 'upgrade-available', release: '1.3.0' } });
  });

  it('the SQL alone goes to stdout, and the questions stay on the terminal', async () => {
    database = await load('1.3.0');
    const file = join(temporaryFolder(), 'upgrade.sql');
    const terminal = await start({ redirect: `>'${file}'` });
    await choose(terminal, 'What next?', 'Show the SQL');
    await choose(terminal, 'What next?', 'Leave');
    expect(await terminal.ended, terminal.screen()).toBe(130);
    expect(terminal.words()).not.toContain('CREATE TABLE');
    const { stdout } = await runCommand(['plan', '--sql', '--database-url', database.url]);
    expect(readFileSync(file, 'utf8').trimEnd()).toBe(stdout.trimEnd());
    await database.expectUnchanged();
  });

  it('without input or without a screen there is nobody to answer: exit 2, and the option is named', async () => {
    database = await load('1.3.0');
    for (const redirect of ['</dev/null', '<&-', '2>/dev/null']) {
      const terminal = await start({ redirect });
      expect(await terminal.ended, redirect).toBe(2);
      if (!redirect.startsWith('2>')) expect(terminal.words()).toMatch(/YF102 .*add --yes/);
    }
    await database.expectUnchanged();
  });

  it('a key that is none of the answers chooses nothing', async () => {
    database = await load('1.3.0');
    const terminal = await start();
    await asked(terminal, 'What next?');
    for (const key of ['x', '9', '\u001b[C', keys.up, '\t', ' ']) terminal.type(key);
    await choose(terminal, 'What next?', 'Leave');
    expect(await terminal.ended, terminal.screen()).toBe(130);
    await database.expectUnchanged();
  });
});
