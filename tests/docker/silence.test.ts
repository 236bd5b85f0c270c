import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { runCommand, startCommand, type CommandResult } from '../support/command.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import type { TestDatabase } from '../support/server.js';
import { listener, silentLine, type SilentLineOptions } from '../support/silent-line.js';
import { slowStep } from '../support/slow-step.js';

/** What starting Node, closing and a busy machine may add to any limit, in s. */
const SLACK_S = 8;
const WAIT_S = 4;
describeWithEngine('an engine or a container that falls silent', () => {
  let container: PostgresContainer;
  let folder: string;
  let database: TestDatabase;
  let before: unknown[];
  beforeAll(async () => {
    container = await startPostgresContainer();
  });
  afterAll(() => container?.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yu-silent-'));
    await connected(await container.address(), 'postgres', (admin) =>
      admin.query('DROP DATABASE IF EXISTS yokeflow WITH (FORCE)'),
    );
    database = await container.createDatabase({
      name: 'yokeflow',
      sql: scenarioSql('1.4.0-as-documented') + slowStep(3),
    });
    before = await contents();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const contents = async () => [withoutNewLabels(await catalogLines(database)), await tableContents(database)];
  const timed = async (run: Promise<CommandResult>) => {
    const begun = Date.now();
    return { ...(await run), seconds: (Date.now() - begun) / 1000 };
  };
  /** An engine that is reached through a socket of the test's. */
  const through = async (options: SilentLineOptions) => {
    const at = join(folder, 'engine.sock');
    const line = await silentLine({ path: '/var/run/docker.sock' }, { at, ...options });
    return { line, env: { DOCKER_HOST: `unix://${at}` } };
  };
  const sleeping = async () => {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(20)) {
      if (
        (
          await database.query(
            `SELECT FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%' AND wait_event = 'PgSleep'`,
          )
        ).length > 0
      )
        return;
    }
    throw new Error('the run never came to its slow step');
  };
  const nothingLeft = async () => {
    const left = () =>
      database.query(
        `SELECT application_name, state, wait_event FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%'`,
      );
    await expect.poll(left, { timeout: 20_000, interval: 200 }).toEqual([]);
    expect(await contents()).toEqual(before);
  };

  it.each([
    ['at ping', /GET \/_ping/, 'status'],
    ['at inspect', /GET \/containers\/[^/]+\/json/, 'backup'],
    ['when an exec is made', /POST \/containers\/[^/]+\/exec/, 'upgrade --yes'],
    ['when an exec is started', /POST \/exec\/[^/]+\/start/, 'verify'],
  ])(
    'the engine stops answering %s: within 5 s, with code and remedy, and one signal ends it',
    async (_, atRequest, command) => {
      const { line, env } = await through({ atRequest });
      const result = await timed(
        runCommand([...command.split(' '), '--json', '--container', 'yokeflow_postgres'], { env }),
      );
      expect(result.seconds).toBeLessThan(5 + SLACK_S);
      expect(expectDocument(result)).toMatchObject({
        exitCode: 4,
        result: 'not-found',
        error: { code: 'YF203', changed: false },
      });
      line.speak();
      const run = startCommand(['status', '--container', 'yokeflow_postgres'], { env });
      await sleep(1500);
      const begun = Date.now();
      run.process.kill('SIGTERM');
      await run.result;
      expect(Date.now() - begun).toBeLessThan(1500);
      await line.close();
    },
  );

  it('usual sockets that hang are all asked at once', async () => {
    const sockets = ['.docker/run', '.docker/desktop', '.rd', '.orbstack/run', '.colima/default'];
    const hanging = await Promise.all(
      sockets.map(async (name) => {
        await mkdir(join(folder, name), { recursive: true });
        return listener({ at: join(folder, name, 'docker.sock') });
      }),
    );
    const result = await timed(runCommand(['status', '--json'], { env: { HOME: folder, DOCKER_HOST: '' } }));
    expect(result.seconds).toBeLessThan(2 + SLACK_S);
    expect(expectDocument(result)).toMatchObject({
      exitCode: 10,
      target: { kind: 'docker', container: 'yokeflow_postgres' },
    });
    for (const one of hanging) await one.close();
  });

  it.each([
    ['the engine falls silent', 'engine'],
    ['the container is paused', 'pause'],
  ] as const)(
    '%s in the middle of an upgrade: the run ends by itself; one signal ends it within 5 s',
    async (_, how) => {
      for (const signal of [undefined, 'SIGTERM'] as const) {
        const { line, env } = await through({});
        const run = startCommand(
          ['upgrade', '--yes', '--no-backup', '--json', '--wait', String(signal ? 60 : WAIT_S)],
          { env },
        );
        await sleeping();
        if (how === 'engine') line.fallSilent();
        else await container.container.pause();
        try {
          if (signal) await sleep(1000);
          if (signal) run.process.kill(signal);
          const result = await timed(run.result);
          expect(result.seconds).toBeLessThan(signal ? 6 : WAIT_S + 15);
          expect(expectDocument(result)).toMatchObject(
            signal
              ? { exitCode: 130, error: { code: 'YF701', changed: false } }
              : { exitCode: 1, error: { code: 'YF506', changed: false } },
          );
          if (how === 'pause' && !signal) expect(result.stdout).toMatch(/paused/);
        } finally {
          if (how === 'pause') await container.container.unpause();
          await line.close();
        }
        await nothingLeft();
      }
    },
  );

  it('the server in the container takes no connection: within 5 s, or within PGCONNECT_TIMEOUT', async () => {
    // From outside: inside, process 1 hears of no SIGSTOP (pid_namespaces(7)).
    const { Pid: postmaster } = (await container.container.inspect()).State;
    process.kill(postmaster, 'SIGSTOP');
    try {
      for (const [env, limit] of [
        [{}, 5],
        [{ PGCONNECT_TIMEOUT: '2' }, 2],
      ] as const) {
        const result = await timed(runCommand(['status', '--json'], { engine: true, env }));
        expect(result.seconds).toBeLessThan(limit + SLACK_S);
        expect(expectDocument(result)).toMatchObject({ exitCode: 4, error: { code: 'YF204', changed: false } });
      }
    } finally {
      process.kill(postmaster, 'SIGCONT');
    }
  });

  it('the container is paused before or in the middle of a backup: the run ends by itself, and says why', async () => {
    await container.container.pause();
    try {
      const result = await timed(runCommand(['status', '--json'], { engine: true }));
      expect(result.seconds).toBeLessThan(10 + SLACK_S);
      const { error, exitCode } = expectDocument(result);
      expect(exitCode).toBe(4);
      expect(error?.remedy).toContain('docker unpause yokeflow_postgres');
    } finally {
      await container.container.unpause();
    }
    const other = await connected(await container.address(), 'yokeflow', async (client) => {
      await client.query('BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
      const run = startCommand(['backup', '--json', '--wait', String(WAIT_S), '--backup-dir', folder], {
        engine: true,
      });
      await sleep(3000);
      return timed(run.result);
    });
    expect(other.seconds).toBeLessThan(WAIT_S + 15);
    expect(expectDocument(other)).toMatchObject({ exitCode: 5, error: { code: 'YF402' } });
  });
});
