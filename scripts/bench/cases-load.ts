import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freshOn, type Ground } from './ground.js';
import {
  longReader,
  queueing,
  queueingApart,
  shortTransactions,
  underLoad,
  usedDatabase,
  type Load,
  type Waits,
} from './load.js';
import { documentedSql } from './peers.js';

/** What was measured: medians of some runs, in ms. */
export interface LoadRow extends Waits {
  readonly load: string;
  readonly work: string;
  readonly tookMs: number;
  /** How each run ended; 0 is done. */
  readonly exitCodes: readonly number[];
}

interface Work {
  readonly name: string;
  /** A schema of the fixtures. */
  readonly schema: string;
  readonly before?: readonly (readonly string[])[];
  readonly commands: readonly (readonly string[])[];
}

const DATABASE = 'bench_load';

/**
 * Upgrades, repairs and rollbacks of a database in use while 40 clients write to it, psql beside them.
 * @param clis other builds of this program to measure along, by name
 */
export async function* loadCases(
  ground: Ground,
  { times, only, clis }: { times: number; only: string; clis: Readonly<Record<string, readonly string[]>> },
): AsyncGenerator<LoadRow> {
  for (const load of [shortTransactions, queueing, queueingApart, longReader]) {
    const works = worksOf(ground, clis).filter(({ name }) => `${load.name}: ${name}`.includes(only));
    const runs = new Map<string, Run[]>();
    for (let turn = 0; turn < times; turn++)
      for (const work of works) {
        const run = await measureOnce(ground, load, work);
        process.stderr.write(
          `${load.name} | ${work.name}: ${run.tookMs.toFixed(0)} ms, longest write ${run.longest.toFixed(0)} ms, median ${run.median.toFixed(1)} ms, exit ${run.exitCode}\n`,
        );
        runs.set(work.name, [...(runs.get(work.name) ?? []), run]);
      }
    for (const [work, all] of runs) yield { load: load.name, work, ...medianOf(all) };
  }
}

function worksOf({ cli, folder, url }: Ground, clis: Readonly<Record<string, readonly string[]>>): Work[] {
  const files = (['011', '012'] as const).map((name) => {
    const file = join(folder, `load-${name}.sql`);
    writeFileSync(file, documentedSql(name));
    return file;
  });
  const at = new URL(url);
  at.pathname = `/${DATABASE}`;
  const [old, documented] = ['1.1.1/1.3.0', '1.4.0/1.4.0-as-documented'];
  const options = ['--yes', '--no-backup', '--database-url', at.href];
  return [
    {
      name: 'the two documented psql lines',
      schema: old,
      commands: files.map((file) => ['psql', '-q', '-d', at.href, '-f', file]),
    },
    ...Object.entries({ ...clis, '': cli }).flatMap(([build, program]) => {
      const named = (name: string) => (build === '' ? name : `${name} (${build})`);
      const upgrade = [...program, 'upgrade', ...options];
      return [
        { name: named('upgrade --yes --no-backup'), schema: old, commands: [upgrade] },
        { name: named('repair of the documented 1.4.0'), schema: documented, commands: [upgrade] },
        {
          name: named('rollback'),
          schema: old,
          before: [upgrade],
          commands: [[...program, 'rollback', ...options]],
        },
      ];
    }),
  ];
}

interface Run extends Waits {
  readonly tookMs: number;
  readonly exitCode: number;
}

async function measureOnce({ server }: Ground, load: Load, { schema, before = [], commands }: Work): Promise<Run> {
  await freshOn(server, DATABASE, schema);
  const client = new pg.Client({ ...server, database: DATABASE });
  await client.connect();
  for (const statement of usedDatabase) await client.query(statement);
  await client.end();
  for (const command of before) await exitOf(command);
  let exitCode = 0;
  const waits = await underLoad(server, DATABASE, load, async () => {
    for (const command of commands) exitCode ||= await exitOf(command);
  });
  return { ...waits, exitCode };
}

/** The exit code of a command. */
async function exitOf([program = '', ...args]: readonly string[]): Promise<number> {
  try {
    await promisify(execFile)(program, args);
    return 0;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code !== 'number') throw error;
    return code;
  }
}

function medianOf(runs: readonly Run[]): Omit<LoadRow, 'load' | 'work'> {
  const median = (of: (run: Run) => number) => runs.map(of).sort((a, b) => a - b)[runs.length >> 1] ?? NaN;
  return {
    tookMs: median(({ tookMs }) => tookMs),
    longest: median(({ longest }) => longest),
    median: median(({ median: value }) => value),
    writes: median(({ writes }) => writes),
    refused: Math.max(...runs.map(({ refused }) => refused)),
    exitCodes: runs.map(({ exitCode }) => exitCode),
  };
}
