import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** README and every page of docs/, by the path from the root of the checkout. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync(`${root}docs`)
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** A page as it stands. */
export const readPage = (page: string): string => readFileSync(`${root}${page}`, 'utf8');

/** A block between two fences of a page. */
export interface Fence {
  readonly page: string;
  /** What stands behind the first fence: sh, console, yaml, ts, or nothing for what is no command. */
  readonly language: string;
  readonly lines: readonly string[];
  /** The file of docs/examples that it shows, which a test of its own runs. */
  readonly example: string | undefined;
}

/** Every fenced block of README and docs/, in order. */
export const fences: readonly Fence[] = pages.flatMap((page) =>
  [...readPage(page).matchAll(/(?:^\[docs\/examples\/([^\]]+)\]\([^)]+\)\n\n)?^```(\w*)\n([^]*?)^```$/gm)].map(
    ([, example, language = '', text = '']) => ({ page, language, lines: text.trimEnd().split('\n'), example }),
  ),
);
