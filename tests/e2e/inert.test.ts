import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { expectInert, hostileDatabaseName, hostileName } from '../support/hostile.js';
import { openTransaction } from '../support/open-transaction.js';
import { createDatabase, psqlBinary, type TestDatabase } from '../support/server.js';

const name = (word: string) => pg.escapeIdentifier(hostileName(word));
const text = (word: string) => pg.escapeLiteral(hostileName(word));
const owner = hostileName('role');

/** A YokeFlow of which everything is named by somebody who means harm. */
const hostileSql = (scenario: Scenario) => `${scenarioSql(scenario)}
  UPDATE projects SET name = ${text('project')} || name;
  UPDATE sessions SET status = 'running', last_heartbeat = now() WHERE session_number = 1;
  CREATE TABLE ${name('table')} (${name('column')} integer);
  CREATE VIEW ${name('view')} AS SELECT session_id, ${text('literal')} AS ${name('column')} FROM v_recent_quality_issues;
  COMMENT ON VIEW ${name('view')} IS ${text('comment')};
  GRANT SELECT ON ${name('view')} TO ${pg.escapeIdentifier(owner)};
  ALTER TYPE session_type ADD VALUE ${text('label')};
  ALTER TABLE projects ALTER COLUMN name SET DEFAULT ${text('default')};
  CREATE SCHEMA yokeflow_upgrade;
  CREATE TABLE yokeflow_upgrade.runs (id uuid PRIMARY KEY, tool_version text NOT NULL, operation text NOT NULL, from_release text, to_release text NOT NULL, steps jsonb NOT NULL,
    started_at timestamptz NOT NULL, ended_at timestamptz NOT NULL, database_role text NOT NULL, host text, backup_file text);
  INSERT INTO yokeflow_upgrade.runs VALUES (gen_random_uuid(), '1', ${text('operation')}, ${text('from')}, ${text('to')}, '[]', now(), now(), ${text('who')}, ${text('host')}, ${text('file')});`;

const load = (scenario: Scenario, more = '') =>
  createDatabase({
    name: hostileDatabaseName(),
    owner,
    sql: hostileSql(scenario) + more,
  });
const outputOptions: readonly (readonly string[])[] = [
  [],
  ['--verbose'],
  ['--json'],
  ['--json', '--events', '--verbose'],
  ['--plain'],
  ['--quiet'],
];

async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await runCommand(args, { env });
  for (const [stream, output] of Object.entries({ stdout, stderr }))
    expectInert(output, `${stream} of ${args.slice(0, -1).join(' ')}`);
  return { exitCode, stdout, stderr };
}

describe('a database in which every name and text is hostile', () => {
  let database: TestDatabase;
  const on = () => ['--database-url', database.url];
  beforeAll(async () => {
    database = await load('1.1.0');
  });
  afterAll(() => database?.drop());

  it.each(['status', 'plan', 'verify'])('%s shows what is in it, and nothing acts on a terminal', async (command) => {
    for (const more of outputOptions) {
      const { exitCode, stdout } = await run([command, ...more, ...on()]);
      expect(exitCode).toBe(10);
      // Whoever reads it sees what the name is made of.
      if (command !== 'verify' && more.length === 0)
        expect(stdout).toContain(String.raw`db\x1b[31m\x1b]0\x07\u009b\u202e\u200b\U000e0041\r\n\t'"\z`);
    }
  });

  it('JSON says exactly what the names are', async () => {
    const document = JSON.parse((await run(['status', '--json', ...on()])).stdout) as {
      target: Record<string, string>;
      history: Record<string, string>[];
    };
    expect(document.target).toMatchObject({ database: database.name, user: owner });
    expect(document.history[0]).toMatchObject({
      operation: hostileName('operation'),
      host: hostileName('host'),
      backupFile: hostileName('file'),
    });
    const found = (await run(['status', '--json', '--events', ...on()])).stderr
      .split('\n')
      .map((line) => (line === '' ? {} : JSON.parse(line)) as { event?: string; target?: { database: string } });
    expect(found.find(({ event }) => event === 'found')?.target?.database).toBe(database.name);
  });

  it('only colours of this program are let through, where they are wanted', async () => {
    const { stdout } = await runCommand(['status', ...on()], { env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[1m');
    expectInert(stdout.replace(/\u001b\[(?:1|2|22|32|31|33|39)m/g, ''), 'status in colour');
    expect(stdout).toContain('db\\x1b[31m');
    expect(stdout).not.toContain('db\u001b');
  });

  it.each(['md', 'html', 'json'])('report as %s, with hosts or without', async (format) => {
    for (const more of [[], ['--with-hosts'], ['--json']])
      expect((await run(['report', '--format', format, ...more, ...on()])).exitCode).toBe(0);
  });

  it('agents at work and whoever holds locks are told by their names, and do nothing', async () => {
    const { stderr } = await run(['upgrade', '--yes', '--no-backup', ...on()]);
    expect(stderr).toMatch(/YF311[\s\S]*project\\x1b\[31m/);
    const blocker = await openTransaction(
      database,
      'LOCK TABLE sessions IN ROW EXCLUSIVE MODE',
      `app${'\u001b[31m'}\u202e`,
    );
    try {
      for (const more of [[], ['--json', '--events'], ['--verbose']]) {
        const result = await run([
          'upgrade',
          '--yes',
          '--no-backup',
          '--while-running',
          '--wait',
          '1',
          '--lock-timeout',
          '200',
          ...more,
          ...on(),
        ]);
        expect(result.exitCode, result.stderr).toBe(5);
      }
    } finally {
      await blocker.end();
    }
  });

  it('what a trigger raises, line by line, is no line of this program', async () => {
    await database.query(`CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION USING MESSAGE = ${text('no')} || E'\\n  ok: all is well', HINT = ${text('hint')}, DETAIL = ${text('detail')}; END $f$;
      CREATE TRIGGER shout BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION shout();`);
    for (const more of [[], ['--verbose'], ['--json', '--events'], ['--plain']]) {
      const { exitCode, stdout, stderr } = await run([
        'upgrade',
        '--yes',
        '--no-backup',
        '--while-running',
        '--strict',
        ...more,
        ...on(),
      ]);
      expect(exitCode, stdout + stderr).not.toBe(0);
      expect(stderr).not.toMatch(/^ {0,2}ok: all is well/m);
    }
    for (const more of outputOptions) await run(['verify', ...more, ...on()]);
    await database.query('DROP TRIGGER shout ON tasks');
  });
});

const psql = psqlBinary();

describe.skipIf(psql === undefined)(`its SQL${psql === undefined ? ' (skipped: no psql on this machine)' : ''}`, () => {
  it('does in psql what upgrade does, name by name, and nothing to a terminal', async () => {
    const [pasted, upgraded] = [await load('1.1.0'), await load('1.1.0')];
    try {
      const { stdout } = await run(['plan', '--sql', '--database-url', pasted.url]);
      expect(stdout).toContain('U&"view\\001b[31m');
      const result = spawnSync(psql!, ['-X', '-q', pasted.url], { input: stdout, encoding: 'utf8' });
      expect(result).toMatchObject({ status: 0, stderr: '' });
      expect(
        (await run(['upgrade', '--yes', '--no-backup', '--while-running', '--database-url', upgraded.url])).exitCode,
      ).toBe(0);
      const [a, b] = [await everything(pasted), await everything(upgraded)];
      expect(a).toEqual(b);
      expect(a.some((line) => line.includes(`comment ${hostileName('comment')}`))).toBe(true);

      const back = await run(['rollback', '--dry-run', '--while-running', '--database-url', pasted.url]);
      expect(back.exitCode, back.stderr).toBe(0);
      expect(spawnSync(psql!, ['-X', '-q', pasted.url], { input: back.stdout, encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
      expect((await run(['rollback', '--yes', '--while-running', '--database-url', upgraded.url])).exitCode).toBe(0);
      expect(await everything(pasted)).toEqual(await everything(upgraded));
    } finally {
      await pasted.drop();
      await upgraded.drop();
    }
  });
});

/** The catalog, and what people wrote on it. */
async function everything(database: TestDatabase): Promise<string[]> {
  const comments = await database.query<{ line: string }>(
    `SELECT format('%s comment %s', c.relname, d.description) AS line FROM pg_description d JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass AND c.relkind = 'v' ORDER BY 1`,
  );
  return [...(await catalogLines(database)), ...comments.map(({ line }) => line)];
}
