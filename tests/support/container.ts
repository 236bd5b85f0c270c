import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import {
  connected,
  createDatabaseOn,
  type DatabaseOptions,
  type ServerAddress,
  type TestDatabase,
} from './databases.js';
import { docker, removeContainer, removeTestContainers, testLabel } from './docker.js';
import { presentImage } from './image.js';

export interface ContainerOptions {
  /** Default: `yokeflow_postgres`, as in YokeFlow's compose file. */
  name?: string;
  /** Default: `agent`. */
  user?: string;
  /** Default: `agent_dev_password`, as in YokeFlow's compose file. */
  password?: string;
  /** Default: `yokeflow`. */
  database?: string;
  /** Loaded into `database` once the server answers. */
  sql?: string;
  /** Files of /docker-entrypoint-initdb.d by name: what a first start runs in alphabetical order. */
  initFiles?: Record<string, string>;
  /** Whether the port is published on a free port of 127.0.0.1 (default), or reachable inside its network only. */
  published?: boolean;
  /** Further environment and labels, for tests of detection. */
  env?: Record<string, string>;
  labels?: Record<string, string>;
  /** Arguments of the server, after `postgres`. */
  serverArgs?: string[];
  /** Shell lines that run before the image's own entrypoint. */
  before?: string;
  /** The port that the server listens at (default: 5432), which is the one that is published. */
  port?: number;
  /** A health check, run each second. */
  healthcheck?: string[];
  /** Whether it is started (default), or only created. */
  started?: boolean;
}

export interface PostgresContainer {
  name: string;
  id: string;
  /** For whatever dockerode can do to it: stop, start, pause, inspect. */
  container: Docker.Container;
  /** Its server over TCP, as seen from here. It changes when the container is started again. */
  address(): Promise<ServerAddress>;
  /** Runs SQL in the container's own database, over a connection of its own. */
  query<T extends object = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<T[]>;
  /** Makes another database in it; the same `sql` is loaded once and copied from then on. */
  createDatabase(options?: DatabaseOptions): Promise<TestDatabase>;
  /** Runs a program in the container, without a terminal. */
  run(...command: string[]): Promise<{ stdout: string; stderr: string; exitCode: number }>;
  /** Waits until the server answers over TCP, so not before the init files have run. */
  ready(): Promise<void>;
  /** Removes the container with its data. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL container and waits until its server answers. A container of the same name that an
 * earlier test left is removed first; one that is not the tests' own is never touched.
 * @throws {Error} with the container's log when it stops or is silent for 60 s.
 */
export async function startPostgresContainer(options: ContainerOptions = {}): Promise<PostgresContainer> {
  const started = await createPostgresContainer(options);
  try {
    await started.ready();
    if (options.sql !== undefined) await started.query(options.sql);
    return started;
  } catch (error) {
    await started.stop();
    throw error;
  }
}

/** Like `startPostgresContainer`, but returns as soon as the container has started, whatever becomes of it. */
export async function createPostgresContainer(options: ContainerOptions = {}): Promise<PostgresContainer> {
  const {
    name = 'yokeflow_postgres',
    user = 'agent',
    password = 'agent_dev_password',
    database = 'yokeflow',
  } = options;
  const image = await presentImage(docker);
  if (!image) throw new Error('no PostgreSQL image: tests/support/engine-setup.ts has not run');
  await removeTestContainers(name);

  const initFolder = await writeInitFiles(options.initFiles ?? {});
  const env = { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database, ...options.env };
  const port = `${options.port ?? 5432}/tcp`;
  const before =
    options.before && `${options.before}\nexec "$(command -v docker-entrypoint.sh || command -v entrypoint.sh)" "$@"`;
  const container = await docker.createContainer({
    name,
    Image: image,
    // What is lost when a machine stops is made anew anyway.
    Cmd: ['postgres', '-c', 'fsync=off', '-c', 'full_page_writes=off', ...(options.serverArgs ?? [])],
    ...(before && { Entrypoint: ['sh', '-c', before, 'sh'] }),
    ...(options.healthcheck && { Healthcheck: { Test: options.healthcheck, Interval: 1e9, Timeout: 1e9, Retries: 1 } }),
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    Labels: { [testLabel]: '1', ...options.labels },
    ExposedPorts: { [port]: {} },
    HostConfig: {
      Binds: [`${initFolder}:/docker-entrypoint-initdb.d:ro`],
      PortBindings: options.published === false ? {} : { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] },
    },
  });
  if (options.started !== false) await container.start();

  const address = async () => ({ ...(await reachable(container, port)), user, password });
  return {
    name,
    id: container.id,
    container,
    address,
    query: async <T extends object>(sql: string, params?: unknown[]) =>
      connected(await address(), database, async (client) => (await client.query(sql, params)).rows as T[]),
    createDatabase: async (wanted) => createDatabaseOn(await address(), wanted),
    run: (...command) => run(container, command),
    ready: () => ready(container, address, database),
    stop: async () => {
      await removeContainer(container);
      await rm(initFolder, { recursive: true, force: true });
    },
  };
}

async function writeInitFiles(files: Record<string, string>): Promise<string> {
  // Not mkdtemp: its capitals and digits now and then look like a key, and a report then masks the whole path.
  const folder = join(tmpdir(), `yokeflow-upgrade-init-${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { mode: 0o755 });
  await chmod(folder, 0o755);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

async function reachable(container: Docker.Container, port: string): Promise<{ host: string; port: number }> {
  const { NetworkSettings } = await container.inspect();
  const published = NetworkSettings.Ports[port]?.[0];
  if (published) return { host: '127.0.0.1', port: Number(published.HostPort) };
  return { host: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '', port: 5432 };
}

async function ready(
  container: Docker.Container,
  address: () => Promise<ServerAddress>,
  database: string,
): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (!(await container.inspect()).State.Running) break;
    try {
      return await connected(await address(), database, async () => undefined);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const log = await container.logs({ stdout: true, stderr: true, tail: 30 });
  throw new Error(`the container stopped or does not answer:\n${log.toString()}`);
}

async function run(
  container: Docker.Container,
  command: string[],
): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  // demuxStream does not end its targets.
  stream.on('end', () => [stdout, stderr].forEach((target) => target.end()));
  const output = await Promise.all([text(stdout), text(stderr)]);
  const { ExitCode } = await exec.inspect();
  return { stdout: output[0], stderr: output[1], exitCode: ExitCode ?? -1 };
}
