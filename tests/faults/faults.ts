import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from '../support/databases.js';
import type { RunningCommand } from '../support/command.js';
import type { PostgresContainer } from '../support/engine.js';
import type { Ground, Left } from './ground.js';
import type { Random } from './random.js';

/** Something that goes wrong while the command runs. */
export interface Fault {
  readonly name: string;
  /** What it needs to strike at all: pg_dump or pg_restore at work, or something that is written to a small disk. */
  readonly needs?: 'programs' | 'a small disk';
  /** Whether nobody can expect last words of the command: it is killed, or left in a hurry. */
  readonly silences?: 'document' | 'tidying';
  /** @returns whether there was something to strike */
  strike(run: RunningCommand, ground: Ground, random: Random): Promise<boolean>;
}

const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

const signal = (name: NodeJS.Signals): Fault => ({
  name: `the command gets ${name}`,
  ...(name === 'SIGKILL' && { silences: 'document' }),
  strike: (run) => Promise.resolve(run.process.kill(name)),
});

export const isOver = ({ process: { exitCode, signalCode } }: RunningCommand): boolean =>
  exitCode !== null || signalCode !== null;

/** Tries again and again until there was something to strike, or the run is over. */
async function untilStruck(run: RunningCommand, attempt: () => Promise<boolean>): Promise<boolean> {
  while (!isOver(run)) {
    if (await attempt()) return true;
    await sleep(5);
  }
  return false;
}

/** Does something to the run's sessions on the server, as its superuser. */
const onServer = (
  name: string,
  action: string,
  pick: (sessions: readonly Left[], random: Random) => readonly Left[],
): Fault => ({
  name,
  strike: (run, ground, random) =>
    untilStruck(run, async () => {
      const pids = pick(await ground.sessions(), random).map(({ pid }) => pid);
      if (pids.length > 0)
        await connected(await ground.server(), 'postgres', (admin) =>
          admin.query(`SELECT ${action}(pid) FROM unnest($1::integer[]) AS pid`, [pids]),
        );
      return pids.length > 0;
    }),
});

const kill = (name: string, names: readonly string[]): Fault => ({
  name,
  strike: (run, ground, random) => {
    const which = random.between(0, 9);
    return untilStruck(run, () => ground.killProgram(names, which));
  },
});

/** Does something at once that cannot miss. */
const atOnce = (name: string, act: (ground: Ground) => void): Fault => ({
  name,
  strike: (_run, ground) => {
    act(ground);
    return Promise.resolve(true);
  },
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
      const first = run.process.kill(random.pick(signals));
      await sleep(random.between(0, 400));
      run.process.kill(random.pick(signals));
      return first;
    },
  },
  onServer('every backend is terminated', 'pg_terminate_backend', (sessions) => sessions),
  onServer('one backend is terminated', 'pg_terminate_backend', (sessions, random) =>
    sessions.length === 0 ? [] : [random.pick(sessions)],
  ),
  onServer('a statement is cancelled', 'pg_cancel_backend', (sessions) =>
    sessions.filter(({ state }) => state === 'active'),
  ),
  atOnce('the connection is cut for a moment', ({ line }) => line.cut(0)),
  atOnce('the connection is cut for good', ({ line }) => line.cut(3000)),
  { ...kill('pg_dump or pg_restore is killed', ['pg_dump', 'pg_restore']), needs: 'programs' },
  { ...atOnce('the disk of backups and TMPDIR is full', (ground) => ground.fillDisk()), needs: 'a small disk' },
];

export const directFaults = everywhere;

export function containerFaults(container: PostgresContainer): readonly Fault[] {
  return [
    ...everywhere,
    kill('psql is killed', ['psql']),
    {
      name: 'the container is killed',
      strike: async () => {
        await container.container.kill();
        return true;
      },
    },
  ];
}
