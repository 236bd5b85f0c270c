import type { LoadRow } from './cases-load.js';

/** One comparison. */
export interface Row {
  readonly name: string;
  readonly against: string;
  readonly ours: number;
  readonly theirs: number;
  /** How many times as much as the other it may be. */
  readonly goal: number;
  readonly unit: string;
}

const factor = ({ ours, theirs }: Row): number => ours / theirs;
const number = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));

/** The rows as a table of Markdown. Pure. */
export function tableOf(rows: readonly Row[]): string {
  return [
    '| work | against | this program | the other | factor | goal |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => {
      const { name, against, ours, theirs, goal, unit } = row;
      const met = factor(row) <= goal ? 'met' : 'missed';
      return `| ${name} | ${against} | ${number(ours)} ${unit} | ${number(theirs)} ${unit} | ${factor(row).toFixed(2)} | ${goal}: ${met} |`;
    }),
  ].join('\n');
}

/** What was measured under load, as a table of Markdown. Pure. */
export function loadTable(rows: readonly LoadRow[]): string {
  return [
    '| load | work | took | longest write | median write | refused writes | exit |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ load, work, tookMs, longest, median, refused, exitCodes }) =>
        `| ${load} | ${work} | ${number(tookMs)} ms | ${number(longest)} ms | ${number(median)} ms | ${refused} | ${exitCodes.join(', ')} |`,
    ),
  ].join('\n');
}

/** What one run has measured; a section that it has not is empty. */
export interface Measured {
  readonly rows: readonly Row[];
  readonly large: readonly Row[];
  readonly load: readonly LoadRow[];
}

/**
 * The page of the measurements. A section that was not measured stays as it was. Pure.
 * @param machine what it was measured on, a line each
 * @param command what repeats it
 * @param before the page as it is
 */
export function page(
  { rows, large, load }: Measured,
  machine: readonly string[],
  command: string,
  before: string,
): string {
  const on = `Measured on:\n\n${machine.map((line) => `- ${line}`).join('\n')}\n`;
  const sections = [
    { title: 'Whole processes', repeat: command, table: tableOf(rows), isMeasured: rows.length > 0 },
    { title: 'Large databases', repeat: `${command} --large`, table: tableOf(large), isMeasured: large.length > 0 },
    { title: 'Under load', repeat: `${command} --load`, table: loadTable(load), isMeasured: load.length > 0 },
  ];
  const written = sections.map(({ title, repeat, table, isMeasured }) =>
    isMeasured
      ? `## ${title}\n\n\`${repeat}\` repeats it, and writes it with \`--write\`.\n\n${table}\n\n${on}`
      : (sectionOf(before, title) ?? ''),
  );
  return `${before.slice(0, before.indexOf('## '))}${written
    .filter(Boolean)
    .map((section) => `${section.trimEnd()}\n`)
    .join('\n')}${after(before)}`;
}

/** A section with its heading, up to the next one. */
function sectionOf(text: string, title: string): string | undefined {
  const from = text.indexOf(`## ${title}\n`);
  if (from < 0) return undefined;
  const to = text.indexOf('\n## ', from);
  return to < 0 ? text.slice(from) : text.slice(from, to + 1);
}

/** What people have written about it, behind all tables. */
const after = (text: string): string => {
  const from = text.indexOf('\n## What the rest consists of');
  return from < 0 ? '' : text.slice(from);
};

const WIDTH = 720;
const LEFT = 330;
const HEIGHT = 26;

/** The factors as bars, each with a line at its goal. Pure. */
export function plot(rows: readonly Row[]): string {
  const most = Math.max(2, ...rows.map((row) => Math.max(factor(row), row.goal)));
  const x = (value: number) => LEFT + ((WIDTH - LEFT - 60) * value) / most;
  const bars = rows.map((row, index) => {
    const y = 10 + index * HEIGHT;
    const colour = factor(row) <= row.goal ? '#2a7' : '#c62';
    return `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${escape(`${row.name} / ${row.against}`.replaceAll('`', '').slice(0, 58))}</text>
<rect x="${LEFT}" y="${y + 2}" width="${(x(factor(row)) - LEFT).toFixed(1)}" height="15" fill="${colour}"/>
<text x="${(x(factor(row)) + 5).toFixed(1)}" y="${y + 13}">${factor(row).toFixed(2)}</text>
<line x1="${x(row.goal).toFixed(1)}" x2="${x(row.goal).toFixed(1)}" y1="${y}" y2="${y + 19}" stroke="#000" stroke-width="2"/>`;
  });
  const height = 20 + rows.length * HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11">
<title>How many times as long this program takes; the black line is the goal</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${bars.join('\n')}
</svg>
`;
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
