import { afterEach, expect, it } from 'vitest';
import { choose } from '../support/dialogue.js';
import { scenarioSql } from '../support/fixtures.js';
import { expectInert, hostileDatabaseName, hostileName } from '../support/hostile.js';
import { describeOnTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

describeOnTerminal('names that mean harm, on a terminal', () => {
  let database: TestDatabase;
  afterEach(() => database?.drop());
  const quoted = (word: string) => hostileName(word).replaceAll("'", "''");
  const load = async () => {
    database = await createDatabase({
      name: hostileDatabaseName(),
      sql: `${scenarioSql('1.1.0')}
        UPDATE projects SET name = '${quoted('project')}' || name;
        UPDATE sessions SET status = 'running', last_heartbeat = now() WHERE session_number = 1;
        CREATE VIEW "${hostileName('view').replaceAll('"', '""')}" AS SELECT session_id, '${quoted('literal')}' AS note FROM v_recent_quality_issues;`,
    });
  };
  /** What the wizard itself may write to a terminal: colours, moves of the cursor, erasing, hiding the cursor, line ends. */
  const own = /\u001b\[(?:\d*[ABCDGJKm]|\?25[hl]|\d+;\d+H)|\r?\n|\u001b\[2K|\r/g;

  it.each([
    ['the list that is redrawn', []],
    ['lines', ['--plain']],
  ])('are shown for what they are in questions and in %s, and do nothing', async (_, more) => {
    await load();
    const terminal = await onTerminal(['upgrade', '--no-backup', ...more, '--database-url', database.url], {
      columns: 70,
    });
    await choose(terminal, 'Go on all the same?', 'Go on while they run');
    expect(terminal.words()).toContain('Agent sessions are running: project\\x1b[31m\\x1b]0\\x07');
    await choose(terminal, 'What next?', 'Show the SQL');
    await terminal.shows('U&"view\\001b[31m');
    await choose(terminal, 'What next?', 'Upgrade now');
    expect(await terminal.ended, terminal.screen()).toBe(0);
    expect(terminal.words()).toContain('db\\x1b[31m\\x1b]0\\x07\\u009b\\u202e\\u200b\\U000e0041\\r\\n');
    expectInert(terminal.raw().replace(own, ''), 'the terminal');
    for (const word of ['project', 'db', 'view', 'literal']) expect(terminal.raw()).not.toContain(`${word}\u001b`);
    // No line was written over, and none is longer than the window thinks.
    expect(terminal.words()).toMatch(/YokeFlow's database is now at 1\.4\.0/);
  });
});
