import { asReleased } from '../../src/catalog/read.js';

/**
 * The lines of `catalogLines` without what a dump and restore may change and no one can tell: the place of a cast, and
 * the gaps that dropped columns leave in the numbers of those after them.
 */
export function throughADump(lines: readonly string[]): string[] {
  const columns = new Map<string, number>();
  return lines
    .map((line) => ({ line, column: /^column (\S+)\.\S+ (\d+) /.exec(line) }))
    .sort((a, b) => Number(a.column?.[2] ?? 0) - Number(b.column?.[2] ?? 0))
    .map(({ line, column }) => {
      if (!column) return asReleased(line);
      const number = (columns.get(column[1] ?? '') ?? 0) + 1;
      columns.set(column[1] ?? '', number);
      return asReleased(line.replace(/^(column \S+ )\d+/, `$1${number}`));
    })
    .sort();
}
