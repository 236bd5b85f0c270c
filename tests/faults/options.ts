/** How many faults strike in all, over both ways, and the first one's seed: `npm run test:faults -- --runs 1000 --seed 7`. */
export const runs = Number(process.env['FAULT_RUNS'] ?? 40);
export const seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1e9));

export const HOURS = 3_600_000;

/** Prints how often each fault left which database, over one campaign or several; returns how many there were. */
export function tell(where: string, campaigns: readonly Record<string, { before: number; after: number }>[]): number {
  const counts: Record<string, { before: number; after: number }> = {};
  for (const [fault, { before, after }] of campaigns.flatMap((campaign) => Object.entries(campaign))) {
    const sum = (counts[fault] ??= { before: 0, after: 0 });
    sum.before += before;
    sum.after += after;
  }
  const lines = Object.entries(counts).sort().map(([fault, { before, after }]) => `  ${String(before).padStart(4)} old ${String(after).padStart(4)} new   ${fault}`);
  process.stdout.write(`faults ${where}, seed ${seed}\n${lines.join('\n')}\n`);
  return Object.values(counts).reduce((sum, { before, after }) => sum + before + after, 0);
}
