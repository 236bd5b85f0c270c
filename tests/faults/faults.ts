import type { RunningCommand } from '../support/command.js';
import type { PostgresContainer } from '../support/engine.js';
import type { Ground } from './ground.js';

/** Something that goes wrong while the command runs. */
export interface Fault {
  readonly name: string;
  strike(run: RunningCommand, ground: Ground): Promise<void>;
}

/** Its backends, and not those of other tests on the same server. */
const ours = ({ database }: Ground) => `application_name LIKE 'yokeflow-upgrade%' AND datname = '${database.name}'`;

const signal = (name: NodeJS.Signals): Fault => ({
  name: `the command gets ${name}`,
  strike: (run) => Promise.resolve(void run.process.kill(name)),
});

const everywhere: readonly Fault[] = [
  signal('SIGKILL'),
  signal('SIGKILL'),
  signal('SIGTERM'),
  signal('SIGINT'),
  signal('SIGHUP'),
  {
    name: 'the backend is terminated',
    strike: async (_run, ground) => void (await ground.ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours(ground)}`)),
  },
  {
    name: "the backend's statement is cancelled",
    strike: async (_run, ground) => void (await ground.ask(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE ${ours(ground)}`)),
  },
  {
    name: 'the connection is cut for a moment',
    strike: (_run, ground) => Promise.resolve(ground.line.cut(0)),
  },
  {
    name: 'the connection is cut for good',
    strike: (_run, ground) => Promise.resolve(ground.line.cut(3000)),
  },
];

export const directFaults = everywhere;

/** @param smallDisk whether backups go to a disk that can be filled up */
export function dockerFaults(container: PostgresContainer, smallDisk: boolean): readonly Fault[] {
  return [
    ...everywhere,
    {
      name: 'the container is killed',
      strike: () => container.container.kill() as Promise<void>,
    },
    ...(smallDisk ? [{ name: "the backup's disk is full", strike: (_run: RunningCommand, ground: Ground) => Promise.resolve(ground.fillDisk()) }] : []),
  ];
}
