import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, startCommand } from '../support/command.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import type { Fault } from './faults.js';
import type { Ground } from './ground.js';
import { randomFrom } from './random.js';
import { judge, momentOf, type Moment } from './verdict.js';

/** Every state that an upgrade begins from. */
const scenarios: readonly Scenario[] = [
  '1.0.0', '1.1.0', '1.1.0-cut-short', '1.1.0-metadata-only', '1.1.0-cleanup-only', '1.3.0', 'labels-only', '011-only', '012-only',
  '011-half', '012-half', 'functions-missing', '1.4.0-as-documented', 'fork-1.3.0', 'fork-1.4.0-as-documented',
];

export interface Campaign {
  readonly seed: number;
  readonly runs: number;
  readonly faults: readonly Fault[];
  readonly ground: (sql: string) => Promise<Ground>;
}

interface Reference {
  readonly before: Moment;
  readonly after: Moment;
  /** How long a run without a fault takes, in ms. */
  readonly duration: number;
}

/**
 * Upgrades again and again, and lets one fault strike each time at a moment that chance picks.
 * @returns how often each fault left the old database and the new one
 * @throws {Error} naming the seed, the run, the state, the fault and the moment
 */
export async function campaign({ seed, runs, faults, ground }: Campaign): Promise<Record<string, { before: number; after: number }>> {
  const counts: Record<string, { before: number; after: number }> = {};
  const references = new Map<Scenario, Reference>();
  for (let run = 0; run < runs; run++) {
    // A stream for each run, so that one run can be repeated without those before it.
    const random = randomFrom(seed + run);
    const scenario = random.pick(scenarios);
    const fault = random.pick(faults);
    const moment = random.next();
    const reference = references.get(scenario) ?? (await referenceFor(scenario, ground));
    references.set(scenario, reference);
    const delay = Math.round(moment * reference.duration);
    try {
      const left = await strike(scenario, fault, delay, reference, ground);
      (counts[fault.name] ??= { before: 0, after: 0 })[left]++;
    } catch (error) {
      throw new Error(`seed ${seed + run}: ${scenario}, ${fault.name} after ${delay} ms: ${String((error as Error).message)}`, { cause: error });
    }
  }
  return counts;
}

async function strike(scenario: Scenario, fault: Fault, delay: number, { before, after }: Reference, ground: Campaign['ground']): Promise<'before' | 'after'> {
  const place = await ground(scenarioSql(scenario));
  try {
    const run = startCommand(['upgrade', '--yes', '--json', ...place.arguments], place.options);
    await sleep(delay);
    // The run may be over already; then there is nothing to strike, and everything must be done.
    if (run.process.exitCode === null) await fault.strike(run, place);
    return await judge(place, await run.result, before, after);
  } finally {
    await place.leave();
  }
}

async function referenceFor(scenario: Scenario, ground: Campaign['ground']): Promise<Reference> {
  const place = await ground(scenarioSql(scenario));
  try {
    const before = await momentOf(place);
    const start = Date.now();
    const { exitCode, stderr } = await runCommand(['upgrade', '--yes', ...place.arguments], place.options);
    if (exitCode !== 0) throw new Error(`${scenario} is not upgraded even without a fault: exit ${exitCode}\n${stderr}`);
    return { before, after: await momentOf(place), duration: Date.now() - start };
  } finally {
    await place.leave();
  }
}
