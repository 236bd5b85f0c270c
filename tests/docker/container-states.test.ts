import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { whenReady } from '../../src/app/find/ready.js';
import type { Run } from '../../src/app/run.js';
import type { DockerTarget } from '../../src/database/target.js';
import { parseEngineUrl } from '../../src/database/docker/address.js';
import { UpgradeError } from '../../src/errors/error.js';
import { runCommand } from '../support/command.js';
import { choose } from '../support/dialogue.js';
import { docker, removeTestContainers, testLabel } from '../support/docker.js';
import { createPostgresContainer, describeWithEngine, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { presentImage } from '../support/image.js';
import { describeOnTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { describeWithTools } from '../support/tools.js';

async function run(...args: string[]) {
  const result = await runCommand([...args, '--json'], { engine: true });
  return { ...expectDocument(result), stderr: result.stderr };
}

describeWithEngine('the states of a container, one after the other', () => {
  const name = 'yokeflow_postgres';
  let postgres: PostgresContainer;
  afterAll(() => postgres?.stop());
  const status = (...args: string[]) => run('status', ...args);

  it('created: --start starts it, and the first start is waited for, or said not to be over', async () => {
    // Half of YokeFlow is there for some seconds, as in the middle of an init folder.
    postgres = await createPostgresContainer({
      started: false,
      initFiles: { 'schema.sql': `${scenarioSql('1.3.0')}; SELECT pg_sleep(5);`, 'z.sql': 'CREATE TABLE last_one ()' },
    });
    const created = await run('upgrade', '--yes');
    expect(created).toMatchObject({ exitCode: 4, error: { code: 'YF201', changed: false } });
    expect(created.error?.found.join()).toContain('it is not running (created)');
    expect(await status('--start', '--wait', '0')).toMatchObject({ exitCode: 4, error: { code: 'YF252' } });
    expect((await postgres.container.inspect()).State.Running).toBe(true);
    const upgraded = await run('upgrade', '--yes', '--no-backup');
    expect(upgraded, JSON.stringify(upgraded.error)).toMatchObject({ exitCode: 0, result: 'upgraded' });
    // The upgrade began when all scripts had run.
    expect(await postgres.query("SELECT to_regclass('last_one') IS NOT NULL AS there")).toEqual([{ there: true }]);
  });

  it('stopped: not started by --yes, and by --start', async () => {
    await postgres.container.stop({ t: 5 });
    expect(await run('upgrade', '--yes', '--container', name)).toMatchObject({
      exitCode: 4,
      error: { code: 'YF202', remedy: expect.stringContaining('--start') as string },
    });
    expect((await postgres.container.inspect()).State.Running).toBe(false);
    expect(await status('--container', name, '--start')).toMatchObject({
      exitCode: 0,
      target: { container: name, reason: `${name} was started by this run` },
    });
  });

  it('without psql, and with no port published: said, with what helps', async () => {
    const bare = await docker.createContainer({
      name: 'yokeflow_upgrade_bare',
      Image: await presentImage(docker),
      Entrypoint: ['sh', '-c', 'while file=$(command -v psql); do rm "$file"; done; exec sleep 60'],
      Env: ['POSTGRES_USER=agent', 'POSTGRES_DB=yokeflow'],
      Labels: { [testLabel]: '1' },
    });
    onTestFinished(() => bare.remove({ force: true, v: true }).then(() => undefined));
    await bare.start();
    await expect
      .poll(async () => (await status('--container', 'yokeflow_upgrade_bare')).error?.code, { timeout: 20_000 })
      .toBe('YF208');
  });

  it('a server that ends just as the connection comes about, and is there again: another attempt is made', async () => {
    // A stand-in for the server of a first start: the moment is too short to be met.
    const inShell = async (line: string) => {
      const { stdout, stderr, exitCode } = await postgres.run('sh', '-c', line);
      expect(exitCode, stderr).toBe(0);
      return stdout.trim();
    };
    const real = await inShell('command -v psql');
    const says = 'psql: error: connection to server on socket "x" failed: server closed the connection unexpectedly';
    const script = `#!/bin/sh\nif [ -e /tmp/once ]; then exec ${real}.real "$@"; fi\ntouch /tmp/once\necho '${says}' >&2\nexit 2\n`;
    const file = Buffer.from(script).toString('base64');
    await inShell(`mv ${real} ${real}.real && echo ${file} | base64 -d >${real} && chmod 755 ${real}`);
    onTestFinished(async () => void (await inShell(`mv ${real}.real ${real}`)));
    expect(await status('--container', name)).toMatchObject({ exitCode: 0, result: 'already-current' });
    await inShell('ls /tmp/once');
  });

  it('paused: told, with the command that helps', async () => {
    await postgres.container.pause();
    expect(await status('--container', name)).toMatchObject({
      exitCode: 4,
      error: { code: 'YF202', remedy: expect.stringContaining('docker unpause') as string },
    });
    await postgres.container.unpause();
  });

  describeOnTerminal('on a terminal', () => {
    it('stopped: it is offered to start it', async () => {
      await postgres.container.stop({ t: 5 });
      const terminal = await onTerminal(['status'], { engine: true, rows: 60, columns: 160 });
      await choose(terminal, 'Start it?', 'Start it');
      expect(await terminal.ended, terminal.screen()).toBe(0);
      expect((await postgres.container.inspect()).State.Running).toBe(true);
    });
  });

  it('exited with an error, and restarting: with the last lines of its log', async () => {
    await postgres.run('sh', '-c', 'echo \'no_such_setting = 1\' >>"$PGDATA/postgresql.conf"');
    await postgres.container.stop({ t: 5 });
    const failing = await status('--start');
    expect(failing).toMatchObject({ exitCode: 4, error: { code: 'YF251' } });
    expect(failing.error?.found.join('\n')).toMatch(/has exited.*its log: .*no_such_setting/s);
    expect(JSON.stringify(failing)).not.toContain('agent_dev_password');
    // One that ends between the look at it and the connection.
    const engine = parseEngineUrl(process.env['DOCKER_HOST'] ?? 'unix://', 'test');
    const target = {
      kind: 'docker',
      engine,
      container: name,
      containerId: postgres.container.id,
    } as unknown as DockerTarget;
    const gone = new UpgradeError({ code: 'YF202', message: 'it is not running', remedy: '' });
    const once = { unlessSlow: (_: string, work: () => Promise<unknown>) => work() } as unknown as Run;
    await expect(
      whenReady(
        once,
        target,
        () => Promise.reject(gone),
        () => Promise.reject(gone),
      ),
    ).rejects.toMatchObject({
      code: 'YF251',
      found: expect.arrayContaining([expect.stringContaining('its log: ')]) as string[],
    });
    const exited = await status();
    expect(exited.error?.code).toBe('YF251');
    expect(exited.error?.found[0]).toMatch(/^it has exited \(exit code [1-9]/);
    await postgres.container.update({ RestartPolicy: { Name: 'always' } });
    await postgres.container.start();
    await expect
      .poll(async () => (await postgres.container.inspect()).State.Restarting, { timeout: 10_000 })
      .toBe(true);
    expect((await status('--container', name)).error).toMatchObject({ code: 'YF251' });
  });
});

describeWithTools(['docker-compose'], 'compose', () => {
  describeWithEngine('a project of another name', () => {
    it('--project finds its own container; after `down` the volume is named, with the command that brings it up', async () => {
      const folder = join(temporaryFolder(), 'flowtest');
      mkdirSync(join(folder, 'init'), { recursive: true, mode: 0o755 });
      writeFileSync(join(folder, 'init/schema.sql'), scenarioSql('1.3.0'));
      const service = {
        image: await presentImage(docker),
        environment: { POSTGRES_USER: 'agent', POSTGRES_PASSWORD: 'agent_dev_password', POSTGRES_DB: 'app' },
        labels: { [testLabel]: '1' },
        volumes: ['postgres_data:/var/lib/postgresql/data', './init:/docker-entrypoint-initdb.d:ro'],
      };
      const file = { version: '3', services: { postgres: service }, volumes: { postgres_data: {} } };
      writeFileSync(join(folder, 'docker-compose.yml'), JSON.stringify(file));
      const compose = (...args: string[]) => {
        const { status: exitCode, stderr } = spawnSync('docker-compose', args, { cwd: folder, encoding: 'utf8' });
        expect(exitCode, stderr).toBe(0);
      };
      onTestFinished(() => compose('down', '-v', '--timeout', '2'));
      compose('up', '-d');
      const own = await run('status', '--project', folder);
      expect(own, JSON.stringify(own.error)).toMatchObject({
        exitCode: 10,
        target: { database: 'app', reason: expect.stringContaining('of the project in that folder') as string },
      });
      compose('down', '--timeout', '2');
      const down = await run('status', '--project', folder);
      expect(down).toMatchObject({
        exitCode: 4,
        error: {
          code: 'YF253',
          remedy: expect.stringContaining('docker compose -p flowtest up -d postgres') as string,
        },
      });
      expect(down.error?.message).toContain('flowtest_postgres_data');
    });
  });
});

describeWithEngine('a task of a Swarm', () => {
  it('is found by its environment', async ({ skip }) => {
    const { Swarm } = (await docker.info()) as { Swarm?: { LocalNodeState?: string } };
    if (Swarm?.LocalNodeState !== 'inactive') return skip('this engine is in a swarm, or cannot be');
    await docker.swarmInit({ ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1', ForceNewCluster: false });
    onTestFinished(async () => {
      await docker.swarmLeave({ force: true });
      await removeTestContainers();
    });
    await docker.createService({
      Name: 'flow_postgres',
      TaskTemplate: {
        ContainerSpec: {
          Image: await presentImage(docker),
          Env: ['POSTGRES_USER=agent', 'POSTGRES_PASSWORD=agent_dev_password', 'POSTGRES_DB=yokeflow'],
          Labels: { [testLabel]: '1', 'com.docker.stack.namespace': 'flow' },
        },
        RestartPolicy: { Condition: 'none' },
      },
    } as never);
    await expect
      .poll(async () => (await docker.listContainers({ filters: { label: [testLabel] } })).length, { timeout: 20_000 })
      .toBe(1);
    const found = await run('status');
    expect(found).toMatchObject({ exitCode: 3, error: { code: 'YF301' } });
    expect(found.target?.container).toMatch(/^flow_postgres\.1\./);
  });
});
