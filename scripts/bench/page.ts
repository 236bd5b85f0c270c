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

/** The page of the measurements. Pure. */
export function page(rows: readonly Row[], machine: readonly string[], command: string): string {
  return `# Benchmarks

How long this program takes, held against what it replaces. Whole processes, in turns; medians. \`${command}\` repeats
all of it, and \`npm run bench -- --write\` writes this page anew.

![factors](benchmarks.svg)

${tableOf(rows)}

Measured on:

${machine.map((line) => `- ${line}`).join('\n')}

The database is made anew before each upgrade, and what is committed is on the disk. node-pg-migrate and dbmate run the
statements of YokeFlow's documentation as migrations of theirs; they check nothing and prove nothing.
`;
}

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
