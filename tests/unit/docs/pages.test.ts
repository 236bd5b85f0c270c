import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decideByDefault, type Decision } from '../../../src/app/decisions.js';
import { commands } from '../../../src/cli/definitions.js';
import { errorCodes, ExitCode, exitCodeOf } from '../../../src/errors/codes.js';
import { explain } from '../../../src/errors/explanations.js';
import { fences, pages, readPage } from '../../support/docs/fences.js';
import { packedFiles } from '../../support/packed-files.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const schema = (name: string) =>
  JSON.parse(readFileSync(join(root, 'schema', `${name}.schema.json`), 'utf8')) as {
    properties: { result: { enum: string[] } };
    $defs: Record<string, { properties?: { event?: { const?: string } } }>;
  };

/** A page without its fenced blocks. */
const prose = (page: string) => readPage(page).replace(/^```[^]*?^```$/gm, '');

/** The cells of a table's rows, found by the first cell of its heading. */
function table(page: string, heading: string): string[][] {
  const lines = readPage(page).split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`)) + 2;
  const end = lines.findIndex((line, i) => i >= start && !line.startsWith('|'));
  const rows = lines.slice(start, end).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
  expect(rows.length, `${page} has a table ${heading}`).toBeGreaterThan(0);
  return rows;
}
const words = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

it('README has at most 1,200 words', () => {
  expect(readPage('README.md').split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(1200);
});

describe('links', () => {
  /** As GitHub makes the anchor of a heading. */
  const anchors = (page: string) =>
    [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  const links = (page: string) =>
    [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^https?:/.test(link))
      .map((link) => {
        const [path = '', anchor] = link.split('#');
        return { link, path: path === '' ? page : posix.join(dirname(page), path), anchor };
      });

  it.each([...pages, 'CONTRIBUTING.md'])('%s: each leads to something', (page) => {
    for (const { link, path, anchor } of links(page)) {
      expect(existsSync(join(root, path)), `${link} is there`).toBe(true);
      if (anchor !== undefined) expect(anchors(path), link).toContain(anchor);
    }
  });

  it('those of what is published lead to something in the package', () => {
    const files = packedFiles(root);
    const published = new Set(files);
    for (const page of pages) {
      expect(published).toContain(page);
      for (const { link, path } of links(page))
        expect(published.has(path) || files.some((file) => file.startsWith(`${path}/`)), `${page}: ${link}`).toBe(true);
    }
  });
});

describe('options', () => {
  const all = [...commands.flatMap(({ options }) => options.map(({ long, short }) => [long, short]))].flat();
  const known = new Set([...all, '-h', '--help', '-V', '--version'].filter(Boolean));
  /** Options of other programs, with the page that names them. */
  const others: Readonly<Record<string, readonly string[]>> = {
    'docs/automation.md': ['--check'],
    'docs/benchmarks.md': ['--only', '--write'],
    'docs/errors.md': [
      '-v',
      '--add-host',
      '--disable-jit',
      '--disallow-code-generation-from-strings',
      '--exclude-table-data',
      '--global',
    ],
  };

  it.each(pages)('%s names none that there is not', (page) => {
    const named = [...prose(page).matchAll(/(?<=`)--?[a-z][a-z-]*/g)].map(([option]) => option);
    expect(named.filter((option) => !known.has(option) && !others[page]?.includes(option))).toEqual([]);
  });

  it('docs/commands.md names each that there is', () => {
    const page = readPage('docs/commands.md');
    for (const option of known) expect(page).toContain(`\`${option}`);
  });
});

describe('tables', () => {
  it('README has every command', () => {
    const shown = table('README.md', 'command').flatMap(([cell]) => words(cell).map((word) => word.split(' ')[0]));
    expect(shown.sort()).toEqual(commands.map(({ name }) => name).sort());
  });

  it('docs/automation.md has every exit code once, and no other page has', () => {
    const codes = table('docs/automation.md', 'code').map(([code]) => Number(code));
    expect(codes).toEqual(Object.values(ExitCode).sort((a, b) => a - b));
    const elsewhere = pages.filter((page) => page !== 'docs/automation.md' && /^\| 130 \|/m.test(readPage(page)));
    expect(elsewhere).toEqual([]);
  });

  it('docs/automation.md tells the exit code of every error code', () => {
    const rows = table('docs/automation.md', 'error code');
    const row = (kind: string) => rows.find(([codes]) => codes === kind)?.[1] ?? '';
    for (const code of errorCodes) {
      const exitCode = exitCodeOf(code);
      const text = row(`${code.slice(0, 3)}nn`) || row(code);
      expect(text, code).not.toBe('');
      if (exitCode === undefined) expect(text).toContain('findings end no run');
      // How it ends depends on what it met.
      else if (explain(code).exitCode === undefined) expect(row(code) !== '' || text.includes(code), code).toBe(true);
      else {
        const [usual = '', ...exceptions] = text
          .replace(/YF108 to YF111/, 'YF108, YF109, YF110 and YF111')
          .split('; but ');
        const own = exceptions
          .join(' ')
          .split('. ')
          .find((part) => part.includes(code));
        expect(own === undefined ? usual : own.slice(own.lastIndexOf(':')), code).toContain(String(exitCode));
      }
    }
  });

  it('docs/automation.md has every result and every event', () => {
    expect(
      table('docs/automation.md', '`result`')
        .flatMap(([cell]) => words(cell))
        .sort(),
    ).toEqual([...schema('outcome-1').properties.result.enum].sort());
    const events = Object.values(schema('event-1').$defs).flatMap(({ properties }) => properties?.event?.const ?? []);
    expect(
      table('docs/automation.md', '`event`')
        .flatMap(([cell]) => words(cell))
        .sort(),
    ).toEqual(events.sort());
  });

  it('docs/commands.md and docs/api.md have every question, and what --yes answers', async () => {
    const kinds = table('docs/api.md', '`kind`').flatMap(([cell]) => words(cell));
    const answers = await Promise.all(kinds.map((kind) => decideByDefault({ kind } as Decision)));
    const yes = kinds.filter((_, i) => answers[i] !== undefined);
    const questions = table('docs/commands.md', 'question');
    expect(questions.filter(([, answer]) => answer?.startsWith('yes'))).toHaveLength(yes.length);
    // The connection that --database-url-file - asks for is not listed: the option is the wish to be asked.
    expect(questions).toHaveLength(kinds.length - 1);
  });
});

it('docs/safety.md names tests that there are', () => {
  const named = [...readPage('docs/safety.md').matchAll(/`(tests\/[^`]+)`/g)].map(([, file = '']) => file);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

it('nothing is to be mended, and every fence says what it is', () => {
  for (const page of pages) expect(prose(page), page).not.toMatch(/\bmend(?:s|ed|ing)?\b/i);
  expect(fences.length).toBeGreaterThan(40);
});
