import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findLocalPrograms, fitting } from '../../src/database/programs/find-local.js';
import { dumpObstacles } from '../../src/inspection/preflight-checks/dump-rights.js';
import { adapters } from '../support/adapters.js';
import { connected } from '../support/databases.js';
import { look } from '../support/run-upgrade.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

const major = await connected(
  testServer(),
  'postgres',
  async (client) =>
    (await client.query<{ major: number }>(`SELECT current_setting('server_version_num')::int / 10000 AS major`))
      .rows[0]?.major ?? 0,
);
const programs = fitting(await findLocalPrograms(), major);

/** What pg_dump of this machine says, where one fits the server: what is foretold has to be what comes of it. */
function dumps({ host, port, user, password, name }: TestDatabase): boolean | undefined {
  if (programs === undefined) return undefined;
  try {
    execFileSync(join(programs.folder, 'pg_dump'), ['--format=custom', '--file=/dev/null', '--no-password'], {
      env: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: name },
      stdio: 'pipe',
    });
    return true;
  } catch {
    return false;
  }
}

describe(`what pg_dump has to read${programs === undefined ? ' (no pg_dump of this machine fits: it is not run)' : ''}`, () => {
  let database: TestDatabase;
  let role: string;
  afterEach(async () => {
    await database.drop();
    await connected(testServer(), 'postgres', (client) => client.query(`DROP ROLE ${role}`));
  });

  /** An empty database of the superuser's, what is made in it, and a role that looks. */
  const judge = async (sql: string): Promise<string[]> => {
    role = `reader_${randomBytes(4).toString('hex')}`;
    database = await createDatabase({});
    await connected(testServer(), 'postgres', (client) =>
      client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${database.password}'`),
    );
    await database.query(sql.replaceAll('ROLE_', role));
    database = { ...database, user: role };
    const { conditions, snapshot } = await look(
      adapters[0]?.connect(database) ?? (() => Promise.reject(new Error('no adapter'))),
    );
    if (conditions === undefined) throw new Error('no conditions were read');
    const obstacles = dumpObstacles(conditions.dump, snapshot);
    expect(dumps(database) ?? obstacles.length === 0, sql).toBe(obstacles.length === 0);
    return obstacles.flatMap(({ code, found }) => found.map((one) => `${code} ${one}`));
  };

  it.each<[string, string[]]>([
    ['CREATE TABLE public.t (a int)', ['YF354 no SELECT on table public.t, which belongs to agent']],
    [
      'CREATE UNLOGGED TABLE public.t (a int); GRANT INSERT, UPDATE, DELETE ON public.t TO ROLE_',
      ['YF354 no SELECT on table public.t, which belongs to agent'],
    ],
    [
      'CREATE TABLE public.t (a int, b int); GRANT SELECT (a) ON public.t TO ROLE_',
      ['YF354 no SELECT on table public.t, which belongs to agent'],
    ],
    [
      'CREATE SCHEMA app; CREATE TABLE app.t (a int); GRANT SELECT ON app.t TO ROLE_',
      ['YF354 no USAGE on schema app, which belongs to agent'],
    ],
    [
      'CREATE SEQUENCE public.s; GRANT USAGE ON SEQUENCE public.s TO ROLE_',
      ['YF354 no SELECT on sequence public.s, which belongs to agent'],
    ],
    [
      'CREATE TABLE public.t (id int GENERATED ALWAYS AS IDENTITY); GRANT SELECT ON public.t TO ROLE_',
      ['YF354 no SELECT on sequence public.t_id_seq, which belongs to agent'],
    ],
    [
      'CREATE TABLE public.p (a int) PARTITION BY LIST (a); CREATE TABLE public.p1 PARTITION OF public.p DEFAULT; GRANT SELECT ON public.p TO ROLE_',
      ['YF354 no SELECT on table public.p1, which belongs to agent'],
    ],
    [
      'CREATE TABLE public.p (a int) PARTITION BY LIST (a); CREATE TABLE public.p1 PARTITION OF public.p DEFAULT; GRANT SELECT ON public.p1 TO ROLE_',
      ['YF354 no SELECT on table public.p, which belongs to agent'],
    ],
    ['SELECT lo_create(0), lo_create(0)', ['YF354 no SELECT on 2 large objects of other roles']],
    [
      'CREATE TABLE public.t (a int); GRANT SELECT ON public.t TO ROLE_; ALTER TABLE public.t ENABLE ROW LEVEL SECURITY',
      ['YF355 policies hold for this role on table public.t'],
    ],
    [
      'CREATE TABLE public.t (a int); ALTER TABLE public.t OWNER TO ROLE_; ALTER TABLE public.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
      ['YF355 policies hold for this role on table public.t'],
    ],
    // An extension's table is left out, unless it is declared as configuration.
    [
      `CREATE EXTENSION citext; CREATE TABLE public.t (a int); ALTER EXTENSION citext ADD TABLE public.t; UPDATE pg_extension SET extconfig = ARRAY['public.t'::regclass::oid], extcondition = ARRAY[''] WHERE extname = 'citext'`,
      ['YF354 no SELECT on table public.t, which belongs to agent'],
    ],
  ])('%s', async (sql, found) => {
    expect(await judge(sql)).toEqual(found);
  });

  it.each([
    `CREATE SCHEMA app; CREATE MATERIALIZED VIEW app.m AS SELECT 1 AS a; CREATE VIEW app.v AS SELECT 1 AS a; CREATE TYPE app.e AS ENUM ('a'); CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION app.f() FROM PUBLIC`,
    'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE public.ft (a int) SERVER s',
    'CREATE EXTENSION citext; CREATE TABLE public.t (a int); ALTER EXTENSION citext ADD TABLE public.t',
    'CREATE TABLE public.t (a int); ALTER TABLE public.t OWNER TO ROLE_; ALTER TABLE public.t ENABLE ROW LEVEL SECURITY',
    'CREATE TABLE public.t (a int); GRANT SELECT ON public.t TO PUBLIC; ALTER TABLE public.t ENABLE ROW LEVEL SECURITY; ALTER ROLE ROLE_ BYPASSRLS',
    'CREATE TABLE public.p (a int) PARTITION BY LIST (a); ALTER TABLE public.p ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.p TO ROLE_',
    'CREATE SCHEMA app; CREATE TABLE app.t (id serial); GRANT pg_read_all_data TO ROLE_',
    'SELECT lo_create(4711); GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC; SELECT lo_create(4712); ALTER LARGE OBJECT 4712 OWNER TO ROLE_; SELECT lo_create(4713); GRANT SELECT ON LARGE OBJECT 4713 TO ROLE_',
    'SELECT lo_create(4711); ALTER ROLE ROLE_ SET lo_compat_privileges = on',
    'CREATE TABLE public.t (id serial); CREATE SCHEMA app; CREATE TABLE app.t (a int); ALTER ROLE ROLE_ SUPERUSER',
    'CREATE TEMPORARY TABLE t (a int)',
  ])('is there: %s', async (sql) => {
    expect(await judge(sql)).toEqual([]);
  });
});
