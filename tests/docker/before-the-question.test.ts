import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findLocalPrograms, fitting } from '../../src/database/programs/find-local.js';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected, databaseAt, type TestDatabase } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { keptFolder } from '../support/folder.js';

/** Extensions of PostgreSQL itself that are not trusted: only a superuser may make them. */
const untrusted = 'CREATE EXTENSION dblink; CREATE EXTENSION sslinfo';
const builtOn =
  'CREATE TABLE public.keys (k public.dblink_pkey_results); ALTER TABLE public.keys OWNER TO low; INSERT INTO public.keys VALUES (NULL)';

describeWithEngine('what a backup and a restore would meet', () => {
  let container: PostgresContainer;
  let database: TestDatabase;
  const { folder, remove } = keptFolder();
  beforeAll(async () => {
    container = await startPostgresContainer();
    await admin(`CREATE ROLE low LOGIN CREATEDB PASSWORD '${(await container.address()).password}'`);
  });
  afterAll(async () => {
    await container?.stop();
    remove();
  });
  beforeEach(async () => {
    for (const { datname } of await admin<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname LIKE 'yokeflow%'`,
    ))
      await admin(`DROP DATABASE ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
  });

  const admin = async <T extends object>(sql: string, name = 'postgres'): Promise<T[]> =>
    connected(await container.address(), name, async (client) => (await client.query(sql)).rows as T[]);
  const asSuperuser = async () => databaseAt(await container.address(), 'yokeflow');
  /** YokeFlow's database in the hands of an ordinary role, and what a superuser does to it. */
  const load = async (sql = '', create = 'CREATE DATABASE yokeflow OWNER low') => {
    await admin(create);
    const address = await container.address();
    database = databaseAt(address, 'yokeflow', 'low');
    await database.query(scenarioSql('1.3.0'));
    if (sql !== '') await admin(sql, 'yokeflow');
  };
  const run = async (args: string[], engine = true) => {
    const result = await runCommand([...args, '--json'], { engine, cwd: folder });
    return { ...expectDocument(result), exitCode: result.exitCode, stderr: result.stderr };
  };
  /** As the ordinary role, by this machine's own programs. */
  const direct = (...args: string[]) => run([...args, '--database-url', database.url], false);
  const state = async () => [
    await catalogLines(await asSuperuser()),
    await tableContents(await asSuperuser()),
    (await admin<{ datname: string }>('SELECT datname FROM pg_database ORDER BY 1')).map(({ datname }) => datname),
  ];

  it("in a container, where the sessions are those of the tables' owner and pg_dump is the superuser's: nothing is refused", async () => {
    await load(
      'CREATE SCHEMA app; CREATE TABLE app.secret (a int); ALTER TABLE app.secret ENABLE ROW LEVEL SECURITY; SELECT lo_create(0)',
    );
    expect(await run(['upgrade', '--yes', '--backup-dir', 'container'])).toMatchObject({
      exitCode: 0,
      result: 'upgraded',
      backup: { bytes: expect.any(Number) as number },
    });
  });

  it("a collation of another version: psql's warnings confuse nothing, and a rehearsal is by dump and restore", async () => {
    await load(
      `UPDATE pg_database SET datcollversion = '0.1' WHERE datname = 'yokeflow'`,
      `CREATE DATABASE yokeflow OWNER low TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de' LOCALE 'C'`,
    );
    for (const command of ['status', 'plan'])
      expect(await run([command])).toMatchObject({
        exitCode: 10,
        findings: expect.arrayContaining([expect.objectContaining({ code: 'YF820' })]) as unknown,
      });
    const before = await state();
    expect(await run(['rehearse'])).toMatchObject({
      exitCode: 0,
      result: 'rehearsed',
      rehearsal: { how: 'dump and restore' },
    });
    expect(await state()).toEqual(before);
    const upgraded = await run(['upgrade', '--yes', '--backup-dir', 'collation']);
    expect(upgraded).toMatchObject({
      exitCode: 0,
      result: 'upgraded',
      findings: expect.arrayContaining([expect.objectContaining({ code: 'YF820' })]) as unknown,
    });
    expect(await run(['restore', upgraded.backup?.file ?? '', '--yes'])).toMatchObject({
      exitCode: 0,
      result: 'restored',
    });
    // What is restored is sorted anew.
    expect((await run(['status'])).findings.map(({ code }) => code)).not.toContain('YF820');
  });

  it('a standby that is missing is told over psql too', async () => {
    await load();
    const before = await state();
    await admin(`ALTER SYSTEM SET synchronous_standby_names = 'nobody'`);
    await admin('SELECT pg_reload_conf()');
    try {
      await new Promise((resolve) => setTimeout(resolve, 500));
      for (const args of [['upgrade', '--yes', '--no-backup'], ['rehearse']])
        expect(await run(args)).toMatchObject({ exitCode: 3, error: { code: 'YF320', changed: false } });
      expect(await state()).toEqual(before);
    } finally {
      await admin('ALTER SYSTEM RESET synchronous_standby_names');
      await admin('SELECT pg_reload_conf()');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });

  it('extensions that the role cannot make are told before the question, and refused where tables are built on them', async (context) => {
    const [server] = await admin<{ major: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major`,
    );
    if (fitting(await findLocalPrograms(), server?.major ?? 0) === undefined)
      return context.skip('this machine has no pg_dump that fits');
    await load(untrusted);
    const met = (findings: readonly { code: string; title: string }[]) =>
      findings
        .filter(({ code }) => code === 'YF815')
        .map(({ title }) => title)
        .join('\n');
    for (const args of [['plan'], ['upgrade', '--dry-run']])
      expect(met((await direct(...args)).findings)).toMatch(
        /only a superuser may make the extension dblink, and low is none; it would go on without it\n.*sslinfo/,
      );
    const before = await tableContents(database);
    const fine = await direct('backup', '--backup-dir', join(folder, 'fine'));
    expect(fine).toMatchObject({ exitCode: 0 });
    expect(met(fine.findings)).toContain(
      'have to be made by a superuser, and be installed on the server: dblink, sslinfo',
    );
    const restored = await direct('restore', fine.backup?.file ?? '', '--yes');
    expect(restored).toMatchObject({ exitCode: 0, result: 'restored' });
    expect(restored.restored?.unfinished.map(({ statement }) => statement).join('\n')).toContain(
      'CREATE EXTENSION IF NOT EXISTS dblink',
    );
    expect(restored.stderr.indexOf('only a superuser may make the extension dblink')).toBeGreaterThan(-1);
    expect(restored.stderr.indexOf('only a superuser may make the extension dblink')).toBeLessThan(
      restored.stderr.indexOf('Make a scratch database'),
    );
    expect(await tableContents(database)).toEqual(before);

    await admin(`DROP DATABASE yokeflow WITH (FORCE)`);
    await load(`${untrusted}; ${builtOn}`);
    expect(met((await direct('plan')).findings)).toMatch(
      /dblink, .*it would fail, because tables are built on it: public\.keys/,
    );
    const made = await direct('backup', '--backup-dir', join(folder, 'built-on'));
    expect(made).toMatchObject({ exitCode: 0 });
    const whole = await state();
    expect(await direct('restore', made.backup?.file ?? '', '--yes')).toMatchObject({
      exitCode: 3,
      result: 'refused',
      error: { code: 'YF356', changed: false },
    });
    // A backup of before has nothing of it, and can be restored.
    expect(await connected(database, 'yokeflow', () => direct('rehearse'))).toMatchObject({
      exitCode: 3,
      error: { code: 'YF356', changed: false },
    });
    expect(await direct('rehearse')).toMatchObject({ exitCode: 0, rehearsal: { how: 'template' } });
    expect(await state()).toEqual(whole);
    expect(readdirSync(join(folder, 'built-on'))).toHaveLength(1);
    expect(await direct('restore', fine.backup?.file ?? '', '--yes')).toMatchObject({
      exitCode: 0,
      result: 'restored',
    });

    // The server lost its files: not even a superuser could make it.
    const control = await container.run(
      'sh',
      '-c',
      'f=$(find / -name dblink.control 2>/dev/null | head -n 1) && mv "$f" "$f.gone" && echo "$f"',
    );
    try {
      expect(await run(['restore', made.backup?.file ?? '', '--yes'])).toMatchObject({
        exitCode: 1,
        error: { code: 'YF511', changed: false },
      });
      await admin(`DROP DATABASE yokeflow WITH (FORCE)`);
      expect((await run(['restore', made.backup?.file ?? '', '--yes'])).error?.code).toBe('YF511');
    } finally {
      await container.run('sh', '-c', `mv "${control.stdout.trim()}.gone" "${control.stdout.trim()}"`);
    }
  });

  it('a limit of two connections is enough for an upgrade with its backup', async (context) => {
    const [server] = await admin<{ major: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major`,
    );
    if (fitting(await findLocalPrograms(), server?.major ?? 0) === undefined)
      return context.skip('this machine has no pg_dump that fits');
    await load('ALTER ROLE low CONNECTION LIMIT 2');
    try {
      expect(await direct('upgrade', '--yes', '--backup-dir', 'limit')).toMatchObject({
        exitCode: 0,
        result: 'upgraded',
      });
      await admin(`INSERT INTO notification_preferences (project_id) SELECT id FROM projects LIMIT 1`, 'yokeflow');
      expect(await direct('rollback', '--yes', '--discard-rows', '--backup-dir', 'limit')).toMatchObject({
        exitCode: 0,
        result: 'rolled-back',
      });
      expect(await direct('rehearse')).toMatchObject({ exitCode: 3, error: { code: 'YF321', changed: false } });
      await admin('ALTER ROLE low CONNECTION LIMIT 4');
      expect(await direct('rehearse')).toMatchObject({ exitCode: 0, result: 'rehearsed' });
    } finally {
      await admin('ALTER ROLE low CONNECTION LIMIT -1');
    }
  });
});
