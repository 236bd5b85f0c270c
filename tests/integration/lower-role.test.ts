import { describe, expect, it, onTestFinished } from 'vitest';
import { adapters } from '../support/adapters.js';
import { runCommand } from '../support/command.js';
import { connected } from '../support/databases.js';
import { scenarioSql } from '../support/fixtures.js';
import { lookBack } from '../support/run-rollback.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

/** A 1.3.0 of the superuser's, beside a role that may make objects in `public` and schemas of its own, as up to PostgreSQL 14 any role may. */
async function sharedDatabase(): Promise<
  TestDatabase & { asMallory(sql: string): Promise<void>; calls(): Promise<number> }
> {
  const database = await createDatabase({ sql: scenarioSql('1.3.0') });
  onTestFinished(() => database.drop());
  const server = testServer();
  await connected(server, database.name, async (admin) => {
    await admin.query(`SELECT pg_advisory_lock(hashtext('roles'))`);
    const { rowCount } = await admin.query(`SELECT FROM pg_roles WHERE rolname = 'mallory'`);
    if (!rowCount) await admin.query(`CREATE ROLE mallory LOGIN PASSWORD '${server.password}'`);
    await admin.query(`SELECT pg_advisory_unlock(hashtext('roles'));
      GRANT CREATE ON SCHEMA public TO mallory; GRANT CREATE ON DATABASE "${database.name}" TO mallory;
      -- What a called function leaves behind even where its transaction is rolled back.
      CREATE SEQUENCE calls; GRANT USAGE ON calls TO PUBLIC`);
  });
  return {
    ...database,
    asMallory: (sql) =>
      connected({ ...server, user: 'mallory' }, database.name, async (client) => {
        await client.query(sql);
      }),
    calls: async () =>
      (
        await database.query<{ n: number }>(
          'SELECT CASE WHEN is_called THEN last_value::integer ELSE 0 END AS n FROM calls',
        )
      )[0]?.n ?? -1,
  };
}

const steals = (result: string, value: string) =>
  `RETURNS ${result} LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_catalog.nextval('public.calls'); RETURN ${value}; END $$`;
const operator = (schema: string, name: string, left: string, right: string, result: string, value: string) => {
  const fn = `${schema}.op_${Buffer.from(name).toString('hex')}_${left}_${right}`.replaceAll('"', '');
  return `CREATE FUNCTION ${fn}(${left}, ${right}) ${steals(result, value)}; CREATE OPERATOR ${schema}.${name} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = ${fn});`;
};
/** Operators that fit better than PostgreSQL's own for types which those take by conversion only. */
const operators = (schema: string) =>
  [
    operator(schema, '||', 'name', 'name', 'text', "''"),
    operator(schema, '||', 'text', 'name', 'text', "''"),
    operator(schema, '||', 'name', 'text', 'text', "''"),
    operator(schema, '=', 'varchar', 'varchar', 'boolean', 'true'),
    operator(schema, '=', 'oid', 'regclass', 'boolean', 'true'),
    operator(schema, '=', 'regclass', 'oid', 'boolean', 'true'),
    operator(schema, '<>', 'varchar', 'varchar', 'boolean', 'false'),
    operator(schema, '=', 'session_status', 'session_status', 'boolean', 'true'),
    operator(schema, '=', 'session_type', 'session_type', 'boolean', 'true'),
    operator(schema, '~', 'varchar', 'text', 'boolean', 'true'),
    operator(schema, '=', '"char"', 'text', 'boolean', 'true'),
  ].join('\n');
/** Functions of our queries' names: the very same signature for a schema that stands before pg_catalog, others that fit better for one behind it. */
const functions = (schema: string) => `
  CREATE FUNCTION ${schema}.current_setting(text) ${steals('text', "'16'")}; CREATE FUNCTION ${schema}.current_setting(text, boolean) ${steals('text', "'16'")};
  CREATE FUNCTION ${schema}.format(text, regclass, name) ${steals('text', "'SELECT 1'")}; CREATE FUNCTION ${schema}.format(text, name, name) ${steals('text', "'SELECT 1'")};
  CREATE FUNCTION ${schema}.pg_backend_pid() ${steals('integer', '1')}; CREATE FUNCTION ${schema}.set_config(text, text, boolean) ${steals('text', "''")};
  CREATE FUNCTION ${schema}.pg_get_userbyid(oid) ${steals('name', "'x'::name")}; CREATE FUNCTION ${schema}.quote_ident(name) ${steals('text', "'x'")};
  CREATE FUNCTION ${schema}.count(integer) ${steals('bigint', '0')}; CREATE FUNCTION ${schema}.now() ${steals('timestamptz', 'pg_catalog.now()')};
  CREATE FUNCTION ${schema}.json_agg(record) ${steals('json', "'[]'::json")}; CREATE FUNCTION ${schema}.to_regclass(name) ${steals('regclass', 'NULL')};
  CREATE FUNCTION ${schema}.pg_try_advisory_xact_lock(integer) ${steals('boolean', 'true')}; CREATE FUNCTION ${schema}.txid_current() ${steals('bigint', '1')};`;

const looking = ['status', 'plan', 'report', 'plan --sql', 'backup --backup-dir /no/such/place/at/all'];

describe('a superuser beside a role that wants to be one', () => {
  it('calls nothing of its objects in public, and runs nothing where they would be called', async () => {
    const database = await sharedDatabase();
    await database.asMallory(operators('public') + functions('public'));
    for (const command of looking) await runCommand([...command.split(' '), '--json', '--database-url', database.url]);
    expect(await database.calls()).toBe(0);
    for (const command of ['upgrade --yes --no-backup', 'rehearse', 'verify']) {
      const { exitCode, json } = await runCommand([...command.split(' '), '--json', '--database-url', database.url]);
      expect([command, exitCode, json().error?.code]).toEqual([command, 3, 'YF316']);
      expect(json().error?.found.join()).toContain('operator public.||(name,name) belongs to mallory');
    }
    expect(await database.calls()).toBe(0);
    expect(
      (await runCommand(['status', '--json', '--database-url', database.url])).json().findings.map(({ code }) => code),
    ).toContain('YF316');
    await connected(testServer(), database.name, (admin) =>
      admin.query('DROP OWNED BY mallory; GRANT CREATE ON SCHEMA public TO mallory'),
    );
    await upgrade(adapters[0]!.connect(database));
    expect((await look(adapters[0]!.connect(database))).version.state).toBe('current');
  });

  it('is not led by a search path that the database names', async () => {
    const database = await sharedDatabase();
    await database.asMallory(
      `CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC; ${operators('evil').replaceAll('session_', 'public.session_').replaceAll('_public.', '_')} ${functions('evil')}`,
    );
    await connected(testServer(), 'postgres', (admin) =>
      admin.query(`ALTER DATABASE "${database.name}" SET search_path = evil, pg_catalog, public`),
    );
    for (const command of [
      ...looking,
      'verify',
      'upgrade --yes --no-backup',
      'verify',
      'rollback --yes',
      'status',
      'report --format html',
    ]) {
      const { exitCode } = await runCommand([...command.split(' '), '--json', '--database-url', database.url]);
      expect([command, exitCode]).not.toEqual([command, 1]);
    }
    await connected(testServer(), 'postgres', (admin) =>
      admin.query(`ALTER DATABASE "${database.name}" RESET search_path`),
    );
    expect(await database.calls()).toBe(0);
    expect((await look(adapters[0]!.connect(database))).version.release?.version).toBe('1.3.0');
  });

  it.each([
    [
      'a view over a function',
      `CREATE VIEW yokeflow_upgrade.runs AS SELECT mallory_steals() AS operation, '1.4.0'::text AS to_release`,
    ],
    [
      'a table with a rule',
      `CREATE TABLE yokeflow_upgrade.runs (operation text, to_release text); INSERT INTO yokeflow_upgrade.runs VALUES ('upgrade', '9.9.9');
      CREATE RULE r AS ON INSERT TO yokeflow_upgrade.runs DO INSTEAD SELECT mallory_steals()`,
    ],
    [
      'a table with a trigger',
      `CREATE TABLE yokeflow_upgrade.runs (operation text, to_release text); INSERT INTO yokeflow_upgrade.runs VALUES ('upgrade', '9.9.9');
      CREATE FUNCTION yokeflow_upgrade.t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.mallory_steals(); RETURN NEW; END $$;
      CREATE TRIGGER t BEFORE INSERT ON yokeflow_upgrade.runs FOR EACH ROW EXECUTE FUNCTION yokeflow_upgrade.t()`,
    ],
    [
      'an ordinary table',
      `CREATE TABLE yokeflow_upgrade.runs (operation text, to_release text); INSERT INTO yokeflow_upgrade.runs VALUES ('upgrade', '9.9.9')`,
    ],
    [
      'a table with a type that turns itself to JSON',
      `CREATE TYPE yokeflow_upgrade.e AS ENUM ('upgrade'); CREATE FUNCTION yokeflow_upgrade.j(yokeflow_upgrade.e) ${steals('json', '\'"upgrade"\'::json')};
      CREATE CAST (yokeflow_upgrade.e AS json) WITH FUNCTION yokeflow_upgrade.j(yokeflow_upgrade.e); CREATE TABLE yokeflow_upgrade.runs (operation yokeflow_upgrade.e, to_release text);
      INSERT INTO yokeflow_upgrade.runs VALUES ('upgrade', '9.9.9')`,
    ],
  ])('does not take %s of another role for the record of runs, and writes nothing to it', async (_, sql) => {
    const database = await sharedDatabase();
    await database.asMallory(
      `CREATE FUNCTION public.mallory_steals() ${steals('text', "'upgrade'")}; CREATE SCHEMA yokeflow_upgrade; GRANT ALL ON SCHEMA yokeflow_upgrade TO PUBLIC; ${sql}; GRANT ALL ON yokeflow_upgrade.runs TO PUBLIC`,
    );
    const status = await runCommand(['status', '--json', '--database-url', database.url]);
    expect([status.json().history, await database.calls()]).toEqual([[], 0]);
    for (const connect of adapters
      .filter(({ missing }) => missing === undefined)
      .map((adapter) => adapter.connect(database))) {
      if ((await look(connect)).plan.steps.length > 0) await upgrade(connect);
    }
    expect([(await look(adapters[0]!.connect(database))).version.state, await database.calls()]).toEqual([
      'current',
      0,
    ]);
  });

  it.each([
    [
      'an operator that it added to its own extension',
      `CREATE EXTENSION hstore SCHEMA public; ${operator('public', '||', 'text', 'name', 'text', "''")} ALTER EXTENSION hstore ADD OPERATOR public.|| (text, name)`,
    ],
    [
      'a table to come, with a trigger',
      `CREATE TABLE public.paused_sessions (); CREATE FUNCTION public.t() ${steals('trigger', 'NEW')}; CREATE TRIGGER t BEFORE INSERT ON public.paused_sessions FOR EACH ROW EXECUTE FUNCTION public.t()`,
    ],
    [
      'an overload of a function to come',
      `CREATE FUNCTION public.pause_session(uuid, uuid, text, text) ${steals('uuid', 'NULL')}`,
    ],
    ['a function that a default calls', `CREATE FUNCTION public.gen_random_uuid() ${steals('uuid', 'NULL')}`],
  ])('runs nothing beside %s', async (_, sql) => {
    const database = await sharedDatabase();
    await database.asMallory(sql);
    for (const command of ['status', 'plan', 'report', 'verify', 'upgrade --yes --no-backup'])
      await runCommand([...command.split(' '), '--json', '--database-url', database.url]);
    const { exitCode, json } = await runCommand([
      'upgrade',
      '--yes',
      '--no-backup',
      '--json',
      '--database-url',
      database.url,
    ]);
    expect([exitCode, json().error?.code, await database.calls()]).toEqual([3, 'YF316', 0]);
  });

  it('writes no record where the owner of the database would run its own code by it', async () => {
    const database = await sharedDatabase();
    await connected(testServer(), 'postgres', (admin) =>
      admin.query(`ALTER DATABASE "${database.name}" OWNER TO mallory`),
    );
    await database.asMallory(`CREATE SCHEMA yokeflow_upgrade; GRANT ALL ON SCHEMA yokeflow_upgrade TO PUBLIC; CREATE TABLE yokeflow_upgrade.runs (operation text); GRANT ALL ON yokeflow_upgrade.runs TO PUBLIC;
      CREATE FUNCTION yokeflow_upgrade.t() ${steals('trigger', 'NEW')}; CREATE TRIGGER t BEFORE INSERT ON yokeflow_upgrade.runs FOR EACH ROW EXECUTE FUNCTION yokeflow_upgrade.t()`);
    await upgrade(adapters[0]!.connect(database));
    expect([(await look(adapters[0]!.connect(database))).version.state, await database.calls()]).toEqual([
      'current',
      0,
    ]);
  });

  it('sets no review aside in a schema that another role may drop', async () => {
    const database = await createDatabase({ sql: scenarioSql('1.1.0') });
    onTestFinished(() => database.drop());
    await database.query(
      `CREATE SCHEMA yokeflow_upgrade; DO $$ BEGIN CREATE ROLE mallory LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; ALTER SCHEMA yokeflow_upgrade OWNER TO mallory`,
    );
    const { exitCode, json } = await runCommand([
      'upgrade',
      '--yes',
      '--no-backup',
      '--json',
      '--database-url',
      database.url,
    ]);
    expect([exitCode, json().error?.code]).toEqual([3, 'YF818']);
  });
});

describe('a superuser over the tables of a role that is none', () => {
  it('reads them without running the casts of their types, and is told whose code its probes run', async () => {
    const database = await createDatabase({ sql: scenarioSql('1.3.0'), owner: 'plain_owner' });
    onTestFinished(() => database.drop());
    await database.query(`CREATE SEQUENCE calls; GRANT USAGE ON calls TO PUBLIC;
      CREATE FUNCTION spy(session_status) ${steals('text', "'running'")}; CREATE CAST (session_status AS text) WITH FUNCTION spy(session_status) AS ASSIGNMENT;
      CREATE FUNCTION spy_json(session_type) ${steals('json', "'1'::json")}; CREATE CAST (session_type AS json) WITH FUNCTION spy_json(session_type)`);
    const superuser = { ...database, ...testServer() };
    const url = new URL(database.url);
    url.username = superuser.user;
    const status = await runCommand(['status', '--json', '--database-url', url.href]);
    expect([status.exitCode, status.json().findings.map(({ code }) => code)]).toEqual([
      10,
      expect.arrayContaining(['YF812']),
    ]);
    for (const command of ['plan', 'rollback --dry-run'])
      await runCommand([...command.split(' '), '--json', '--database-url', url.href]);
    expect(await database.query('SELECT is_called FROM calls')).toEqual([{ is_called: false }]);
    for (const adapter of adapters)
      if (adapter.missing === undefined)
        expect((await look(adapter.connect(database))).findings.map(({ code }) => code)).not.toContain('YF812');
    await database.query('DROP CAST (session_status AS text); DROP CAST (session_type AS json)');
    await upgrade(adapters[0]!.connect(database));
    await database.query('CREATE CAST (session_status AS text) WITH FUNCTION spy(session_status) AS ASSIGNMENT');
    await lookBack(adapters[0]!.connect(superuser));
    expect(await database.query('SELECT is_called FROM calls')).toEqual([{ is_called: false }]);
  });
});
