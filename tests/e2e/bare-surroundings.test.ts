import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioSql } from '../support/fixtures.js';
import { schemaFaults } from '../support/schema.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { runInShell } from '../support/shell-around.js';

const inGoneFolder = 'gone=$(mktemp -d) && cd "$gone" && rmdir "$gone" && "$@"';
const stack = /\n\s+at |uv_cwd|node:internal/;

describe.skipIf(process.platform === 'win32')('the command', () => {
  let database: TestDatabase;
  let empty: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
    empty = await createDatabase({});
  });
  afterAll(async () => {
    await database?.drop();
    await empty?.drop();
  });
  const url = (of = database) => ['--database-url', of.url];
  const words: Record<string, () => string[]> = { URL: () => url(), EMPTY: () => url(empty) };

  /** Every command, with the exit code and error that it ends in where its folder is gone. */
  it.each<[string[], number, string?]>([
    [['status', 'URL'], 10],
    [['status'], 4, 'YF201'],
    [['plan', 'URL'], 10],
    [['verify', 'URL'], 10],
    [['rehearse', 'URL'], 0],
    [['report', 'URL'], 0],
    [['explain', 'YF402'], 0],
    [['completion', 'bash'], 0],
    [['upgrade', '--yes', '--dry-run', 'URL'], 0],
    [['upgrade', '--yes', '--no-backup', '--init', 'EMPTY'], 0],
    [['upgrade', '--yes', 'URL'], 2, 'YF112'],
    [['backup', 'URL'], 2, 'YF112'],
    [['backup', '--backup-dir', 'sub', 'URL'], 2, 'YF112'],
    [['restore', 'x.dump', '--yes', 'URL'], 2, 'YF112'],
    [['restore', '/nowhere/x.dump', '--yes', 'URL'], 2, 'YF106'],
    [['report', '--out', 'x.html', '--yes', 'URL'], 2, 'YF112'],
    [['status', '--project', 'sub'], 2, 'YF112'],
    [['upgrade', '--yes', '--container', 'a', '--database-url', 'postgresql://x@y/z'], 2, 'YF103'],
  ])('in a folder that is gone: %j ends in %i %s', async (given, exitCode, code) => {
    const {
      stdout,
      stderr,
      exitCode: ended,
    } = await runInShell(inGoneFolder, [...given.flatMap((word) => words[word]?.() ?? [word]), '--json']);
    const document = JSON.parse(stdout) as { error: { code: string; message: string; changed: boolean } | null };
    expect(schemaFaults('outcome-1', document)).toEqual([]);
    expect([ended, document.error?.code]).toEqual([exitCode, code]);
    if (code === 'YF112')
      expect(document.error).toMatchObject({
        changed: false,
        message: expect.stringMatching(/The current folder \/\S+ .*is not there any more/) as string,
      });
    expect(stderr).not.toMatch(stack);
  });

  it('under a limit of open files works, or says that it is too low', async () => {
    const codes = await Promise.all(
      [17, 18, 19, 20, 21, 22, 24, 28, 32, 256].map(async (limit) => {
        const { exitCode, stdout, stderr } = await runInShell(`ulimit -n ${limit} && "$@"`, [
          'status',
          '--json',
          ...url(),
        ]);
        // Node itself does not get this far in every version.
        if (stdout === '' && limit < 32) return 'not begun';
        expect(stderr, `with ${limit}`).not.toMatch(stack);
        const document = JSON.parse(stdout) as { error: { code: string } | null; exitCode: number };
        expect(schemaFaults('outcome-1', document), `with ${limit}`).toEqual([]);
        expect(document.exitCode).toBe(exitCode);
        return document.error?.code;
      }),
    );
    expect(codes).toContain('YF114');
    expect(codes.at(-1)).toBeUndefined();
  });

  it.each<[string, string, Record<string, string>?]>([
    ['without a home', '"$@"', { HOME: '/nowhere/at/all' }],
    ['without HOME', 'unset HOME; "$@"'],
    ['without a folder for temporary files', '"$@"', { TMPDIR: '/nowhere/at/all' }],
    ['with standard input closed', '"$@" <&-'],
    ['with standard output closed', '"$@" >&-'],
    ['with standard error closed', '"$@" 2>&-'],
    ['with all three closed', '"$@" <&- >&- 2>&-'],
  ])('%s looks and says the same', async (_what, line, env = {}) => {
    for (const [words, expected] of [
      [['status', ...url()], 10],
      // The one that makes files and databases, where that is what is lacking.
      ...(/TMPDIR|<&- >&- 2>&-/.test(line + Object.keys(env).join()) ? [[['rehearse', ...url()], 0] as const] : []),
      [['upgrade', ...url()], 2],
      [['report', ...url()], 0],
      [['explain'], 0],
      [['--nonsense'], 2],
    ] as const) {
      const { exitCode, stderr, stdout } = await runInShell(line, words, { env });
      expect([words[0], exitCode, stderr.match(stack)?.[0]]).toEqual([words[0], expected, undefined]);
      if (words[0] === 'status' && !line.includes('>&-')) expect(stdout).toContain('1.3.0');
    }
  });
});
