import { readFileSync } from 'node:fs';
import type { ErrorCode } from './codes.js';

/** What `explain CODE` tells. Commands stand in backticks, so that whoever prints it can set them apart. */
export interface Explanation {
  /** What happened, as a headline without a full stop. */
  readonly title: string;
  /** What it means for the reader. */
  readonly meaning: string;
  /** What usually leads to it, the commonest first. */
  readonly causes?: readonly string[];
  /** What to do, in order. */
  readonly remedy: readonly string[];
  /** Whether the database differs from what it was when the run began, in whole sentences. */
  readonly changed: string;
  /** Exit code of a run that ends so. Absent where there are several, or where it ends no run. */
  readonly exitCode?: number;
}

/** The section of a code in docs/errors.md. */
export interface Section extends Explanation {
  /** What this and other codes are about: the heading above. */
  readonly kind: string;
}

/** The page stands beside `src` and `dist` alike. */
const file = new URL('../../docs/errors.md', import.meta.url);
let sections: ReadonlyMap<ErrorCode, Section> | undefined;

/** Every section of docs/errors.md, in its order. The page is read once, and only where it is needed. */
export function readPage(): ReadonlyMap<ErrorCode, Section> {
  return (sections ??= parsePage(readFileSync(file, 'utf8')));
}

/** Takes the page apart, which is written for people: headings, paragraphs, and two lists. Pure. */
export function parsePage(page: string): ReadonlyMap<ErrorCode, Section> {
  const found = new Map<ErrorCode, Section>();
  for (const part of page.split(/^## /m).slice(1)) {
    const [kind = '', ...written] = part.split(/^### /m);
    for (const section of written) {
      const [heading = '', ...blocks] = section.trim().split(/\n\n+/);
      const [code = '', title = ''] = heading.split(/: (.*)/s);
      found.set(code as ErrorCode, { kind: kind.trim(), title, ...parseBlocks(blocks) });
    }
  }
  return found;
}

function parseBlocks(blocks: readonly string[]): Omit<Section, 'kind' | 'title'> {
  // A line of a paragraph may begin with a number and a full stop too.
  const items = (first: string, mark: RegExp) =>
    blocks.filter((block) => block.startsWith(first)).flatMap((block) => block.split(mark).slice(1).map(unwrapped));
  const causes = items('- ', /^- /m);
  const [, exitCode, changed = ''] = /^(?:Exit code (\d+)\. )?(.*)$/s.exec(blocks.at(-1) ?? '') ?? [];
  return {
    meaning: unwrapped(blocks[0] ?? ''),
    ...(causes.length > 0 && { causes }),
    remedy: items('1. ', /^\d+\. /m),
    changed: unwrapped(changed),
    ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
  };
}

const unwrapped = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');
