import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { adapters } from '../support/adapters.js';
import { runCommand } from '../support/command.js';
import { schemaSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { runProgram } from '../support/run-program.js';
import { look } from '../support/run-upgrade.js';
import { createDatabase, psqlBinary, type TestDatabase } from '../support/server.js';

const open: TestDatabase[] = [];
async function empty(sql = ''): Promise<TestDatabase> {
  const database = await createDatabase({ sql });
  open.push(database);
  return database;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.drop()));
});

const on = (database: TestDatabase, ...args: string[]) => runCommand([...args, '--database-url', database.url]);
const init = (database: TestDatabase, ...args: string[]) =>
  on(database, 'upgrade', '--init', '--yes', '--json', ...args);

/** All that the catalog says of YokeFlow's schema, with the order of columns and labels. */
async function catalogOf(database: TestDatabase) {
  const { snapshot } = await look(adapters[0]!.connect(database));
  const columns =
    await database.query(`SELECT attrelid::regclass::text AS relation, json_agg(attname ORDER BY attnum) AS columns
    FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')) AND attnum > 0 AND NOT attisdropped GROUP BY 1 ORDER BY 1`);
  const labels = await database.query(
    'SELECT enumtypid::regtype::text AS type, json_agg(enumlabel ORDER BY enumsortorder) AS labels FROM pg_enum GROUP BY 1 ORDER BY 1',
  );
  return { objects: [...snapshot.objects].sort(), columns, labels };
}

const tables = async (database: TestDatabase) =>
  (await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'`))[0]?.n;

/** A checkout whose schema.sql is this. */
function checkout(sql: string): { folder: string; file: string } {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'schema', 'postgresql'), { recursive: true });
  const file = join(folder, 'schema', 'postgresql', 'schema.sql');
  writeFileSync(file, sql);
  return { folder, file };
}

describe('an empty database', () => {
  it('is called that by every command, which name --init, and --yes alone loads nothing', async () => {
    const database = await empty();
    for (const command of ['status', 'upgrade']) {
      const { exitCode, json } = await on(database, command, '--yes', '--json');
      expect(exitCode, command).toBe(3);
      expect(json().version?.state).toBe('empty');
      expect(json().error).toMatchObject({ code: 'YF301', changed: false });
      expect(json().error?.remedy).toMatch(/yokeflow-upgrade upgrade .*--init/);
    }
    const unasked = await on(database, 'upgrade', '--init');
    expect(unasked.exitCode).toBe(2);
    expect(unasked.stderr).toContain('--yes');
    expect(await tables(database)).toBe(0);
  });

  it('is given the schema, upgraded and proven, is then equal to an upgraded 1.3.0, and a second run has nothing to do', async () => {
    const [database, upgraded] = [await empty(), await empty(schemaSql('1.1.1/1.3.0'))];
    const first = await init(database);
    expect(first.exitCode, first.stderr).toBe(0);
    const outcome = first.json();
    expect(outcome).toMatchObject({
      result: 'upgraded',
      loaded: { from: 'package', file: null },
      applied: ['011_paused_sessions', '012_session_checkpoints'],
      version: { state: 'current', release: '1.4.0' },
      findings: [],
      backup: null,
      error: null,
    });
    expect(outcome.checks.filter(({ id }) => id.startsWith('probe.')).length).toBeGreaterThan(5);
    expect(outcome.checks.filter(({ ok }) => !ok)).toEqual([]);

    expect((await on(upgraded, 'upgrade', '--yes', '--no-backup')).exitCode).toBe(0);
    expect(await catalogOf(database)).toEqual(await catalogOf(upgraded));

    const second = await init(database);
    expect([second.exitCode, second.json().result]).toEqual([0, 'already-current']);
    expect((await on(database, 'verify')).exitCode).toBe(0);
    const { history } = (await on(database, 'status', '--json')).json();
    expect(history).toMatchObject([{ operation: 'init', from: null, to: '1.4.0' }]);

    const back = await on(database, 'rollback', '--yes', '--no-backup', '--json');
    expect([back.exitCode, back.json().version?.release]).toEqual([0, '1.3.0']);
    // With a schema in it, --init is an upgrade like any other.
    const again = await init(database, '--no-backup');
    expect([again.exitCode, again.json().loaded]).toEqual([0, undefined]);
    expect(await catalogOf(database)).toEqual(await catalogOf(upgraded));
  });

  it('stays empty in a dry run, whose script does the same', async () => {
    const [database, loaded] = [await empty(), await empty()];
    const { exitCode, json } = await init(database, '--dry-run');
    expect([exitCode, json().result]).toEqual([0, 'planned']);
    expect(await tables(database)).toBe(0);
    const psql = psqlBinary();
    if (psql === undefined) return;
    const { host, port, user, password, name } = database;
    const script = join(temporaryFolder(), 'init.sql');
    writeFileSync(script, json().sql ?? '');
    const args = ['-X', '-q', '-f', script, '-h', host, '-p', String(port), '-U', user, '-d', name];
    const ran = await runProgram(psql, args, { env: { PGPASSWORD: password } });
    expect(ran.exitCode, ran.stderr).toBe(0);
    const inWords = await on(loaded, 'upgrade', '--init', '--yes');
    expect(inWords.stdout).toContain(
      "YokeFlow's schema is loaded, and the database is at 1.4.0, from this program's own schema.",
    );
    expect(await catalogOf(database)).toEqual(await catalogOf(loaded));
  });

  it('goes to the release that --to names, as far as there is a schema for it', async () => {
    const database = await empty();
    expect((await init(database, '--to', '1.1.0')).json()).toMatchObject({ exitCode: 2, error: { code: 'YF104' } });
    const { version, loaded } = (await init(database, '--to', '1.3.0')).json();
    expect([version?.release, version?.state, loaded?.from]).toEqual(['1.3.0', 'current', 'package']);
  });
});

describe("the checkout's schema.sql", () => {
  const documented = schemaSql('1.1.1/1.3.0');

  it('is loaded, whatever psql is told in it', async () => {
    const [database, loaded] = [await empty(), await empty()];
    const { folder, file } = checkout(
      `\\set ON_ERROR_STOP on\nBEGIN;\nSET search_path = public;\n${documented}\nCREATE TABLE notes_of_a_fork (id int);\nCOMMIT;\n\\echo 'done'\n`,
    );
    const { exitCode, json, stderr } = await init(database, '--project', folder);
    expect(exitCode, stderr).toBe(0);
    expect(json()).toMatchObject({ loaded: { from: 'checkout', file }, findings: [], version: { state: 'current' } });
    await init(loaded);
    await loaded.query('CREATE TABLE notes_of_a_fork (id int)');
    expect(await catalogOf(database)).toEqual(await catalogOf(loaded));
  });

  it.each([
    ['what no transaction can hold', `${documented}\nVACUUM;`, /line \d+: VACUUM/],
    ['a mistake', `${documented}\nCREATE TABLE broken (a nonsense);`, /type "nonsense" does not exist/],
    ['another schema', 'CREATE TABLE projects (id int);\nCREATE TABLE sessions (id int);', /not YokeFlow's/],
    [
      'a function of yours',
      `${documented}\nCREATE OR REPLACE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 2';`,
      /function public\.mine\(\): changed/,
    ],
  ])('with %s is rolled back, named, and replaced by our own', async (_, sql, reason) => {
    const database = await empty(`CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    const { exitCode, json, stderr } = await init(database, '--project', checkout(sql).folder);
    expect(exitCode, stderr).toBe(0);
    const { loaded, findings, version } = json();
    expect([loaded?.from, version?.state]).toEqual(['package', 'current']);
    expect(findings).toEqual([
      expect.objectContaining({ code: 'YF363', title: expect.stringMatching(reason) as string }),
    ]);
    expect(await database.query('SELECT mine() AS mine')).toEqual([{ mine: 1 }]);
  });
});

describe('what is there already', () => {
  it.each([
    ['tables', 'CREATE TABLE projects (id int); CREATE TABLE invoices (id int)', ['invoices, projects']],
    [
      'a function, a type and a sequence with names of ours',
      `CREATE FUNCTION pause_session(text) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE task_status AS ENUM ('mine'); CREATE SEQUENCE epics_id_seq`,
      ['function pause_session(text)', 'type task_status', 'sequence epics_id_seq'],
    ],
  ])('%s: named, and nothing is loaded', async (_, sql, names) => {
    const database = await empty(sql);
    const before = await catalogOf(database);
    const { exitCode, json } = await init(database);
    expect(exitCode).toBe(3);
    expect(json().error).toMatchObject({ code: 'YF362', changed: false });
    for (const name of names) expect(json().error?.found.join('\n')).toContain(name);
    expect(await catalogOf(database)).toEqual(before);
  });

  it('stays beside it where no name is shared: functions, extensions, another schema with tables', async () => {
    const database = await empty(
      `CREATE SCHEMA audit; CREATE TABLE audit.log (id int); INSERT INTO audit.log VALUES (7);
       CREATE SCHEMA ext; CREATE EXTENSION "uuid-ossp" SCHEMA ext; CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    );
    const { exitCode, json, stderr } = await init(database);
    expect(exitCode, stderr + JSON.stringify(json().error)).toBe(0);
    expect(json().version?.state).toBe('current');
    expect(await database.query('SELECT mine() AS mine, (SELECT id FROM audit.log) AS log')).toEqual([
      { mine: 1, log: 7 },
    ]);
  });

  it('a missing right is named before anything is asked, with what gives it', async () => {
    const database = await empty('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    const role = `lower_${database.name}`.slice(0, 60);
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'lower'`);
    try {
      const url = new URL(database.url);
      [url.username, url.password] = [role, 'lower'];
      const { exitCode, json } = await runCommand(['upgrade', '--init', '--yes', '--json', '--database-url', url.href]);
      expect(exitCode).toBe(3);
      expect(json().error?.code).toBe('YF307');
      expect(json().error?.found.join('\n')).toContain('no CREATE on schema public');
      expect(json().error?.remedy).toContain('GRANT CREATE ON SCHEMA "public" TO');
      expect(json().error?.remedy).toContain('GRANT CREATE ON DATABASE');
    } finally {
      await database.query(`DROP ROLE ${role}`);
    }
  });

  it('no schema of the wanted name is named', async () => {
    const database = await empty();
    const { exitCode, json } = await init(database, '--schema', 'yoke');
    expect([exitCode, json().error?.code]).toEqual([3, 'YF362']);
    await database.query('CREATE SCHEMA yoke');
    const loaded = await init(database, '--schema', 'yoke');
    expect(loaded.exitCode, loaded.stderr).toBe(0);
    expect(await database.query(`SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'yoke'`)).toEqual([
      { n: 14 },
    ]);
  });
});
