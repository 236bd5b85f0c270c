import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { docker } from './docker.js';
import { presentImage } from './image.js';

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

/** @throws {Error} where Docker has no image to test with */
export async function startPodman(): Promise<TestPodman> {
  const folder = mkdtempSync(join(tmpdir(), 'yfu-podman-'));
  const at = (name: string) => join(folder, name);
  writeFileSync(
    at('storage.conf'),
    `[storage]\ndriver = "vfs"\ngraphroot = "${at('graph')}"\nrunroot = "${at('run')}"\n`,
  );
  writeFileSync(
    at('containers.conf'),
    [
      '[containers]',
      // Within a container more is not allowed.
      'default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]',
      '[engine]',
      'cgroup_manager = "cgroupfs"',
      'runtime = "runc"',
      'events_logger = "file"',
      `tmp_dir = "${at('tmp')}"`,
    ].join('\n'),
  );
  const env = { CONTAINERS_STORAGE_CONF: at('storage.conf'), CONTAINERS_CONF: at('containers.conf') };
  const image = await imageFiles(at('image'));
  const podman = (...args: string[]) =>
    execFileSync('podman', args, {
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const query = (name: string, sql: string) =>
    execFileSync(
      'podman',
      ['exec', '-i', name, 'psql', '-X', '-q', '-A', '-t', '-U', 'agent', '-d', 'yokeflow', '-v', 'ON_ERROR_STOP=1'],
      {
        env: { ...process.env, ...env },
        input: sql,
        encoding: 'utf8',
      },
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
        { env: { ...process.env, ...env } },
      );
      // While it is set up, it listens at its socket alone.
      for (
        let tries = 0;
        spawnSync('podman', ['exec', name, 'pg_isready', '-q', '-h', '127.0.0.1'], { env: { ...process.env, ...env } })
          .status !== 0;
        tries++
      ) {
        if (tries > 100) throw new Error(`${name} does not answer: ${podman('logs', name)}`);
        await sleep(200);
      }
      if (sql !== undefined) query(name, sql);
    },
    async startService() {
      const path = at('service.sock');
      const service = spawn('podman', ['system', 'service', '--time=0', `unix://${path}`], {
        env: { ...process.env, ...env },
        stdio: 'ignore',
      });
      for (
        let tries = 0;
        tries < 100 && spawnSync('curl', ['-sf', '--unix-socket', path, 'http://d/_ping']).status !== 0;
        tries++
      )
        await sleep(100);
      return { url: `unix://${path}`, stop: () => void service.kill() };
    },
    stop() {
      spawnSync('podman', ['rm', '--force', '--all', '--time=0'], { env: { ...process.env, ...env } });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The files of the test image and how it is started; a Podman that loads it would write all of it twice more. */
async function imageFiles(
  folder: string,
): Promise<{ folder: string; env: readonly string[]; command: readonly string[] }> {
  const image = await presentImage(docker);
  if (image === undefined) throw new Error('there is no image to test with');
  const { Config } = await docker.getImage(image).inspect();
  mkdirSync(folder);
  const id = execFileSync('docker', ['create', '--label', 'yokeflow-upgrade.test', image], { encoding: 'utf8' }).trim();
  try {
    execFileSync('sh', ['-c', 'docker export "$1" | tar -x -C "$2"', 'sh', id, folder]);
  } finally {
    execFileSync('docker', ['rm', '--force', '--volumes', id], { stdio: 'ignore' });
  }
  const words = (value: string | string[] | undefined) => (typeof value === 'string' ? [value] : (value ?? []));
  return { folder, env: Config.Env ?? [], command: [...words(Config.Entrypoint), ...words(Config.Cmd)] };
}
