import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { connected } from '../support/databases.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { openTransaction } from '../support/open-transaction.js';
import type { Report } from '../support/report.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

const password = `R3port'w/o r$d@%2&:#?=é`;
const role = 'keeper_of_reports';
const planted = {
  token: 'sk-ant-api03-R3portR3portR3port',
  webhook: 'https://hooks.slack.com/services/T0R3PORT/B0R3PORT/abcdefR3port',
  mail: 'alice.reporter@example.com',
  pair: 'hunter2-R3port',
  machine: 'db-7.r3port.example.net',
  row: 'Top secret R3port project',
  variable: 'from-the-environment-R3port',
  dotenv: 'from dotenv R3port!',
};

/** What YokeFlow's tables, and a fork's trigger and default, may give away. */
const plant = `
  UPDATE projects SET name = '${planted.row}' WHERE id = (SELECT id FROM projects ORDER BY id LIMIT 1);
  ALTER TABLE tasks ADD COLUMN notify text DEFAULT '${planted.webhook}';
  ALTER TABLE session_deep_reviews ALTER COLUMN model SET DEFAULT 'by ${planted.mail} with ${planted.token}';
  CREATE FUNCTION complain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'ask % at ${planted.machine} (10.20.30.40), password=${planted.pair}, or post to ${planted.webhook}', '${planted.mail}';
  END $$;
  CREATE TRIGGER complain BEFORE UPDATE ON projects FOR EACH ROW EXECUTE FUNCTION complain();`;

describe('a report holds nothing that is secret', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') + plant, owner: role });
    await connected(testServer(), 'postgres', (admin) =>
      admin.query(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(password)}`),
    );
  });
  afterAll(() => database?.drop());

  const url = (host = `${database.host}:${database.port}`) =>
    `postgresql://${role}:${encodeURIComponent(password)}@${host}/${database.name}`;
  const secrets = [
    password,
    encodeURIComponent(password),
    JSON.stringify(password).slice(1, -1),
    'R3port',
    'r3port',
    'R3PORT',
    'alice.reporter',
    role,
  ];

  const everyWay = [
    ['--format', 'md', '--verbose'],
    ['--format', 'html'],
    ['--json'],
    ['--out', 'report.md', '--yes'],
    ['--out', 'report.html', '--yes', '--json'],
  ];

  /** Also in what is written to files; there are more secrets in the environment and in a `.env`. Returns the report itself. */
  async function expectNoSecret(
    args: readonly string[],
    env: Record<string, string> = {},
    ways = everyWay.slice(0, 1),
  ): Promise<Report> {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.env'), `APP_SECRET="${planted.dotenv}"\n`);
    const ran = [];
    for (const more of [['--format', 'json'], ...ways]) {
      const result = await runCommand(['report', ...args, ...more], {
        env: { MY_API_TOKEN: planted.variable, ...env },
        cwd: folder,
      });
      expect(result.exitCode, result.stdout + result.stderr).toBe(0);
      ran.push(result.stdout, result.stderr);
    }
    const written = readdirSync(folder)
      .filter((name) => name.startsWith('report'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    // The name of the folder is this test's own.
    for (const text of [...ran, ...written].map((all) => all.replaceAll(folder, ''))) {
      for (const secret of secrets) expect(text).not.toContain(secret);
      // As a word: a name of two letters may well be in the middle of a random one.
      for (const host of [hostname(), '10.20.30.40']) expect(text).not.toMatch(new RegExp(`\\b${host}\\b`));
    }
    return JSON.parse(ran[0] ?? '') as Report;
  }

  it('from the address, the rows, the catalog, messages of the database, other sessions and the environment', async () => {
    const other = await openTransaction(
      { ...database, password },
      'LOCK TABLE epics IN ROW EXCLUSIVE MODE',
      `pool password=${planted.pair}`,
    );
    const report = await expectNoSecret(['--database-url', url()], {}, everyWay);
    await other.end();
    // It is about this database all the same. What a trigger says is not taken in, only that it did.
    expect(report.yokeflow.release).toBe('1.3.0');
    const complaints = report.checks.list.filter(({ found }) => found.endsWith(': [message] (SQLSTATE P0001)'));
    expect(complaints).not.toEqual([]);
    expect(report.findings.map(({ title }) => title)).toContainEqual(expect.stringContaining('[value]'));
    expect(report.privacy.masked).toMatchObject({ password: 1 });
  });

  it('from DATABASE_URL and PG* variables, be the server there or not', async () => {
    expect((await expectNoSecret([], { DATABASE_URL: url() })).yokeflow.release).toBe('1.3.0');
    const variables = {
      PGHOST: database.host,
      PGPORT: String(database.port),
      PGUSER: role,
      PGPASSWORD: password,
      PGDATABASE: database.name,
    };
    const both = await expectNoSecret([], { ...variables, DATABASE_URL: url() });
    expect(both.search.passwords).toEqual([
      { where: 'PGPASSWORD in the environment', password: '[password 1]' },
      { where: 'DATABASE_URL in the environment', password: '[password 1]' },
    ]);
    expect((await expectNoSecret([], variables)).yokeflow.release).toBe('1.3.0');
    expect((await expectNoSecret([], { DATABASE_URL: url('127.0.0.1:9') })).error?.code).toBe('YF201');
    const refused = await expectNoSecret([], { ...variables, PGPASSWORD: `${password}2` });
    expect(refused.error?.code).toBe('YF205');
    const unknown = await expectNoSecret(['--database-url', url(`${planted.machine}:5432`)]);
    expect(unknown.error?.code).toBe('YF204');
    expect(unknown.search.target?.host).toMatch(/^\[host \d\]$/);
    expect(unknown.verdict.text).toContain(unknown.search.target?.host);
  });

  it('and equal ones are masked alike; --with-hosts shows machines and nothing else', async () => {
    const run = async (...more: string[]) =>
      (await runCommand(['report', '--format', 'json', '--database-url', url(`${planted.machine}:5432`), ...more]))
        .stdout;
    expect(await run()).not.toContain(planted.machine);
    const shown = await run('--with-hosts');
    expect(shown).toContain(planted.machine);
    for (const secret of [password, encodeURIComponent(password), role]) expect(shown).not.toContain(secret);
    expect((JSON.parse(shown) as Report).privacy.hostsShown).toBe(true);
  });
});
