import type { Way } from './options.js';

/** One run of a campaign, as it is counted. */
export interface Counted {
  readonly command: string;
  readonly fault: string;
  readonly exitCode: number | null;
  /** Whether the fault struck something: the run may have been over, or had nothing of that kind at work. */
  readonly hit: boolean;
  readonly state: 'old' | 'new' | undefined;
  /** What failed, in full. */
  readonly violation: string | undefined;
  /** Files that even the next run has left. */
  readonly leftovers: number;
}

/** A table: for each command and fault how many runs there were, how they ended and what failed. */
export function tableOf(counted: readonly Counted[]): string[] {
  const rows = new Map<string, Counted[]>();
  for (const one of [...counted].sort((a, b) => a.command.localeCompare(b.command) || a.fault.localeCompare(b.fault))) {
    const key = `${one.command.padEnd(9)} ${one.fault.padEnd(42)}`;
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  return [
    `${'command'.padEnd(9)} ${'fault'.padEnd(42)} runs  hit  old  new viol left  exit codes`,
    ...[...rows].map(([key, of]) => `${key} ${numbers(of)}`),
    `${'all'.padEnd(52)} ${numbers(counted)}`,
  ];
}

function numbers(of: readonly Counted[]): string {
  const count = (which: (one: Counted) => boolean) => String(of.filter(which).length).padStart(4);
  const exits = [...new Set(of.map(({ exitCode }) => exitCode))].sort((a, b) => (a ?? 999) - (b ?? 999));
  const exitCounts = exits
    .map((exit) => `${exit ?? 'killed'}: ${of.filter(({ exitCode }) => exitCode === exit).length}`)
    .join(', ');
  const columns = [
    count(() => true),
    count(({ hit }) => hit),
    count(({ state }) => state === 'old'),
    count(({ state }) => state === 'new'),
    count(({ violation }) => violation !== undefined),
    count(({ leftovers }) => leftovers > 0),
  ];
  return `${columns.join(' ')}  ${exitCounts}`;
}

/**
 * Prints the table, and what was left out.
 * @returns every violation's head, and the line that repeats its run; the rest of it was printed when it happened
 */
export function report(way: Way, seed: number, counted: readonly Counted[], skipped: string | undefined): string[] {
  const lines = [
    `faults, way: ${way}, seed: ${seed}`,
    ...tableOf(counted).map((line) => `  ${line}`),
    ...(skipped ? [`  ${skipped}`] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return counted.flatMap(({ violation }) => violation?.split('\n').slice(0, 3).join('\n') ?? []);
}
