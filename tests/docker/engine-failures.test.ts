import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, type CommandOptions } from '../support/command.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { temporaryFolder } from '../support/folder.js';
import { hasPodman, startPodman, type TestPodman } from '../support/podman.js';
import { startSocketProxy } from '../support/socket-proxy.js';
import { sshdFailure, startSshd, type Sshd } from '../support/sshd.js';

const local = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
const required = process.env['REQUIRE_DOCKER'] === '1';

/** What a search without further options ends in, and how long it takes. */
async function search(env: Record<string, string>, args: string[] = [], options: CommandOptions = {}) {
  const begin = Date.now();
  const { json } = await runCommand(['status', '--json', ...args], { ...options, env });
  const { exitCode, error } = json();
  return {
    exitCode,
    code: error?.code,
    found: error?.found.join('\n') ?? '',
    remedy: error?.remedy ?? '',
    ms: Date.now() - begin,
  };
}

/** Starts a server that is thrown away with the tests. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

describe.skipIf(!required && sshdFailure !== undefined)('an engine over ssh', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd?.stop());
  const env = (host = sshd.alias) => ({ DOCKER_HOST: `ssh://${host}`, PATH: sshd.path });

  it('whose host key is not known is not connected to', async () => {
    sshd.know(undefined);
    const { exitCode, code, remedy } = await search(env());
    expect({ exitCode, code }).toEqual({ exitCode: 4, code: 'YF241' });
    expect(remedy).toContain(`ssh ${sshd.alias}`);
    expect(sshd.accepted()).toBe(0);
  });

  it('whose host key has changed is not connected to', async () => {
    sshd.know('other');
    const { exitCode, code, remedy } = await search(env());
    expect({ exitCode, code }).toEqual({ exitCode: 4, code: 'YF242' });
    expect(remedy).toContain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}'`);
    expect(sshd.accepted()).toBe(0);
  });

  it('that accepts no key says so', async () => {
    sshd.know('right');
    sshd.useKey(false);
    expect(await search(env())).toMatchObject({ exitCode: 4, code: 'YF243' });
    sshd.useKey(true);
  });

  it('that is not there, or has no such socket, says which', async () => {
    const [nobody, noSocket, noCommand, noContext] = await Promise.all([
      search(env('root@127.0.0.1:9'), ['--engine', 'ssh://root@127.0.0.1:9']),
      search(env(`${sshd.alias}/run/no-engine.sock`)),
      search({ DOCKER_HOST: 'ssh://anywhere', PATH: temporaryFolder() }, ['--engine', 'ssh://anywhere']),
      search({ KUBECONFIG: '/dev/null' }, ['--kube', 'nowhere/yokeflow/db-0']),
    ]);
    expect(noContext).toMatchObject({ exitCode: 4, code: 'YF246' });
    expect(noContext.found).toContain('no context nowhere');
    expect(nobody).toMatchObject({ exitCode: 4, code: 'YF244' });
    expect(nobody.found).toContain('Connection refused');
    expect(noSocket).toMatchObject({ exitCode: 4, code: 'YF245' });
    expect(noSocket.found).toContain('/run/no-engine.sock');
    expect(noCommand).toMatchObject({ exitCode: 4, code: 'YF249' });
    for (const { ms } of [nobody, noSocket, noCommand]) expect(ms).toBeLessThan(10_000);
  });
});

describeWithEngine('a search that finds nothing', () => {
  let container: PostgresContainer;
  beforeAll(async () => {
    container = await startPostgresContainer({});
  });
  afterAll(() => container?.stop());

  it('through a proxy that forbids lists is YF210, and one that forbids exec too', async () => {
    const all = await startSocketProxy((_, path) => path === '/_ping');
    const exec = await startSocketProxy((method) => method === 'GET' || method === 'HEAD');
    try {
      for (const { url } of [all, exec]) {
        const { exitCode, code, remedy } = await search({ DOCKER_HOST: url });
        expect({ exitCode, code }).toEqual({ exitCode: 4, code: 'YF210' });
        expect(remedy).toContain('EXEC=1');
      }
    } finally {
      all.stop();
      exec.stop();
    }
  });

  it('on an engine that hangs says so within five seconds', async () => {
    const server = createServer();
    const port = await listen(server);
    const { code, found, ms } = await search({ DOCKER_HOST: `tcp://127.0.0.1:${port}` });
    server.close();
    expect(code).toBe('YF203');
    expect(found).toContain('no answer in time');
    // On a loaded machine a process takes its time to begin and to end.
    expect(ms).toBeLessThan(8000);
  });

  it('in a dead context is about that context, and names the others and what is there', async () => {
    const home = temporaryFolder();
    context(home, 'dead', 'unix:///no-engine.sock');
    context(home, 'alive', local);
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'dead' }));
    const { exitCode, code, found, remedy } = await search({ HOME: home, DOCKER_HOST: '' });
    expect({ exitCode, code }).toEqual({ exitCode: 4, code: 'YF203' });
    expect(found).toMatch(/"alive".*yokeflow_postgres.*--engine alive/);
    expect(remedy).toContain('docker context use');
    const alive = await runCommand(['status', '--json', '--engine', 'alive'], { env: { HOME: home, DOCKER_HOST: '' } });
    expect(alive.json()).toMatchObject({ target: { container: 'yokeflow_postgres', engine: local } });
    expect(await search({ HOME: home, DOCKER_HOST: '' }, ['--engine', 'gone'])).toMatchObject({ code: 'YF203' });
  });

  it.skipIf(!required && !hasPodman)(
    'with a Podman beside, without and with its service',
    async () => {
      const podman: TestPodman = await startPodman();
      try {
        await podman.startPostgres('yokeflow_postgres', 55_496);
        // It is found by itself where no engine is named, beside Docker's own of the same name.
        const beside = await search({ ...podman.env, DOCKER_HOST: '' });
        expect(beside).toMatchObject({ exitCode: 3, code: 'YF318' });
        const mentioned = await search({ ...podman.env });
        expect(mentioned.found).toMatch(/Podman without its service.*yokeflow_postgres.*--engine podman/);
        const service = await podman.startService();
        try {
          for (const way of [{ CONTAINER_HOST: service.url }, connection(service.url)]) {
            const { json } = await runCommand(['status', '--json'], { env: { ...way, DOCKER_HOST: '' } });
            expect(json()).toMatchObject({ target: { container: 'yokeflow_postgres', engine: service.url } });
          }
        } finally {
          service.stop();
        }
      } finally {
        podman.stop();
      }
    },
    60_000,
  );
});

/** A connection of Podman's that CONTAINER_CONNECTION names, in containers.conf as Podman 4 writes it. */
function connection(url: string): Record<string, string> {
  const file = join(temporaryFolder(), 'containers.conf');
  writeFileSync(
    file,
    `[engine]\n  [engine.service_destinations]\n    [engine.service_destinations.mine]\n      uri = "${url}"\n`,
  );
  return { CONTAINERS_CONF: file, CONTAINER_CONNECTION: 'mine' };
}

function context(home: string, name: string, Host: string): void {
  const folder = join(home, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host } } }));
}
