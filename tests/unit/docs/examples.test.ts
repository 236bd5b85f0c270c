import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const examples = readdirSync(new URL('docs/examples', root), { recursive: true, encoding: 'utf8' })
  .map((path) => `docs/examples/${path.replaceAll('\\', '/')}`)
  .filter((path) => statSync(new URL(path, root)).isFile());

/** A link to an example, and the fence that shows it. */
const shown = /^\[(docs\/examples\/[^\]]+)\]\(([^)]+)\)\n\n```(\w*)\n[^]*?^```$/gm;

const pages = ['docs/automation.md', 'docs/api.md'];

describe('the pages', () => {
  it.each(pages)(
    '%s shows its examples as they are (`npx vitest run -u tests/unit/docs` puts them in)',
    async (page) => {
      const text = read(page);
      const filled = text.replace(
        shown,
        (_, path: string, link: string, language: string) =>
          `[${path}](${link})\n\n\`\`\`${language}\n${read(path)}\`\`\``,
      );
      await expect(filled).toMatchFileSnapshot(fileURLToPath(new URL(page, root)));
      for (const [, path, link] of text.matchAll(shown)) expect(`docs/${link}`).toBe(path);
    },
  );

  it('show every example', () => {
    const paths = pages.flatMap((page) => [...read(page).matchAll(shown)].map(([, path]) => path));
    expect(paths.sort()).toEqual(examples.sort());
  });
});

describe('the examples', () => {
  it.each(examples)('%s has no password among the arguments of a command', (path) => {
    expect(read(path)).not.toMatch(/postgres(?:ql)?:\/\/[^/\s:@]+:[^@\s]+@/);
    expect(read(path)).not.toMatch(/PGPASSWORD=\S+ +\w/);
  });

  it.each(examples.filter((path) => path.endsWith('.yml')))('%s is YAML', (path) => {
    expect(parse(read(path))).toBeTypeOf('object');
  });

  it.skipIf(process.platform === 'win32').each(examples.filter((path) => read(path).startsWith('#!/bin/sh')))(
    '%s is a program that sh can read',
    (path) => {
      expect(statSync(new URL(path, root)).mode & 0o111).toBe(0o111);
      execFileSync('/bin/sh', ['-n', fileURLToPath(new URL(path, root))]);
    },
  );
});
