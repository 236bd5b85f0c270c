import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandHost } from '../../src/database/container/command/command-host.js';
import type { ContainerHost } from '../../src/database/container/host.js';
import { openHost } from '../../src/database/container/open.js';
import { outputOf } from '../../src/database/container/output-of.js';
import { parseEngineUrl } from '../../src/database/docker/address.js';
import { podmanCommand } from '../../src/database/podman/command.js';
import { runCommand, startCommand } from '../support/command.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { scenarioSql } from '../support/fixtures.js';
import { hasPodman, startPodman, type TestPodman } from '../support/podman.js';
import { machineEnv, runProgram } from '../support/run-program.js';
import { sshdFailure, startSshd, type Sshd } from '../support/sshd.js';

const local = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
/** A name that only these tests use: Podman's own container of that name is another one. */
const name = 'yokeflow_transports';

const required = process.env['REQUIRE_DOCKER'] === '1';
const withSsh = required || sshdFailure === undefined;
const withPodman = required || hasPodman;

describeWithEngine('every way to a container', () => {
  let container: PostgresContainer;
  let sshd: Sshd;
  let podman: TestPodman;
  const before = { ...process.env };

  beforeAll(async () => {
    const starting = [
      startPostgresContainer({ name, sql: scenarioSql('1.3.0') }).then((one) => {
        container = one;
      }),
      withSsh
        ? startSshd().then((one) => {
            sshd = one;
          })
        : Promise.resolve(),
      withPodman
        ? startPodman().then(async (one) => {
            podman = one;
            await one.startPostgres(name, 55_497, scenarioSql('1.3.0'));
          })
        : Promise.resolve(),
    ];
    await Promise.all(starting);
    process.env['PATH'] = sshd?.path ?? process.env['PATH'];
    Object.assign(process.env, podman?.env);
  }, 120_000);
  afterAll(async () => {
    process.env = before;
    podman?.stop();
    await sshd?.stop();
    await container?.stop();
  });

  const ways: [string, boolean, () => Promise<ContainerHost>][] = [
    ["the engine's API", true, () => openHost(parseEngineUrl(local, 'test'))],
    [
      'docker exec -i',
      true,
      async () => new CommandHost({ source: 'test', kind: 'command', url: 'docker', program: 'docker' }, 'docker'),
    ],
    ["the engine's API over ssh", withSsh, () => openHost(parseEngineUrl(`ssh://${sshd.alias}`, 'test'))],
    [
      'a socket forwarded over ssh',
      withSsh,
      () => openHost(parseEngineUrl(`ssh://${sshd.alias}/var/run/docker.sock`, 'test')),
    ],
    ['podman exec -i', withPodman, () => openHost(podmanCommand('test'))],
  ];

  describe.each(ways.filter(([, isHad]) => isHad))('%s', (_, __, open) => {
    let host: ContainerHost;
    const run = (script: string, env = {}) => outputOf(host, name, { args: ['sh', '-c', script], env }, 10_000);
    beforeAll(async () => {
      host = await open();
    });

    it('lists and inspects it, and knows none of another name', async () => {
      const listed = (await host.list()).find(({ Names }) => Names.includes(`/${name}`));
      const inspected = await host.inspect(name);
      expect(listed?.Id).toBe(inspected?.Id);
      expect(inspected?.State.Running).toBe(true);
      expect(inspected?.Config.Env).toContain('POSTGRES_USER=agent');
      expect(await host.inspect('no_such_container')).toBeUndefined();
      expect(await host.logs(name, 20)).toContain('ready to accept connections');
      expect((await host.describe()).version).toMatch(/^\d+\./);
    });

    it('keeps the two outputs apart, to the byte, with environment and exit code', async () => {
      const { stdout, stderr, exitCode } = await run(
        'printf "%s" "$A B"; printf "no newline" >&2; head -c 3000000 /dev/zero | tr "\\0" "\\377" | wc -c; exit 7',
        { A: 'it\'s "x"\nand', LC_ALL: '' },
      );
      expect({ stdout: stdout.replace(/\s+(?=\d+\s*$)/, ''), stderr, exitCode }).toEqual({
        stdout: 'it\'s "x"\nand B3000000\n',
        stderr: 'no newline',
        exitCode: 7,
      });
    });

    it('carries bytes both ways, more than any buffer holds', async () => {
      const bytes = randomBytes(6_000_000);
      const exec = await host.exec(name, {
        args: ['sh', '-c', `head -c ${bytes.length}`],
        env: {},
        hasInput: true,
      });
      exec.input.write(bytes);
      const digest = createHash('sha256');
      for await (const { channel, bytes: piece } of exec.output) {
        if (channel === 'stdout') digest.update(piece);
      }
      expect(await exec.exitCode()).toBe(0);
      expect(digest.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(await exec.isRunning()).toBe(false);
    });

    it('a program that is let go of sees the end of its input', async () => {
      const file = `/tmp/ended-${randomBytes(4).toString('hex')}`;
      const exec = await host.exec(name, {
        args: ['sh', '-c', `while read -r _; do :; done; touch ${file}`],
        env: {},
        hasInput: true,
      });
      expect(await exec.isRunning()).toBe(true);
      exec.abandon();
      const { exitCode } = await run(
        `n=0; until [ -e ${file} ]; do n=$((n+1)); [ $n -lt 40 ] || exit 1; sleep 0.1; done; rm ${file}`,
      );
      expect(exitCode).toBe(0);
    });

    it('says of a container that is not there, or a program, that it is not', async () => {
      const missing = host.exec('no_such_container', { args: ['true'], env: {}, hasInput: false });
      await expect(missing).rejects.toThrow(/no such container|no container with name/i);
      const { exitCode, stderr } = await run('no_such_program');
      expect(exitCode).toBe(127);
      expect(stderr).toContain('not found');
    });
  });

  const holding = 'BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(20); ROLLBACK';
  const engines: [
    string,
    boolean,
    () => {
      args: string[];
      env: Record<string, string>;
      engine: string;
      sql: (text: string) => Promise<string>;
      hold: () => Promise<unknown>;
    },
  ][] = [
    [
      'over ssh',
      withSsh,
      () => ({
        args: ['--container', name],
        env: { DOCKER_HOST: `ssh://${sshd.alias}`, PATH: sshd.path },
        engine: `ssh://${sshd.alias}`,
        sql: async (text) => JSON.stringify(await container.query(text)),
        hold: () => container.query(holding),
      }),
    ],
    [
      'in Podman without its service',
      withPodman,
      () => ({
        args: ['--container', name, '--engine', 'podman'],
        env: { ...podman.env },
        engine: 'podman',
        sql: async (text) => podman.query(name, text),
        hold: () =>
          runProgram('podman', ['exec', name, 'psql', '-U', 'agent', '-d', 'yokeflow', '-c', holding], {
            env: { ...machineEnv(), ...podman.env },
          }),
      }),
    ],
  ];

  describe.each(engines.filter(([, isHad]) => isHad))('a database %s', (_, __, on) => {
    it('is backed up and upgraded, over one connection', async () => {
      const { args, env, engine } = on();
      const connections = sshd?.accepted();
      const upgraded = await runCommand(['upgrade', '--yes', '--json', ...args], { env });
      expect(upgraded.json()).toMatchObject({
        exitCode: 0,
        result: 'upgraded',
        target: { kind: 'docker', container: name, engine },
      });
      expect(upgraded.json().backup?.bytes).toBeGreaterThan(10_000);
      if (env['DOCKER_HOST']) expect(sshd.accepted() - (connections ?? 0)).toBe(1);
      expect(await leftBehind(sshd)).toBe('');
    }, 60_000);

    it('of a run that is killed nothing is left, here or there', async () => {
      const { args, env, sql, hold } = on();
      // Nothing is due by now, so the run would soon be over by itself.
      const held = hold();
      const line = ['upgrade', '--yes', '--no-backup', '--events', '--wait', '60', ...args];
      const { process: killed, result } = startCommand(line, { env });
      const sessions = `SELECT count(*) AS n FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%'`;
      const count = async () => Number(/\d+/.exec(await sql(sessions))?.[0]);
      for (let tries = 0; tries < 400 && (await count()) === 0; tries++) await sleep(25);
      killed.kill('SIGKILL');
      await result;
      for (let tries = 0; tries < 50 && (await count()) > 0; tries++) await sleep(200);
      expect(await count()).toBe(0);
      expect(await leftBehind(sshd)).toBe('');
      await held;
    }, 90_000);
  });
});

/** The processes that go through these transports, are not of this test's own, and still run a moment later. */
async function leftBehind(sshd: Sshd | undefined): Promise<string> {
  const pattern = new RegExp(`exec --interactive.*${name}${sshd === undefined ? '' : `|-- ${sshd.alias} `}`);
  for (let tries = 0; ; tries++) {
    const { stdout } = spawnSync('ps', ['-eo', 'ppid=,args='], { encoding: 'utf8' });
    const found = stdout
      .split('\n')
      .filter((line) => pattern.test(line) && Number.parseInt(line, 10) !== process.pid)
      .join('\n');
    if (found === '' || tries === 20) return found;
    await sleep(200);
  }
}
