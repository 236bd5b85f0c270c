import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asked, choose } from '../support/dialogue.js';
import { temporaryFolder } from '../support/folder.js';
import { scenarioSql } from '../support/fixtures.js';
import { describeOnTerminal, keys, onTerminal } from '../support/pseudo-terminal.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

describeOnTerminal('a report to a file', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database?.drop());
  const start = async (...more: string[]) => {
    const cwd = temporaryFolder();
    const terminal = await onTerminal(['report', '--database-url', database.url, '--out', 'report.md', ...more], {
      cwd,
    });
    return { terminal, cwd, file: join(cwd, 'report.md') };
  };

  it.each([[], ['--plain'], ['--quiet']])('is shown before it is written (%s)', async (...more) => {
    const { terminal, file } = await start(...more);
    await asked(terminal, 'Write it to');
    expect(terminal.words()).toMatch(
      /The report holds: .*Verdict An upgrade is due: 1\.3\.0 to 1\.4\.0, 2 steps\..*Log not available.*Masked: 1 password\. .*Nothing is sent anywhere/,
    );
    expect(existsSync(file)).toBe(false);
    await choose(terminal, 'Write it to', 'Show all of it first');
    await terminal.shows('## At a glance');
    expect(existsSync(file)).toBe(false);
    await choose(terminal, 'Write it to', 'Write it');
    expect(await terminal.ended).toBe(0);
    expect(terminal.words()).toContain('The report is written:');
    expect(readFileSync(file, 'utf8')).toMatch(/^# YokeFlow upgrade: report for support/);
  });

  it.each([
    ['leaving', (terminal: Awaited<ReturnType<typeof onTerminal>>) => choose(terminal, 'Write it to', 'Leave')],
    [
      'Ctrl-C',
      async (terminal: Awaited<ReturnType<typeof onTerminal>>) => {
        terminal.type(keys.ctrlC);
      },
    ],
  ])('is not written after %s: 130', async (_, leave) => {
    const { terminal, cwd } = await start();
    await asked(terminal, 'Write it to');
    await leave(terminal);
    expect(await terminal.ended).toBe(130);
    expect(terminal.words()).toContain('YF701');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('with --yes asks nothing', async () => {
    const { terminal, file } = await start('--yes');
    expect(await terminal.ended).toBe(0);
    expect(terminal.words()).not.toContain('Write it to');
    expect(existsSync(file)).toBe(true);
  });

  it('can be had from the menu of the wizard, as a page, and the menu goes on', async () => {
    const cwd = temporaryFolder();
    const terminal = await onTerminal(['upgrade', '--no-backup', '--database-url', database.url], { cwd });
    await choose(terminal, 'What next?', 'Write a report');
    await choose(terminal, 'Write it to', 'Write it');
    await terminal.shows('The report is written:');
    const [file = ''] = readdirSync(cwd);
    expect(file).toMatch(/^report-test_\w+-\d{8}T\d{6}Z\.html$/);
    expect(readFileSync(join(cwd, file), 'utf8')).toContain('An upgrade is due: 1.3.0 to 1.4.0, 2 steps.');
    await choose(terminal, 'What next?', 'Leave');
    expect(await terminal.ended).toBe(130);
  });
});
