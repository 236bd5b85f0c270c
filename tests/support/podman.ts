import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { docker } from './docker.js';
import { presentImage } from './image.js';
import type { OtherUser } from './other-user.js';

/** As whom, where and with which variables a program runs. */
interface SpawnOptions {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A Podman with a storage of its own, without a service. */
export interface TestPodman {
  /** The variables by which `podman` finds its storage, and works within a container too (cgroupfs, runc). */
  readonly env: Readonly<Record<string, string>>;
  /** Starts PostgreSQL as YokeFlow's compose file does, without a network of its own. */
  startPostgres(name: string, port: number, sql?: string): Promise<void>;
  /** Runs SQL in it. */
  query(name: string, sql: string): string;
  /** Starts `podman system service` on a socket. */
  startService(): Promise<{ url: string; stop(): void }>;
  /** Removes its containers and storage. */
  stop(): void;
}

/** Whether podman is here, and root runs the tests. */
export const hasPodman = spawnSync('podman', ['--version']).status === 0 && process.getuid?.() === 0;

/**
 * @param user whose Podman it is, without root's rights; it is set up as that user's own usually is. Absent: root's, in a storage of its own
 * @throws {Error} where Docker has no image to test with
 */
export async function startPodman(user?: OtherUser): Promise<TestPodman> {
  const folder = user?.home ?? mkdtempSync(join(tmpdir(), 'yfu-podman-'));
  const at = (name: string) => join(folder, name);
  const env: Record<string, string> = user?.env ?? {
    CONTAINERS_STORAGE_CONF: at('storage.conf'),
    CONTAINERS_CONF: at('containers.conf'),
  };
  const as = { uid: user?.uid, gid: user?.gid, cwd: folder, env: { ...(user ? {} : process.env), ...env } };
  const podman = (args: readonly string[], input = '') =>
    execFileSync('podman', args, { ...as, input, encoding: 'utf8', stdio: 'pipe' });
  configure(folder, user);
  const image = await imageFiles(at('image'), as, user !== undefined);
  const query = (name: string, sql: string) =>
    podman(
      ['exec', '-i', name, 'psql', '-X', '-q', '-A', '-t', '-U', 'agent', '-d', 'yokeflow', '-v', 'ON_ERROR_STOP=1'],
      sql,
    );
  return {
    env,
    query,
    async startPostgres(name, port, sql) {
      const variables = [
        ...image.env,
        'POSTGRES_USER=agent',
        'POSTGRES_PASSWORD=agent_dev_password',
        'POSTGRES_DB=yokeflow',
        `PGPORT=${port}`,
      ];
      await promisify(execFile)(
        'podman',
        [
          'run',
          '--detach',
          `--name=${name}`,
          '--network=host',
          ...variables.map((variable) => `--env=${variable}`),
          '--rootfs',
          image.folder,
          ...image.command,
        ],
        as,
      );
      // While it is set up, it listens at its socket alone.
      const isReady = ['exec', name, 'pg_isready', '-q', '-h', '127.0.0.1'];
      for (let tries = 0; spawnSync('podman', isReady, as).status !== 0; tries++) {
        if (tries > 100) throw new Error(`${name} does not answer: ${podman(['logs', name])}`);
        await sleep(200);
      }
      if (sql !== undefined) query(name, sql);
    },
    async startService() {
      const path = user ? join(user.runtime, 'podman/podman.sock') : at('service.sock');
      mkdirSync(dirname(path), { recursive: true });
      if (user) chownSync(dirname(path), user.uid, user.gid);
      const service = spawn('podman', ['system', 'service', '--time=0', `unix://${path}`], { ...as, stdio: 'ignore' });
      for (
        let tries = 0;
        tries < 100 && spawnSync('curl', ['-sf', '--unix-socket', path, 'http://d/_ping']).status !== 0;
        tries++
      )
        await sleep(100);
      return { url: `unix://${path}`, stop: () => void service.kill() };
    },
    stop() {
      spawnSync('podman', ['rm', '--force', '--all', '--time=0'], as);
      // The process that keeps the namespace of a user's containers.
      if (user) spawnSync('podman', ['system', 'migrate'], as);
      else rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What Podman needs to work within a container too. */
function configure(folder: string, user: OtherUser | undefined): void {
  const home = user ? join(folder, '.config/containers') : folder;
  mkdirSync(home, { recursive: true });
  if (!user) {
    const storage = ['[storage]', 'driver = "vfs"', `graphroot = "${folder}/graph"`, `runroot = "${folder}/run"`, ''];
    writeFileSync(join(home, 'storage.conf'), storage.join('\n'));
  }
  writeFileSync(
    join(home, 'containers.conf'),
    [
      '[containers]',
      // Within a container more is not allowed.
      'default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]',
      '[engine]',
      'cgroup_manager = "cgroupfs"',
      'runtime = "runc"',
      'events_logger = "file"',
      ...(user ? [] : [`tmp_dir = "${folder}/tmp"`]),
    ].join('\n'),
  );
  if (user) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, join(folder, '.config')]);
}

/** The files of the test image and how it is started; a Podman that loads it would write all of it twice more. */
async function imageFiles(
  folder: string,
  as: SpawnOptions,
  isRootless: boolean,
): Promise<{ folder: string; env: readonly string[]; command: readonly string[] }> {
  const image = await presentImage(docker);
  if (image === undefined) throw new Error('there is no image to test with');
  const { Config } = await docker.getImage(image).inspect();
  const id = execFileSync('docker', ['create', '--label', 'yokeflow-upgrade.test', image], { encoding: 'utf8' }).trim();
  // In the namespace of the user, whose root owns them, and may make no device.
  const unpack = ['sh', '-c', 'mkdir "$1" && exec tar -x -C "$1" --anchored --exclude="dev/*"', 'sh', folder];
  const [program = 'sh', ...args] = [...(isRootless ? ['podman', 'unshare'] : []), ...unpack];
  try {
    const source = spawn('docker', ['export', id], { stdio: ['ignore', 'pipe', 'inherit'] });
    const files = spawn(program, args, { ...as, stdio: ['pipe', 'ignore', 'pipe'] });
    const ended = Promise.all([once(files, 'close') as Promise<[number | null]>, text(files.stderr)]);
    await pipeline(source.stdout, files.stdin);
    const [[status], words] = await ended;
    if (status !== 0) throw new Error(`the files of ${image} cannot be unpacked: ${words}`);
  } finally {
    execFileSync('docker', ['rm', '--force', '--volumes', id], { stdio: 'ignore' });
  }
  const listed = (value: string | string[] | undefined) => (typeof value === 'string' ? [value] : (value ?? []));
  return { folder, env: Config.Env ?? [], command: [...listed(Config.Entrypoint), ...listed(Config.Cmd)] };
}
