export const commandNames = ['upgrade', 'rollback', 'restore', 'rehearse', 'backup'] as const;
export type CommandName = (typeof commandNames)[number];
export type Way = 'direct' | 'container';

const env = (name: string): string | undefined => process.env[name] || undefined;

/** How many faults strike in all, over both ways, and the first one's seed: `npm run test:faults -- --runs 1000 --seed 7`. */
const all = Number(env('FAULT_RUNS') ?? 20);
export const seed = Number(env('FAULT_SEED') ?? Math.floor(Math.random() * 1e9));
/** Whether what killed runs leave in folders must be gone after the next run: a `.partial` file, a folder in TMPDIR. */
export const strictLeftovers = env('FAULT_STRICT_LEFTOVERS') !== undefined;

const onlyCommand = env('FAULT_COMMAND');
const onlyWay = env('FAULT_WAY');

/** How often each command is run out of ten. */
const rota: readonly CommandName[] = [
  'upgrade',
  'restore',
  'rollback',
  'rehearse',
  'upgrade',
  'backup',
  'restore',
  'rollback',
  'upgrade',
  'rehearse',
];

/** How many faults strike on one way to the database. */
export function shareOf(way: Way): number {
  if (onlyWay !== undefined) return onlyWay === way ? all : 0;
  return way === 'direct' ? Math.ceil(all * 0.7) : Math.floor(all * 0.3);
}

/** The commands of a campaign in their fixed proportion: the n-th run is one of the n-th, and so on round. */
export function commandsOf(possible: readonly CommandName[]): readonly CommandName[] {
  return rota.filter((name) => (onlyCommand ?? name) === name && possible.includes(name));
}

export const HOURS = 3_600_000;
