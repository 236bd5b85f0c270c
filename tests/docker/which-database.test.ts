import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, type CommandOptions } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import type { TestDatabase } from '../support/databases.js';
import { asked, choose } from '../support/dialogue.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { describeOnTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { createDatabase } from '../support/server.js';

const password = 'agent_dev_password';

async function run(args: readonly string[], options: CommandOptions = {}) {
  const result = await runCommand([...args, '--json'], { engine: true, ...options });
  return { ...expectDocument(result), exitCode: result.exitCode };
}

/** A checkout whose `.env` says this. */
function checkout(...lines: string[]): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.env'), `${lines.join('\n')}\n`);
  return folder;
}

const words = (option: string | undefined): string[] =>
  (option ?? '').split(' ').map((word) => word.replace(/^'|'$/g, ''));

describeWithEngine('one database under several names', () => {
  let container: PostgresContainer;
  let port: number;
  let ip: string;
  beforeAll(async () => {
    container = await startPostgresContainer({
      sql: scenarioSql('1.3.0'),
      labels: { 'com.docker.compose.service': 'postgres' },
    });
    ({ port } = await container.address());
    ip = Object.values((await container.container.inspect()).NetworkSettings.Networks)[0]?.IPAddress ?? '';
  });
  afterAll(() => container?.stop());

  const hosts: [string, () => string][] = [
    ["localhost, as YokeFlow's .env.example has it", () => `localhost:${port}`],
    ['127.0.0.1', () => `127.0.0.1:${port}`],
    ['host.docker.internal', () => `host.docker.internal:${port}`],
    ['the compose service, which only containers see', () => 'postgres:5432'],
    ["the container's own address", () => `${ip}:5432`],
    ['the container by its name', () => 'yokeflow_postgres'],
  ];
  it.each(hosts)('a .env with %s raises no question', async (_, address) => {
    const cwd = checkout(`DATABASE_URL=postgresql://agent:${password}@${address()}/yokeflow`);
    const { exitCode, target, version } = await run(['status'], { cwd });
    expect({ exitCode, release: version?.release, ...target }).toMatchObject({
      exitCode: 10,
      release: '1.3.0',
      kind: 'docker',
      container: 'yokeflow_postgres',
      alternatives: [{ kind: 'direct', sameDatabase: true }],
      reason: expect.stringMatching(/\.env leads to the same database$/) as string,
    });
  });

  it('nor do PG* variables, and an SQLAlchemy URL', async () => {
    const env = {
      PGHOST: '127.0.0.1',
      PGPORT: String(port),
      PGUSER: 'agent',
      PGPASSWORD: password,
      PGDATABASE: 'yokeflow',
    };
    expect((await run(['status'], { env })).target).toMatchObject({
      kind: 'docker',
      alternatives: [{ sameDatabase: true }],
    });
    expect(
      (
        await run(['status'], {
          env: { DATABASE_URL: `postgresql+asyncpg://agent@127.0.0.1:${port}/yokeflow?sslmode=disable` },
        })
      ).exitCode,
    ).toBe(10);
  });

  it('the name of this machine, where that leads there', async () => {
    const { exitCode, candidates } = await run(['status'], {
      env: { DATABASE_URL: `postgresql://agent:${password}@${hostname()}:${port}/yokeflow` },
    });
    // The container is published at 127.0.0.1 alone, which the name need not stand for.
    if (exitCode !== 10) expect(candidates?.[1]?.unusable).toContain('refused');
  });

  it('two sockets of one engine are one', async ({ skip }) => {
    if (process.env.DOCKER_HOST || !existsSync('/var/run/docker.sock'))
      return skip('the engine is not at the usual socket');
    const home = temporaryFolder();
    mkdirSync(join(home, '.docker/run'), { recursive: true });
    symlinkSync('/var/run/docker.sock', join(home, '.docker/run/docker.sock'));
    expect(await run(['status'], { env: { HOME: home } })).toMatchObject({
      exitCode: 10,
      target: { alternatives: [] },
    });
  });

  it("the identity is the server's own, and no session is left open", async () => {
    const env = { DATABASE_URL: `postgresql://agent:${password}@localhost:${port}/yokeflow` };
    const { target } = await run(['status'], { env });
    const [own] = await container.query<{ id: string; oid: number }>(
      `SELECT c.system_identifier::text AS id, d.oid::int AS oid FROM pg_control_system() c, pg_database d WHERE datname = 'yokeflow'`,
    );
    expect(target?.identity).toMatchObject({ systemIdentifier: own?.id, databaseOid: own?.oid });
    const direct = await run(['status', '--database-url', env.DATABASE_URL]);
    expect(direct.target?.identity).toEqual(target?.identity);
    expect(
      await container.query(`SELECT FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%'`),
    ).toEqual([]);
  });
});

describeWithEngine('two databases are two', () => {
  let container: PostgresContainer;
  let other: TestDatabase;
  beforeAll(async () => {
    container = await startPostgresContainer({ sql: scenarioSql('1.3.0') });
    other = await createDatabase({ sql: scenarioSql('1.1.0') });
  });
  afterAll(async () => {
    await container?.stop();
    await other?.drop();
  });
  const inContainer = () => ({ query: (sql: string) => container.query(sql) }) as unknown as TestDatabase;
  const everything = async () => [
    await catalogLines(other),
    await tableContents(other),
    await catalogLines(inContainer()),
    await tableContents(inContainer()),
  ];

  const commands = [
    'status',
    'plan',
    'plan --sql',
    'verify',
    'upgrade --yes',
    'upgrade --dry-run',
    'rollback --yes',
    'rollback --dry-run',
    'backup',
    'rehearse',
  ];
  it('no command takes one of them, or changes anything', async () => {
    const before = await everything();
    const cwd = checkout(`DATABASE_URL=${other.url}`);
    const dump = join(cwd, 'a.dump');
    writeFileSync(dump, 'PGDMP');
    for (const line of [...commands, `restore ${dump} --yes`]) {
      const { exitCode, error, candidates, target, version } = await run(line.split(' '), { cwd });
      expect({ line, exitCode, code: error?.code, target, version }).toEqual({
        line,
        exitCode: 3,
        code: 'YF318',
        target: null,
        version: null,
      });
      expect(candidates, line).toMatchObject([
        {
          kind: 'docker',
          container: 'yokeflow_postgres',
          sameDatabase: false,
          option: '--container yokeflow_postgres',
          holds: expect.stringMatching(/^1\.3\.0, \d+ projects, \d+ sessions, last used /) as string,
        },
        {
          kind: 'direct',
          host: other.host,
          port: other.port,
          database: other.name,
          holds: expect.stringMatching(/^1\.1\.0, /) as string,
        },
      ]);
      expect(JSON.stringify({ error, candidates })).not.toContain(other.password);
    }
    expect(await everything()).toEqual(before);
  });

  it('and the option of each leads to it, the password coming from where it was', async () => {
    for (const [source, options] of [
      ['.env', { cwd: checkout(`DATABASE_URL=${other.url}`) }],
      ['DATABASE_URL', { env: { DATABASE_URL: other.url } }],
      [
        'PG* variables',
        {
          env: {
            PGHOST: other.host,
            PGPORT: String(other.port),
            PGUSER: other.user,
            PGPASSWORD: other.password,
            PGDATABASE: other.name,
          },
        },
      ],
    ] as const) {
      const { candidates } = await run(['status'], options);
      const chosen = await Promise.all(
        (candidates ?? []).map(({ option }) => run(['status', ...words(option)], options)),
      );
      expect(
        chosen.map(({ exitCode, target, version }) => [source, exitCode, target?.database, version?.release]),
      ).toEqual([
        [source, 10, 'yokeflow', '1.3.0'],
        [source, 10, other.name, '1.1.0'],
      ]);
    }
  });

  it('people are told the same', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['status'], {
      engine: true,
      env: { DATABASE_URL: other.url },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toMatch(
      /YF318[^]*yokeflow in container yokeflow_postgres: 1\.3\.0, [^]*To choose it: --container yokeflow_postgres[^]*from DATABASE_URL: 1\.1\.0[^]*To choose it: --database-url postgresql:/,
    );
  });

  it('another database of the same server is another one', async () => {
    const { port } = await container.address();
    const { exitCode, candidates } = await run(['status'], {
      env: { DATABASE_URL: `postgresql://agent:${password}@127.0.0.1:${port}/postgres` },
    });
    expect({ exitCode, names: candidates?.map(({ database, holds }) => [database, holds?.split(',')[0]]) }).toEqual({
      exitCode: 3,
      names: [
        ['yokeflow', '1.3.0'],
        ['postgres', 'empty'],
      ],
    });
  });

  const nowhere: [string, string, RegExp][] = [
    ['nobody listens', 'postgresql://agent@127.0.0.1:9/yokeflow', /refused/],
    ['that does not resolve', 'postgresql://agent@no-such-host.invalid/yokeflow', /does not resolve/],
    ['with a wrong password', '', /refused the user|authentication/],
    ['that cannot be read', 'postgresql://agent:s3cret@h:x/d', /cannot be read/],
  ];
  it.each(nowhere)('an address %s is not passed over', async (_, url, why) => {
    const address = url || other.url.replace(other.password, 'wrong');
    const { exitCode, error } = await run(['upgrade', '--yes'], { env: { DATABASE_URL: address } });
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 3, code: 'YF318' });
    expect(error?.found[1]).toMatch(why);
    expect(JSON.stringify(error)).not.toContain('s3cret');
  });

  it('a parameter that is not honoured is told first, and a container by its name needs none', async () => {
    const env = { DATABASE_URL: other.url, PGGSSENCMODE: 'require' };
    expect(await run(['status'], { env })).toMatchObject({
      exitCode: 2,
      error: { code: 'YF212', found: ['parameter: PGGSSENCMODE'] },
    });
    expect(await run(['status', '--container', 'yokeflow_postgres'], { env })).toMatchObject({ exitCode: 10 });
  });

  it('a report is made all the same, and says that there are two', async () => {
    const { exitCode, stdout } = await runCommand(['report'], { engine: true, env: { DATABASE_URL: other.url } });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('YF318');
  });

  it('the same name on another engine is another one, chosen by its id', async ({ skip }) => {
    if (process.env.DOCKER_HOST) return skip('DOCKER_HOST chooses one engine');
    const home = await machineWithEngine();
    const { exitCode, candidates, error } = await run(['status'], { env: { HOME: home } });
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 3, code: 'YF318' });
    expect(candidates?.map(({ container: name, unusable, option }) => [name, unusable, option])).toEqual([
      ['yokeflow_postgres', null, `--container ${container.id.slice(0, 12)}`],
      ['yokeflow_postgres', 'it has exited (exit code 0)', '--container ffffffffffff'],
    ]);
    expect(await run(['status', '--container', 'yokeflow_postgres'], { env: { HOME: home } })).toMatchObject({
      exitCode: 3,
      error: { code: 'YF318' },
    });
    expect(await run(['status', ...words(candidates?.[0]?.option)], { env: { HOME: home } })).toMatchObject({
      exitCode: 10,
      target: { container: 'yokeflow_postgres' },
    });
  });
});

/** A home folder with the socket of a second engine, which has one container: a stopped yokeflow_postgres. */
async function machineWithEngine(): Promise<string> {
  const home = temporaryFolder();
  const socket = join(home, '.docker/run/docker.sock');
  mkdirSync(join(home, '.docker/run'), { recursive: true });
  const saved = JSON.parse(
    readFileSync(new URL('../../fixtures/containers/compose-running.json', import.meta.url), 'utf8'),
  ) as object;
  const stopped = { ...saved, Id: 'f'.repeat(64), State: { Status: 'exited', Running: false, ExitCode: 0 } };
  const engine = createServer((request, response) => {
    const [, asked] = /containers\/([^/]+)\/json/.exec(request.url ?? '') ?? [];
    const known = asked !== undefined && ('yokeflow_postgres' === asked || 'f'.repeat(64).startsWith(asked));
    response.writeHead(
      /_ping/.test(request.url ?? '') || known || /containers\/json/.test(request.url ?? '') ? 200 : 404,
      { 'content-type': 'application/json' },
    );
    const { Id } = stopped;
    const listed = {
      Id,
      Names: ['/yokeflow_postgres'],
      Image: 'postgres:16-alpine',
      State: 'exited',
      Ports: [],
      Labels: {},
    };
    response.end(/_ping/.test(request.url ?? '') ? 'OK' : JSON.stringify(known ? stopped : [listed]));
  });
  await new Promise<void>((ready) => engine.listen(socket, ready));
  onTestFinished(() => void engine.close());
  return home;
}

describeWithEngine('containers that are down, or more than one', () => {
  const started: PostgresContainer[] = [];
  afterEach(async () => {
    for (const one of started.splice(0)) await one.stop();
  });
  const start = async (...options: Parameters<typeof startPostgresContainer>) => {
    const one = await startPostgresContainer(...options);
    started.push(one);
    return one;
  };

  it('a second container of another of its names is a candidate, running, paused or stopped', async () => {
    await start({ sql: scenarioSql('1.3.0') });
    const old = await start({ name: 'autonomous_coding_postgres', user: 'coder', database: 'autonomous_coding' });
    const states: [string, () => Promise<unknown>, string | null][] = [
      ['running', async () => undefined, null],
      ['paused', () => old.container.pause(), 'it is paused'],
      [
        'stopped',
        async () => {
          await old.container.unpause();
          await old.container.kill();
        },
        'it has exited (exit code 137)',
      ],
    ];
    for (const [state, become, unusable] of states) {
      await become();
      const { exitCode, error, candidates } = await run(['upgrade', '--yes']);
      expect({ state, exitCode, code: error?.code }).toEqual({ state, exitCode: 3, code: 'YF318' });
      expect(candidates?.map((one) => [one.option, one.unusable])).toEqual([
        ['--container yokeflow_postgres', null],
        ['--container autonomous_coding_postgres', unusable],
      ]);
    }
    expect(await run(['status', '--container', 'yokeflow_postgres'])).toMatchObject({ exitCode: 10 });
  });

  it('a server that takes connections and never answers holds nobody up', async () => {
    const container = await start({ sql: scenarioSql('1.3.0') });
    const other = await createDatabase({ sql: scenarioSql('1.3.0') });
    onTestFinished(() => other.drop());
    // Its port and its socket still take connections.
    await container.container.kill({ signal: 'SIGSTOP' });
    const began = Date.now();
    const { exitCode, error } = await run(['status'], { env: { DATABASE_URL: other.url } });
    await container.container.kill({ signal: 'SIGCONT' });
    expect({ exitCode, code: error?.code, soon: Date.now() - began < 20_000 }).toEqual({
      exitCode: 3,
      code: 'YF318',
      soon: true,
    });
    expect(error?.found[0]).toContain('no answer in time');
    expect(error?.found[1]).toMatch(/: 1\.3\.0, /);
  });

  it('a stopped container beside an address, and whether that leads to where the container was', async () => {
    const container = await start();
    const other = await createDatabase({ sql: scenarioSql('1.3.0') });
    onTestFinished(() => other.drop());
    await container.container.stop({ t: 5 });
    const { exitCode, error, candidates } = await run(['status'], { env: { DATABASE_URL: other.url } });
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 3, code: 'YF318' });
    expect(error?.found[0]).toMatch(
      /yokeflow in container yokeflow_postgres: it has exited .*docker start yokeflow_postgres/,
    );
    expect(
      await run(['status', ...words(candidates?.[1]?.option)], { env: { DATABASE_URL: other.url } }),
    ).toMatchObject({ exitCode: 10, target: { database: other.name } });
  });

  it('its own address while it is stopped finds nothing, and says how to start it', async () => {
    const container = await start({ labels: { 'com.docker.compose.service': 'postgres' } });
    await container.container.stop({ t: 5 });
    const { exitCode, error } = await run(['upgrade', '--yes'], {
      cwd: checkout('DATABASE_URL=postgresql://agent@postgres:5432/yokeflow'),
    });
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 4, code: 'YF201' });
    expect(error?.found.join('\n')).toContain('docker start yokeflow_postgres');
  });

  it('a backup belongs to the database that it was made of, whatever its name', async () => {
    const own = await start({ sql: scenarioSql('1.3.0') });
    const twin = await start({ name: 'yokeflow-postgres', sql: scenarioSql('1.3.0') });
    const folder = temporaryFolder();
    const made = await run(['backup', '--backup-dir', folder, '--container', own.name]);
    const file = made.backup?.file ?? '';
    expect(file).toMatch(/\/yokeflow-1\.3\.0-\d{8}T\d{6}Z\.[0-9a-f]{8}-\d+\.dump$/);
    const status = (name: string) => run(['status', '--backup-dir', folder, '--container', name]);
    expect((await status(own.name)).lastBackup).toMatchObject({ file, certain: true });
    expect((await status(twin.name)).lastBackup).toBeNull();
    await own.container.restart({ t: 5 });
    await own.ready();
    expect((await status(own.name)).lastBackup).toMatchObject({ file, certain: true });

    const said = await runCommand(['restore', file, '--yes', '--container', twin.name], { engine: true });
    expect(said.exitCode, said.stderr).toBe(0);
    expect(said.stderr).toMatch(
      /YF817 {2}The backup is of another database\. It was made of the database yokeflow on another server/,
    );
    const again = await run(['restore', file, '--yes', '--container', twin.name]);
    expect(again.findings.filter(({ code }) => code === 'YF817')).toHaveLength(1);
    expect(
      (await run(['restore', file, '--yes', '--container', own.name])).findings.filter(({ code }) => code === 'YF817'),
    ).toEqual([]);
  });

  it('the record of a run that a dump brought along says that it was elsewhere', async () => {
    const own = await start({ sql: scenarioSql('1.3.0') });
    const twin = await start({ name: 'yokeflow-postgres' });
    const folder = temporaryFolder();
    await run(['upgrade', '--yes', '--backup-dir', folder, '--container', own.name]);
    const { backup } = await run(['backup', '--backup-dir', folder, '--container', own.name]);
    await run(['restore', backup?.file ?? '', '--yes', '--container', twin.name]);
    const [there, here] = [
      await run(['status', '--container', twin.name]),
      await run(['status', '--container', own.name]),
    ];
    expect(there.history).toMatchObject([{ operation: 'upgrade', elsewhere: true }]);
    expect(there.lastBackup).toBeNull();
    expect(here.history?.[0]).not.toHaveProperty('elsewhere');
    expect(here.lastBackup).toMatchObject({ certain: true });
  });
});

describeWithEngine('on a terminal', () => {
  describeOnTerminal('the wizard', () => {
    let container: PostgresContainer;
    let other: TestDatabase;
    beforeAll(async () => {
      container = await startPostgresContainer({ sql: scenarioSql('1.3.0') });
      other = await createDatabase({ sql: scenarioSql('1.1.0') });
    });
    afterAll(async () => {
      await container?.stop();
      await other?.drop();
    });

    it('asks which one, showing what each holds, and goes on with that one', async () => {
      const terminal = await onTerminal(['upgrade', '--no-backup'], {
        engine: true,
        rows: 60,
        columns: 160,
        env: { DATABASE_URL: other.url },
      });
      await asked(terminal, 'Several databases were found. Which one?');
      expect(terminal.words()).toMatch(
        /yokeflow in container yokeflow_postgres: 1\.3\.0, \d+ projects.*from DATABASE_URL: 1\.1\.0, /,
      );
      await choose(terminal, 'Several databases were found. Which one?', other.name);
      await terminal.shows('chosen by you');
      await choose(terminal, 'What next?', 'Upgrade now');
      expect(await terminal.ended, terminal.screen()).toBe(0);
      expect(await run(['status', '--database-url', other.url])).toMatchObject({ exitCode: 0 });
      expect(await run(['status', '--container', 'yokeflow_postgres'])).toMatchObject({ exitCode: 10 });
    });

    it('one that is down cannot be taken, and the way to start it is told', async () => {
      await container.container.stop({ t: 5 });
      const terminal = await onTerminal(['status'], {
        engine: true,
        rows: 60,
        columns: 160,
        env: { DATABASE_URL: other.url },
      });
      await choose(terminal, 'Several databases were found. Which one?', 'yokeflow in container yokeflow_postgres');
      await choose(terminal, 'Start it?', 'Leave');
      expect(await terminal.ended, terminal.screen()).toBe(4);
      expect(terminal.words()).toContain('docker start yokeflow_postgres');
    });
  });
});

describe('without an engine', () => {
  it('a server that never answers is given up in a few seconds', async () => {
    const silent = (await import('node:net')).createServer(() => undefined);
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    const began = Date.now();
    const { exitCode } = await runCommand([
      'status',
      '--database-url',
      `postgresql://agent@127.0.0.1:${port}/yokeflow?connect_timeout=2`,
    ]);
    expect({ exitCode, soon: Date.now() - began < 6000 }).toEqual({ exitCode: 4, soon: true });
  });
});
