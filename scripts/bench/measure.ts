import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Bench } from 'tinybench';

/** A whole process, or some after the other, and what has to be done before each time. */
export interface Task {
  readonly name: string;
  /** Command lines, run one after the other without a shell. `stdin` is a file. */
  readonly commands: readonly (readonly string[])[];
  readonly before?: () => Promise<unknown>;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command line to its end.
 * @throws {Error} where it ends in another exit code than 0 or 10 (something is due)
 */
export async function runOnce(command: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2000)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 && code !== 10) throw new Error(`${command.join(' ')}: exit ${code}\n${said}`);
}

/**
 * Measures tasks in turns, so that a machine that is slow for a while is slow for all of them.
 * @returns the median of each, in ms
 */
export async function medians(tasks: readonly Task[], times: number): Promise<Map<string, number>> {
  const all = new Map<string, number[]>(tasks.map(({ name }) => [name, []]));
  for (let round = 0; round <= times; round++) {
    const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true });
    for (const { name, commands, before, env } of tasks) {
      const run = async () => {
        for (const command of commands) await runOnce(command, env);
      };
      bench.add(name, run, { async: true, ...(before && { beforeEach: async () => void (await before()) }) });
    }
    await bench.run();
    // The first round fills the caches of the machine.
    if (round === 0) continue;
    for (const { name, result } of bench.tasks) {
      if (!('latency' in result)) throw new Error(`${name} was not measured`);
      all.get(name)?.push(result.latency.mean);
    }
  }
  return new Map([...all].map(([name, values]) => [name, values.sort((a, b) => a - b)[values.length >> 1] ?? NaN]));
}
