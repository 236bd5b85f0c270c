import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import type { Report } from '../support/report.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase({ sql: scenarioSql('1.3.0') });
});
afterAll(() => database?.drop());
const run = (args: readonly string[], cwd?: string) =>
  runCommand(['report', '--database-url', database.url, ...args], cwd === undefined ? {} : { cwd });

describe('report, and where it goes', () => {
  it('without --out to standard output, as Markdown, and says that it is sent nowhere', async () => {
    const { exitCode, stdout, stderr } = await run([]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^# YokeFlow upgrade: report for support\n\n\*\*! An upgrade is due: 1\.3\.0 to 1\.4\.0, 2 steps\.\*\*\n/,
    );
    expect(stderr).toContain('Nothing is sent anywhere');
    // It fits into a comment, and what is folded is closed again.
    expect(stdout.length).toBeLessThan(60_000);
    expect(stdout.match(/<details>/g)?.length).toBe(stdout.match(/<\/details>/g)?.length);
    const rows = stdout.split('\n').filter((line) => line.startsWith('|'));
    expect(rows.every((line) => /[^\\]\|$/.test(line))).toBe(true);
    expect((await run(['--quiet'])).stderr).toBe('');
  });

  it('to a new file, by whose name the format is told, for this user alone', async () => {
    const folder = temporaryFolder();
    for (const [name, begin] of [
      ['a.md', '# YokeFlow'],
      ['b.json', '{\n  "reportVersion": 1'],
      ['c.txt', '# YokeFlow'],
      ['d.HTML', '<!doctype html>\n<html lang="en">'],
    ] as const) {
      const { exitCode, stdout, stderr } = await run(['--out', name, '--yes'], folder);
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toContain(join(folder, name));
      expect(stderr).toMatch(/The report holds:[\s\S]*Log +not available[\s\S]*Masked: /);
      expect(readFileSync(join(folder, name), 'utf8').slice(0, begin.length)).toBe(begin);
      if (process.platform !== 'win32') expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(folder).sort()).toEqual(['a.md', 'b.json', 'c.txt', 'd.HTML']);
  });

  it('to no file that is there: exit 2, and the file is as it was', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'old.md'), 'old');
    symlinkSync('nowhere', join(folder, 'link.md'));
    for (const name of ['old.md', 'link.md']) {
      const result = await run(['--out', name, '--yes', '--json'], folder);
      expect(expectDocument(result)).toMatchObject({
        exitCode: 2,
        result: 'wrong-usage',
        error: { code: 'YF107', changed: false },
      });
    }
    expect(readFileSync(join(folder, 'old.md'), 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['link.md', 'old.md']);
  });

  it('to no file that cannot be: exit 1, and nothing is left behind', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'there'));
    const result = await run(['--out', 'there/missing/report.md', '--yes', '--json'], folder);
    expect(expectDocument(result)).toMatchObject({
      exitCode: 1,
      result: 'failed',
      error: { code: 'YF108', changed: false },
    });
    expect(readdirSync(folder, { recursive: true })).toEqual(['there']);
  });

  it('to no file without a yes: exit 2, before anything is looked at', async () => {
    const folder = temporaryFolder();
    for (const more of [[], ['--dry-run'], ['--json']]) {
      const { exitCode, stdout, stderr } = await run(['--out', 'report.md', ...more], folder);
      expect(exitCode).toBe(2);
      expect(stdout + stderr).toMatch(/YF102[\s\S]*--yes/);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('into the document of --json: as text, or as the name of its file', async () => {
    const folder = temporaryFolder();
    const asText = expectDocument(await run(['--json']));
    expect(asText).toMatchObject({
      exitCode: 0,
      result: 'reported',
      target: null,
      report: { file: null, format: 'md', hostsShown: false, content: expect.stringContaining('# YokeFlow') as string },
    });
    const asJson = expectDocument(await run(['--json', '--format', 'json']));
    expect((JSON.parse(asJson.report?.content ?? '') as Report).verdict).toEqual(asJson.report?.verdict);
    const inFile = expectDocument(await run(['--json', '--out', 'r.json', '--yes'], folder));
    expect(inFile.report).toMatchObject({
      file: join(folder, 'r.json'),
      format: 'json',
      bytes: statSync(join(folder, 'r.json')).size,
      content: null,
    });
  });

  it.each([[['--format', 'pdf']], [['--container', 'x']]])('with wrong options: exit 2 (%s)', async (args) => {
    expect((await run(args)).exitCode).toBe(2);
  });
});
