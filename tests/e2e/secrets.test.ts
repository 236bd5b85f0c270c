import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { connected } from '../support/databases.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

/** Has every character that a URL, a shell or a regular expression could trip over. */
const secret = `S3cret'w/o r$d@%2&:#?=é`;
const role = 'keeper_of_the_secret';

describe('a password', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented'), owner: role });
    await connected(testServer(), 'postgres', (admin) =>
      admin.query(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(secret)}`),
    );
  });
  afterAll(() => database?.drop());

  const url = (host = `${database.host}:${database.port}`) =>
    `postgresql://${role}:${encodeURIComponent(secret)}@${host}/${database.name}`;
  const variables = () => ({
    PGHOST: database.host,
    PGPORT: String(database.port),
    PGUSER: role,
    PGPASSWORD: secret,
    PGDATABASE: database.name,
  });
  const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), 'S3cret'];

  async function expectNoSecret(exitCode: number, args: string[], env: Record<string, string> = {}): Promise<void> {
    for (const more of [['--json', '--events'], ['--verbose']]) {
      const result = await runCommand([...args, ...more], { env });
      expect(result.exitCode, result.stdout + result.stderr).toBe(exitCode);
      for (const spelling of spellings) expect(result.stdout + result.stderr).not.toContain(spelling);
    }
  }

  it('in --database-url is printed by no command', async () => {
    await expectNoSecret(10, ['status', '--database-url', url()]);
    await expectNoSecret(10, ['plan', '--sql', '--database-url', url()]);
    await expectNoSecret(10, ['verify', '--database-url', url()]);
    await expectNoSecret(0, ['upgrade', '--dry-run', '--database-url', url()]);
  });

  it('in DATABASE_URL, and in PGPASSWORD, is printed neither when it does nor when it does not', async () => {
    await expectNoSecret(10, ['status'], { DATABASE_URL: url() });
    await expectNoSecret(10, ['status'], variables());
    await expectNoSecret(4, ['status'], { DATABASE_URL: url('127.0.0.1:9') });
    await expectNoSecret(4, ['status'], { ...variables(), PGPORT: '9' });
    await expectNoSecret(4, ['status'], { ...variables(), PGDATABASE: 'missing' });
  });

  it('is in nothing that an upgrade prints or records', async () => {
    await expectNoSecret(0, ['upgrade', '--yes', '--no-backup', '--database-url', url()]);
    const record = await connected(
      testServer(),
      database.name,
      async (admin) => (await admin.query<{ id: number }>('TABLE yokeflow_upgrade.runs')).rows,
    );
    expect(record).toHaveLength(1);
    for (const spelling of spellings) expect(JSON.stringify(record)).not.toContain(spelling);
  });

  it('that is refused is not printed either', async () => {
    await connected(testServer(), 'postgres', (admin) => admin.query(`ALTER ROLE ${role} PASSWORD 'another'`));
    await expectNoSecret(4, ['upgrade', '--yes', '--no-backup', '--database-url', url()]);
    await expectNoSecret(4, ['status'], variables());
  });

  it('in a connection string that cannot be read is not printed', async () => {
    await expectNoSecret(2, ['status', '--database-url', `postgresql://${role}:${secret}@db/yokeflow`]);
    await expectNoSecret(2, ['status', '--database-url', `host=db password=${secret}`]);
    await expectNoSecret(4, ['status'], { DATABASE_URL: `postgres:/${role}:${secret}@db/yokeflow` });
  });
});
