import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from '../support/databases.js';
import type { RunningCommand } from '../support/command.js';
import type { PostgresContainer } from '../support/engine.js';
import type { Ground } from './ground.js';
import type { Random } from './random.js';

/** Something that goes wrong while the command runs. */
export interface Fault {
  readonly name: string;
  /** What it needs to strike at all. */
  readonly needs?: 'client programs' | 'a small disk';
  /** Whether nobody can expect last words of the command: it is killed, or left in a hurry. */
  readonly silences?: 'document' | 'tidying';
  strike(run: RunningCommand, ground: Ground, random: Random): Promise<void>;
}

const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

const signal = (name: NodeJS.Signals): Fault => ({
  name: `the command gets ${name}`,
  ...(name === 'SIGKILL' && { silences: 'document' }),
  strike: (run) => Promise.resolve(void run.process.kill(name)),
});

/** Does something to the run's sessions on the server, as its superuser. */
const onServer = (name: string, action: string, pick: (pids: number[], random: Random) => number[]): Fault => ({
  name,
  strike: async (_run, ground, random) => {
    const pids = pick((await ground.sessions()).map(({ pid }) => pid), random);
    if (pids.length === 0) return;
    await connected(await ground.server(), 'postgres', (admin) => admin.query(`SELECT ${action}(pid) FROM unnest($1::integer[]) AS pid`, [pids]));
  },
});

const kill = (name: string, names: readonly string[]): Omit<Fault, 'needs'> => ({
  name,
  strike: (_run, ground, random) => ground.killProgram(names, random.between(0, 9)),
});

/** What can strike on either way to a database. */
const everywhere: readonly Fault[] = [
  signal('SIGKILL'),
  signal('SIGKILL'),
  ...signals.map(signal),
  {
    name: 'the command gets two signals',
    silences: 'tidying',
    strike: async (run, _ground, random) => {
      run.process.kill(random.pick(signals));
      await sleep(random.between(0, 400));
      run.process.kill(random.pick(signals));
    },
  },
  onServer('every backend is terminated', 'pg_terminate_backend', (pids) => pids),
  onServer('one backend is terminated', 'pg_terminate_backend', (pids, random) => (pids.length === 0 ? [] : [random.pick(pids)])),
  onServer("the backends' statements are cancelled", 'pg_cancel_backend', (pids) => pids),
  { name: 'the connection is cut for a moment', strike: (_run, ground) => Promise.resolve(ground.line.cut(0)) },
  { name: 'the connection is cut for good', strike: (_run, ground) => Promise.resolve(ground.line.cut(3000)) },
  { ...kill('pg_dump or pg_restore is killed', ['pg_dump', 'pg_restore']), needs: 'client programs' },
  { name: 'the disk of backups and TMPDIR is full', needs: 'a small disk', strike: (_run, ground) => Promise.resolve(ground.fillDisk()) },
];

export const directFaults = everywhere;

export function containerFaults(container: PostgresContainer): readonly Fault[] {
  return [
    ...everywhere,
    kill('psql is killed', ['psql']),
    { name: 'the container is killed', strike: () => container.container.kill() as Promise<void> },
  ];
}
