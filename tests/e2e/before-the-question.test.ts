import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected, databaseAt } from '../support/databases.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

let database: TestDatabase;
/** Its owner, an ordinary role of this test alone. */
let owner: string;
afterEach(async () => {
  await database.drop();
  await connected(testServer(), 'postgres', (client) =>
    client.query(`DROP OWNED BY ${owner}; DROP ROLE ${owner}`),
  ).catch(() => undefined);
});

/** A database of an ordinary role of its own, so that what is set for the role holds for this test alone, and what a superuser does to it. */
async function load(scenario: Scenario, admin = ''): Promise<void> {
  owner = `owner_${randomBytes(4).toString('hex')}`;
  database = await createDatabase({ owner });
  await database.query(scenarioSql(scenario));
  await asAdmin(`ALTER ROLE ${owner} CREATEDB`);
  if (admin !== '') await asAdmin(admin);
}

const asAdmin = (sql: string) =>
  connected(testServer(), database.name, (client) =>
    client.query(sql.replaceAll('OWNER_', owner).replaceAll('DATABASE_', `"${database.name}"`)),
  );

async function state(): Promise<unknown[]> {
  const admin = databaseAt(testServer(), database.name);
  return [await catalogLines(admin), await tableContents(admin)];
}

async function run(...args: string[]) {
  const cwd = temporaryFolder();
  const result = await runCommand([...args, '--json', '--database-url', database.url], { cwd });
  const document = result.json();
  return {
    status: result.exitCode,
    ...document,
    codes: document.findings.map(({ code }) => code),
    files: readdirSync(cwd),
  };
}

/** Refused by each command that would come to it, and nothing changed and no file left. */
async function expectRefused(code: string, found: (string | RegExp)[], commands: string[][]): Promise<void> {
  const before = await state();
  for (const args of commands) {
    const refused = await run(...args);
    expect(refused, args.join(' ')).toMatchObject({
      status: 3,
      result: 'refused',
      error: { code, changed: false },
      files: [],
      backup: null,
    });
    for (const one of found) expect(refused.error?.found.join('\n')).toMatch(one);
  }
  expect(await state()).toEqual(before);
}

const upgrades = [
  ['upgrade', '--yes'],
  ['upgrade', '--dry-run'],
];

describe('what a backup may not read', () => {
  it('is named before anything begins, all of it at once', async () => {
    await load(
      '1.3.0',
      `CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO OWNER_; CREATE TABLE app.secret (a int); CREATE SCHEMA "My App"; CREATE TABLE "My App"."a.b" (id serial); SELECT lo_create(0)`,
    );
    const found = [
      'no SELECT on table app.secret, which belongs to agent',
      'no USAGE on schema My App',
      'no SELECT on table My App.a.b',
      'no SELECT on sequence My App.a.b_id_seq',
      'no SELECT on a large object of other roles',
    ];
    await expectRefused('YF354', found, [...upgrades, ['backup']]);
    const plan = await run('plan');
    expect(plan).toMatchObject({ status: 10, codes: expect.arrayContaining(['YF354']) as string[] });
    // What is not backed up need not be read; and what the remedy says helps.
    expect(await run('upgrade', '--dry-run', '--no-backup')).toMatchObject({ status: 0, result: 'planned' });
    const advised =
      /in psql: (.*?;) Or/
        .exec(plan.findings.find(({ code }) => code === 'YF354')?.remedy ?? '')?.[1]
        ?.split(/(?<=;) /) ?? [];
    expect(advised).toHaveLength(2);
    for (const statement of advised) await asAdmin(statement);
    expect(await run('upgrade', '--dry-run')).toMatchObject({ status: 0, result: 'planned' });
  });

  it('is looked for before a rollback that backs up, and not before one that loses nothing', async () => {
    await load('1.4.0-as-documented', 'CREATE TABLE public.secret (a int)');
    await expectRefused(
      'YF354',
      ['no SELECT on table public.secret'],
      [
        ['rollback', '--yes', '--discard-rows'],
        ['rollback', '--dry-run', '--discard-rows'],
      ],
    );
    expect(await run('rollback', '--dry-run', '--discard-rows', '--no-backup')).toMatchObject({
      status: 0,
      result: 'planned',
    });
    await database.query(
      "TRUNCATE paused_sessions, session_checkpoints, notification_preferences, intervention_actions, checkpoint_recoveries; UPDATE sessions SET status = 'interrupted'",
    );
    expect(await run('rollback', '--dry-run')).toMatchObject({ status: 0, result: 'planned' });
  });
});

describe('row security', () => {
  it('on any table of a backup is named before anything begins', async () => {
    await load(
      '1.3.0',
      `CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO OWNER_; CREATE TABLE app.others (a int); GRANT SELECT ON app.others TO OWNER_; ALTER TABLE app.others ENABLE ROW LEVEL SECURITY;
      SET ROLE OWNER_; CREATE TABLE app.forced (a int); ALTER TABLE app.forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE TABLE app.enabled (a int); ALTER TABLE app.enabled ENABLE ROW LEVEL SECURITY; CREATE TABLE app.prepared (a int); ALTER TABLE app.prepared FORCE ROW LEVEL SECURITY`,
    );
    await expectRefused('YF355', ['app.others', 'app.forced'], [...upgrades, ['backup']]);
    const plan = await run('plan');
    expect(plan).toMatchObject({ status: 10, codes: expect.arrayContaining(['YF355']) as string[] });
    expect(plan.findings.find(({ code }) => code === 'YF355')?.title).not.toMatch(/enabled|prepared/);
    expect(await run('upgrade', '--dry-run', '--no-backup')).toMatchObject({ status: 0 });
    await asAdmin('ALTER ROLE OWNER_ BYPASSRLS');
    expect(await run('upgrade', '--dry-run')).toMatchObject({ status: 0, result: 'planned' });
  });
});

describe('event triggers', () => {
  const trigger = (name: string, on: string, body: string) =>
    `CREATE FUNCTION public.${name}_f() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN ${body} END $f$; CREATE EVENT TRIGGER ${name} ON ${on} EXECUTE FUNCTION public.${name}_f()`;
  const audit = trigger(
    'audit',
    'ddl_command_end',
    `INSERT INTO public.ddl_log SELECT command_tag, object_identity FROM pg_event_trigger_ddl_commands();`,
  );
  const log = 'CREATE TABLE public.ddl_log (tag text, object text); GRANT ALL ON public.ddl_log TO PUBLIC; ';

  it('that forbid it are tried before the question', async () => {
    await load('1.3.0', trigger('guard', 'ddl_command_start', `RAISE EXCEPTION 'the schema is frozen (%)', tg_tag;`));
    await expectRefused(
      'YF319',
      ['CREATE TABLE, in public.guard_f(): the schema is frozen (CREATE TABLE)'],
      [
        ['upgrade', '--yes'],
        ['upgrade', '--dry-run', '--no-backup'],
      ],
    );
    expect(await run('plan')).toMatchObject({
      status: 10,
      codes: expect.arrayContaining(['YF821']) as string[],
      error: null,
    });
    await asAdmin('ALTER EVENT TRIGGER guard DISABLE');
    const dry = await run('upgrade', '--dry-run');
    expect(dry).toMatchObject({ status: 0, result: 'planned' });
    expect(dry.codes).not.toContain('YF821');
  });

  it('that only watch, or forbid something else, are named and let through; and no look runs them', async () => {
    await load(
      '1.3.0',
      `${log}${audit}; ${trigger('keep_tables', `sql_drop WHEN TAG IN ('DROP TABLE')`, `RAISE EXCEPTION 'no dropping';`)};
      ${trigger('no_roles', `ddl_command_start WHEN TAG IN ('CREATE MATERIALIZED VIEW', 'CREATE EXTENSION')`, `RAISE EXCEPTION 'no such thing';`)}; TRUNCATE public.ddl_log;
      CREATE SEQUENCE public.calls; GRANT ALL ON SEQUENCE public.calls TO PUBLIC; ALTER EVENT TRIGGER audit DISABLE;
      ${trigger('counts', 'ddl_command_start', `PERFORM nextval('public.calls');`)}; ALTER EVENT TRIGGER audit ENABLE`,
    );
    const calls = async () =>
      (await database.query<{ is_called: boolean }>('SELECT is_called FROM public.calls'))[0]?.is_called;
    for (const command of ['plan', 'verify']) {
      const looked = await run(command);
      expect(
        looked.findings.filter(({ code }) => code === 'YF821').map(({ title }) => / trigger (\w+) /.exec(title)?.[1]),
        command,
      ).toEqual(['audit', 'counts']);
    }
    expect(await calls()).toBe(false);
    expect(await run('upgrade', '--yes', '--no-backup')).toMatchObject({ status: 0, result: 'upgraded' });
    expect(await calls()).toBe(true);
    expect((await database.query(`SELECT FROM public.ddl_log WHERE object ~ 'trial'`)).length).toBe(0);
    // Going back drops tables. A sequence moves on in spite of a rollback, as ever.
    await asAdmin('ALTER EVENT TRIGGER counts DISABLE');
    await expectRefused(
      'YF319',
      ['DROP TABLE, in public.keep_tables_f(): no dropping'],
      [
        ['rollback', '--yes', '--no-backup'],
        ['rollback', '--dry-run'],
      ],
    );
  });

  it('are tried without a lock that holds up YokeFlow, and with limits of time', async () => {
    await load(
      '1.3.0',
      trigger(
        'slow',
        `ddl_command_start WHEN TAG IN ('CREATE TABLE')`,
        `IF current_setting('application_name') LIKE '% look' THEN PERFORM pg_sleep(2); END IF;`,
      ),
    );
    const running = run('upgrade', '--dry-run');
    let slowest = 0;
    for (const end = Date.now() + 2500; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const start = Date.now();
      await database.query(`UPDATE sessions SET last_heartbeat = now()`);
      slowest = Math.max(slowest, Date.now() - start);
    }
    expect(await running).toMatchObject({ status: 0 });
    expect(slowest).toBeLessThan(1000);
  });
});

describe('connection limits', () => {
  it.each(['ALTER ROLE OWNER_ CONNECTION LIMIT 1', 'ALTER DATABASE DATABASE_ CONNECTION LIMIT 1'])(
    '%s leaves too few sessions',
    async (sql) => {
      await load('1.3.0', sql);
      await expectRefused(
        'YF321',
        [/connection limit of the (role|database) .*: 1, in use by others: 0/],
        [...upgrades.map((args) => [...args, '--no-backup'])],
      );
      expect(await run('status')).toMatchObject({ status: 10, codes: expect.arrayContaining(['YF321']) as string[] });
    },
  );

  it('count what others use, and let through what is enough, and superusers', async () => {
    await load('1.3.0', 'ALTER ROLE OWNER_ CONNECTION LIMIT 3');
    await connected(database, database.name, async () =>
      connected(database, 'postgres', async () => {
        await expectRefusedSoon();
        expect(
          await runCommand([
            'upgrade',
            '--dry-run',
            '--json',
            '--database-url',
            databaseAt(testServer(), database.name).url,
          ]),
        ).toMatchObject({ exitCode: 0 });
      }),
    );
    await asAdmin('ALTER ROLE OWNER_ CONNECTION LIMIT 2');
    expect(await run('upgrade', '--yes', '--no-backup')).toMatchObject({ status: 0, result: 'upgraded' });
  });
  const expectRefusedSoon = async () => {
    const refused = await run('upgrade', '--yes', '--no-backup');
    expect(refused).toMatchObject({ status: 3, error: { code: 'YF321', changed: false } });
    expect(refused.error?.message).toMatch(/may have 3, of which 2 are in use/);
  };

  it('that let nobody in at all are told as such', async () => {
    await load('1.3.0', 'ALTER ROLE OWNER_ CONNECTION LIMIT 0');
    expect(await run('upgrade', '--yes')).toMatchObject({ status: 4, error: { code: 'YF213', changed: false } });
  });
});

describe('a collation of another version', () => {
  it('is a finding of every look, and stops nothing', async () => {
    await load(
      '1.3.0',
      `UPDATE pg_database SET datcollversion = '0.9' WHERE datname = current_database();
      CREATE COLLATION public.mine (provider = icu, locale = 'de'); CREATE COLLATION public.unused (provider = icu, locale = 'de');
      UPDATE pg_collation SET collversion = '1' WHERE collname IN ('mine', 'unused'); CREATE TABLE public.words (word text COLLATE public.mine); GRANT SELECT ON public.words TO OWNER_`,
    );
    for (const command of [['status'], ['upgrade', '--yes', '--no-backup']]) {
      const told = (await run(...command)).findings.filter(({ code }) => code === 'YF820');
      expect(
        told.map(({ remedy }) => /REFRESH.*/.test(remedy)),
        command.join(' '),
      ).toEqual([true, true]);
      expect(told[0]?.title).toContain('version unknown here');
      expect(told[1]?.title).toMatch(
        /collation public\.mine is of version [\d.]+ here, and indexes on text were made by version 1/,
      );
    }
    const report = await runCommand(['report', '--format', 'json', '--database-url', database.url]);
    expect(report.stdout).toContain('YF820');
  });
});

describe('a role that may act as the owner and not read by itself (NOINHERIT)', () => {
  it('upgrades and rolls back without a backup, and is told what a backup would need', async () => {
    await load(
      '1.3.0',
      `CREATE ROLE OWNER__member LOGIN NOINHERIT PASSWORD '${testServer().password}'; GRANT OWNER_ TO OWNER__member`,
    );
    const keeper = database;
    database = { ...database, url: database.url.replace(owner, `${owner}_member`) };
    await expectRefused('YF354', ['no SELECT on table public.sessions'], [['upgrade', '--yes']]);
    for (const [command, result] of [
      ['upgrade', 'upgraded'],
      ['rollback', 'rolled-back'],
    ] as const)
      expect(await run(command, '--yes', '--no-backup')).toMatchObject({ status: 0, result });
    database = keeper;
    await asAdmin(`DROP ROLE OWNER__member`);
  });

  it('and one that may not even do that is refused a rollback by name', async () => {
    await load('1.4.0-as-documented', `CREATE ROLE OWNER__guest LOGIN PASSWORD '${testServer().password}'`);
    const keeper = database;
    database = { ...database, url: database.url.replace(owner, `${owner}_guest`) };
    await expectRefused('YF307', ['belongs to'], [['rollback', '--yes', '--no-backup', '--discard-rows']]);
    database = keeper;
    await asAdmin(`DROP ROLE OWNER__guest`);
  });
});
