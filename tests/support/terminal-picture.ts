import type { Screen } from './screen.js';

/** Sizes in SVG's units: a cell of the terminal, the margin around it, the bar above it. */
const [WIDTH, HEIGHT, MARGIN, BAR, FONT] = [8.4, 19, 16, 34, 14];

/** A terminal's own colours 0 to 15, bright enough to be read on {@link BACKGROUND} (contrast 4.5 and more). */
const palette = [
  '#8b949e',
  '#ff7b72',
  '#56d364',
  '#e3b341',
  '#79c0ff',
  '#d2a8ff',
  '#56d4dd',
  '#e6edf3',
  '#8b949e',
  '#ffa198',
  '#7ee787',
  '#f2cc60',
  '#a5d6ff',
  '#e2c5ff',
  '#b3f0ff',
  '#ffffff',
];
const [BACKGROUND, FOREGROUND, DIM] = ['#0d1117', '#e6edf3', '#9198a1'];

interface Run {
  readonly column: number;
  readonly style: string;
  text: string;
}

/**
 * Draws a window of a terminal as SVG: one file, without fonts or anything else from elsewhere, on a background of its
 * own, so that it can be read on light and dark pages.
 * @param rows which rows of the screen's buffer, from and to
 * @param change is applied to the text of each run; it must keep its length for columns to stay columns
 */
export function pictureOf(
  screen: Screen,
  title: string,
  columns: number,
  [from, to]: readonly [number, number],
  change: (text: string) => string,
): string {
  const rows = Array.from({ length: to - from }, (_, i) => runsOf(screen, from + i));
  const [width, height] = [Math.round(columns * WIDTH + 2 * MARGIN), (to - from) * HEIGHT + BAR + 2 * MARGIN];
  const lines = rows.flatMap((runs, i) =>
    runs.map(({ column, style, text }) => {
      const shown = change(text);
      const [x, y] = [(MARGIN + column * WIDTH).toFixed(1), BAR + MARGIN + i * HEIGHT + FONT];
      return `<text x="${x}" y="${y}" textLength="${(shown.length * WIDTH).toFixed(1)}" lengthAdjust="spacingAndGlyphs"${style}>${escaped(shown)}</text>`;
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}" stroke="#30363d"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map((fill, i) => `<circle cx="${20 + i * 20}" cy="17" r="6" fill="${fill}"/>`),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT}" fill="${FOREGROUND}">`,
    ...lines,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** What stands in one row, in runs of one look. */
function runsOf({ buffer }: Screen, row: number): Run[] {
  const line = buffer.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < (line?.length ?? 0); column++) {
    const cell = line?.getCell(column);
    const text = cell?.getChars() || ' ';
    const colour = cell?.isFgPalette() ? palette[cell.getFgColor()] : cell?.isDim() ? DIM : undefined;
    const style = `${colour ? ` fill="${colour}"` : ''}${cell?.isBold() ? ' font-weight="bold"' : ''}`;
    const last = runs.at(-1);
    if (last?.style === style) last.text += text;
    else runs.push({ column, style, text });
  }
  return runs.flatMap(withoutGaps);
}

/** SVG makes one space of several, so what stands between them is placed by itself. */
function withoutGaps({ column, style, text }: Run): Run[] {
  return [...text.matchAll(/\S+(?: \S+)*/g)].map((part) => ({ column: column + part.index, style, text: part[0] }));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
