import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/definitions.js';
import { errorCodes, ExitCode, exitCodeOf } from '../../../src/errors/codes.js';
import { closestCodes, explain, findCode } from '../../../src/errors/explanations.js';
import { sourceText } from './source.js';

const texts = (code: (typeof errorCodes)[number]): string[] => {
  const { title, meaning, causes = [], remedy, changed } = explain(code);
  return [title, meaning, ...causes, ...remedy, changed];
};

describe.each(errorCodes)('the explanation of %s', (code) => {
  const { title, meaning, causes, remedy } = explain(code);

  it('leaves nothing empty', () => {
    expect(remedy.length).toBeGreaterThan(0);
    if (causes !== undefined) expect(causes.length).toBeGreaterThan(0);
    for (const text of texts(code)) expect(text).toMatch(/^\S[\s\S]*\S$/);
  });

  it('has a headline, and sentences below it', () => {
    expect(title).toMatch(/^[^`]{10,90}[^.`]$/);
    expect(meaning).toMatch(/[.?]$/);
    for (const text of remedy) expect(text).toMatch(/[.`)]$/);
    for (const text of texts(code)) expect(text.split('`').length % 2, `backticks come in pairs: ${text}`).toBe(1);
  });

  it('names only commands and options that there are', () => {
    for (const [, line = ''] of texts(code)
      .join('\n')
      .matchAll(/`(yokeflow-upgrade[^`]*)`/g)) {
      const [name = 'upgrade'] = line
        .split(' ')
        .slice(1)
        .filter((word) => !word.startsWith('-'));
      const options = [...line.matchAll(/(?<= )--[a-z-]+/g)].map(([option]) => option);
      if (options.includes('--help')) continue;
      const command = commands.find((one) => one.name === name);
      expect(command, `the command of ${line}`).toBeDefined();
      expect(
        command?.options.map(({ long }) => long),
        line,
      ).toEqual(expect.arrayContaining(options));
    }
  });

  it('gives the exit code with which the code is raised', () => {
    const raised = new RegExp(
      `code: '${code}',\\s*exitCode: ExitCode\\.(\\w+)|(?:UpgradeError|super)\\(\\{\\s*code: '${code}',(?![^;]*exitCode)`,
      'g',
    );
    const all = [...sourceText().matchAll(raised)].map(([, name]) =>
      name === undefined ? (exitCodeOf(code) ?? ExitCode.failed) : ExitCode[name as keyof typeof ExitCode],
    );
    const expected = [...new Set(all)];
    if (expected.length === 1) expect(explain(code).exitCode).toBe(expected[0]);
    if (expected.length > 1) expect(explain(code).exitCode, `raised with ${expected.join(' and ')}`).toBeUndefined();
  });
});

it('docs/errors.md has one section for each code, in the order of their numbers', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const headings = [...page.matchAll(/^### (.*?):? /gm)].map(([, code]) => code);
  expect(headings).toEqual([...errorCodes].sort());
});

it('mentions no code that does not exist', () => {
  const mentioned = errorCodes.flatMap((code) => texts(code).join('\n').match(/YF\d+/g) ?? []);
  expect(mentioned.filter((code) => findCode(code) === undefined)).toEqual([]);
});

describe('findCode', () => {
  it.each(['YF402', 'yf402', 'Yf402', '402', ' yf-402 ', 'YF 402'])('reads %j', (input) => {
    expect(findCode(input)).toBe('YF402');
  });

  it.each(['', 'YF', 'YF4', '4022', 'YF999', 'XY402', '402x'])('finds nothing in %j', (input) => {
    expect(findCode(input)).toBeUndefined();
  });
});

describe('closestCodes', () => {
  it.each([
    ['YF420', ['YF402', 'YF220', 'YF320', 'YF820']],
    ['yf4002', ['YF402']],
    ['YF350', ['YF305', 'YF310', 'YF320', 'YF340', 'YF354']],
    ['YF4', ['YF401', 'YF402']],
    ['YF699', ['YF601', 'YF602']],
    ['locks', []],
  ])('offers for %j the codes %j', (input, codes) => {
    expect(closestCodes(input)).toEqual(codes);
  });

  it('offers those of the same kind first, and no more than five', () => {
    expect(closestCodes('YF403').slice(0, 2)).toEqual(['YF401', 'YF402']);
    expect(closestCodes('YF403')).toHaveLength(5);
  });
});
