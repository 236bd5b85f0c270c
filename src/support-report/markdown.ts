import { documentOf } from './document/document.js';
import type { Block, Section } from './document/section.js';
import type { Report } from './report.js';

const signs = { good: '✔', due: '!', bad: '✘' };

/** The report as Markdown (GitHub's): the answer first, long parts folded and last. Pure. */
export function toMarkdown(report: Report): string {
  const { title, state, verdict, next, made, privacy, sections } = documentOf(report);
  return (
    [
      `# ${title}`,
      '',
      `**${signs[state]} ${escaped(verdict)}**`,
      '',
      escaped(next),
      '',
      `${escaped(made)} ${escaped(privacy)}`,
      ...sections.map(sectionText),
    ].join('\n') + '\n'
  );
}

function sectionText({ title, folded, blocks }: Section): string {
  const body = blocks.map(blockText).join('\n\n');
  // The blank lines let Markdown go on inside of HTML (CommonMark, "HTML blocks").
  return folded
    ? `\n<details><summary>${escaped(title)}</summary>\n\n${body}\n\n</details>`
    : `\n## ${escaped(title)}\n\n${body}`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'text':
      return escaped(block.text);
    case 'list':
      return block.items.map((item) => `- ${escaped(item)}`).join('\n');
    case 'facts':
      return table(
        ['', ''],
        block.rows.map(([label, value]) => [`**${escaped(label)}**`, escaped(value)]),
      );
    case 'table':
      return (
        `${escaped(block.caption)}:\n\n` +
        table(
          block.columns.map(({ title, numeric }) => (numeric ? `${title}:` : title)),
          block.rows.map((row) => row.map(escaped)),
        )
      );
    case 'marks':
      return marksText(block);
    case 'log':
      return fenced(block.lines);
    case 'picture':
      return pictureText(block);
  }
}

/** Ticks are many and say little, so only the others have lines of their own. */
function marksText({ title, marks }: Extract<Block, { kind: 'marks' }>): string {
  const crosses = marks
    .filter(({ sign }) => sign === 'cross' || sign === 'dash')
    .map(
      ({ sign, title, notes }) =>
        `- ${sign === 'cross' ? '✘' : '–'} ${escaped(title)}${notes.map((note) => `\n  - ${escaped(note)}`).join('')}`,
    );
  const folded = (wanted: string, summary: string) => {
    const titles = marks.filter(({ sign }) => sign === wanted).map((mark) => escaped(mark.title));
    return titles.length === 0
      ? []
      : [
          `<details><summary>${summary.replace('#', String(titles.length))}</summary>\n\n${titles.join('; ')}\n\n</details>`,
        ];
  };
  return [
    `**${escaped(title)}**`,
    ...(crosses.length > 0 ? [crosses.join('\n')] : []),
    ...folded('tick', '✔ # passed'),
    ...folded('later', '# cannot pass before the step is applied'),
  ].join('\n\n');
}

function pictureText({ picture: { tables, links, after } }: Extract<Block, { kind: 'picture' }>): string {
  const named = (fate: string) => tables.filter((one) => one.fate === fate).map(({ name }) => name);
  const line = (words: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`- ${words}: ${names.map(escaped).join(', ')}`];
  const here = (all: readonly { fate: string }[]) =>
    all.filter(({ fate }) => fate !== 'new' && fate !== 'missing').length;
  const newLinks = links.filter(({ fate }) => fate === 'new').length;
  return [
    `- ${here(tables)} tables, ${here(links)} links between them`,
    ...(after === null
      ? []
      : [
          ...line(`New with ${after}`, named('new')),
          ...line(`Changed on the way to ${after}`, named('changed')),
          ...line('Broken, and fixed by the upgrade', named('mended')),
          ...(newLinks > 0 ? [`- New links: ${newLinks}`] : []),
        ]),
    ...line('Missing', named('missing')),
    ...line('Not among the tables of the releases that are known', named('other')),
  ].join('\n');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((title) => title.replace(/:$/, ''))),
    line(columns.map((title) => (title.endsWith(':') ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

/** A fence has to be longer than any in the text. */
function fenced(lines: readonly string[]): string {
  const text = lines.join('\n');
  const fence = '`'.repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}

/**
 * What Markdown or HTML would take for its own, so that a name is read and neither clicked nor laid out. Masks stand in brackets, which without
 * a link stay brackets. Source: CommonMark; "Autolinks" of GitHub Flavored Markdown.
 */
export function escaped(text: string): string {
  return (
    text
      .replace(/\s*\n\s*/g, ' ')
      .replace(/[\\`*|~]/g, '\\$&')
      // Within a word an underscore is one.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replace(/\](?=[([:])/g, '\\]')
      .replace(/^(\s*)(#{1,6}|[-+=]+)(?=\s|$)/, '$1\\$2')
      .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/\b(https?|ftp):(?=\/\/)/gi, '$1&#58;')
      .replace(/\b(www)\.(?=\S)/gi, '$1&#46;')
  );
}
