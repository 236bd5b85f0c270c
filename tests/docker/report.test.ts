import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { scenarioSql } from '../support/fixtures.js';
import {
  createPostgresContainer,
  describeWithEngine,
  startPostgresContainer,
  type PostgresContainer,
} from '../support/engine.js';
import { reportOf } from '../support/report.js';

const password = 'S3cret-of-the-report';
const token = 'xoxb-1234567890-reportreport';

describeWithEngine('a report on a container', () => {
  let container: PostgresContainer;
  beforeAll(async () => {
    container = await startPostgresContainer({
      password,
      sql: scenarioSql('1.4.0-as-documented'),
      env: { SLACK_TOKEN: token, POSTGRES_INITDB_ARGS: '--data-checksums' },
    });
    // What the log is to hold: statements of YokeFlow's that fail, with values that are nobody's business.
    const [row] = await container.query<{ id: string; project: string }>(
      'SELECT id, project_id AS project FROM sessions LIMIT 1',
    );
    await container
      .query(`SELECT pause_session('${row?.id}', '${row?.project}', 'the secret reason', 'manual')`)
      .catch(() => undefined);
    await container.query(`INSERT INTO projects (name) SELECT name FROM projects LIMIT 1`).catch(() => undefined);
    await container.query(`SELECT 'posted with ${token} by alice@example.com'::uuid`).catch(() => undefined);
  });
  afterAll(() => container?.stop());

  it('has the engine, the container and its log, without what is secret in them', async () => {
    const [project] = await container.query<{ name: string }>('SELECT name FROM projects LIMIT 1');
    const report = await reportOf([], { engine: true });
    expect(report).toMatchObject({
      verdict: { state: 'bad' },
      yokeflow: { state: 'defective' },
      search: { target: { kind: 'docker' } },
    });
    expect(report.engine.version).toMatch(/^\d+\.\d+/);
    expect(report.container).toMatchObject({ name: 'yokeflow_postgres', state: 'running' });
    expect(report.container.environment).toEqual(
      expect.arrayContaining(['POSTGRES_PASSWORD', 'POSTGRES_INITDB_ARGS', 'SLACK_TOKEN']),
    );
    // A folder of the machine is not told, a volume of the engine's is.
    expect(report.container.mounts).toContainEqual(expect.objectContaining({ kind: 'bind', source: null }));

    expect(report.search.passwords).toEqual([
      { where: 'POSTGRES_PASSWORD in the container', password: '[password 1]' },
    ]);
    const log = report.log.lines.join('\n');
    expect(log).toContain('database system is ready to accept connections');
    expect(log).toMatch(/ERROR: {2}column "updated_at" of relation "sessions" does not exist/);
    expect(log).toMatch(/CONTEXT: {2}PL\/pgSQL function pause_session\(\[value\]\) line \d+ at SQL statement/);
    expect(log).not.toContain('STATEMENT');
    expect(report.log.leftOut).toBeGreaterThan(2);
    expect(log).toMatch(/DETAIL: {2}Key \(name\)=\(\[value\]\) already exists\./);
    expect(log).toMatch(/invalid input syntax for type uuid: "\[value\]"/);
    for (const secret of [password, token, 'the secret reason', 'alice@example.com', project?.name ?? 'no project'])
      expect(JSON.stringify(report)).not.toContain(secret);
  });

  it('with --with-hosts has the paths of mounts as well', async () => {
    const report = await reportOf(['--with-hosts'], { engine: true });
    expect(report.container.mounts).toContainEqual(
      expect.objectContaining({ kind: 'bind', source: expect.stringContaining('/yokeflow-upgrade-init-') as string }),
    );
  });

  it('that is stopped has its state and its log, which then matter most', async () => {
    await container.container.stop();
    for (const args of [[], ['--container', 'yokeflow_postgres']]) {
      const report = await reportOf(args, { engine: true });
      expect(report.verdict.state).toBe('bad');
      expect(['YF201', 'YF202']).toContain(report.error?.code);
      expect(report.container).toMatchObject({ name: 'yokeflow_postgres', state: 'exited', exitCode: 0 });
      expect(report.log.lines.join('\n')).toContain('database system is shut down');
      expect(report.server.unavailable).toBeDefined();
      for (const secret of [password, token, 'the secret reason']) expect(JSON.stringify(report)).not.toContain(secret);
    }
    const { exitCode, stdout } = await runCommand(['report'], { engine: true });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\| \*\*Container\*\* \| yokeflow_postgres \(.*\): exited since /);
    expect(stdout).toMatch(
      /^\*\*✘ The container yokeflow_postgres does not run\. Its state is: exited, with exit code 0\.\*\*\n\nRun \\`docker start yokeflow_postgres\\`/m,
    );
  });
});

describeWithEngine('a report on a container whose initialisation failed', () => {
  let container: PostgresContainer;
  beforeAll(async () => {
    // As the compose file of 1.4.0 does it: 011 runs before schema.sql.
    container = await createPostgresContainer({
      password,
      initFiles: { '011_paused_sessions.sql': 'ALTER TABLE sessions ADD COLUMN x integer;' },
    });
    await container.container.wait();
  });
  afterAll(() => container?.stop());

  it('shows in the log what it failed of', async () => {
    const report = await reportOf([], { engine: true });
    expect(report.container).toMatchObject({ state: 'exited' });
    expect(report.container.exitCode).not.toBe(0);
    expect(report.log.lines.join('\n')).toContain('relation "sessions" does not exist');
  });
});
