import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { tableContents } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';

/** What a restore as another role, or on another server, cannot make again. All rows must come back all the same. */
const beyond = `
  CREATE TABLE notes (id int PRIMARY KEY, divisor int); INSERT INTO notes VALUES (1, 1), (2, 2);
  CREATE MATERIALIZED VIEW ratios AS SELECT 10 / divisor AS ratio FROM notes;
  CREATE MATERIALIZED VIEW fine AS SELECT count(*) AS n FROM notes;
  GRANT SELECT ON notes TO gone_reader; GRANT SELECT ON notes TO kept_reader;
  GRANT SELECT ON projects TO kept_reader;
  ALTER TABLE notes OWNER TO gone_owner;
  CREATE FUNCTION gone_function() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION gone_function() OWNER TO gone_owner;
  CREATE FUNCTION told() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
  CREATE EVENT TRIGGER told_all ON ddl_command_end EXECUTE FUNCTION told();
  CREATE PUBLICATION everything FOR ALL TABLES;
  ALTER DEFAULT PRIVILEGES FOR ROLE gone_owner GRANT SELECT ON TABLES TO kept_reader;
  COMMENT ON TABLE notes IS 'the user''s; with a semicolon';
  SELECT lo_from_bytea(4711, 'large');`;

const subscription =
  "CREATE SUBSCRIPTION elsewhere CONNECTION 'host=nowhere.invalid password=Hush-4711' PUBLICATION p WITH (connect = false)";

describeWithEngine('a restore', () => {
  let container: PostgresContainer;
  beforeAll(async () => {
    container = await startPostgresContainer();
  });
  afterAll(() => container?.stop());

  const admin = async <T extends object>(sql: string, database = 'postgres'): Promise<T[]> =>
    connected(await container.address(), database, async (client) => (await client.query(sql)).rows as T[]);
  const databases = async () =>
    (await admin<{ datname: string }>(`SELECT datname FROM pg_database WHERE datname LIKE 'yokeflow%' ORDER BY 1`)).map(
      ({ datname }) => datname,
    );
  beforeEach(async () => {
    for (const name of await databases()) {
      await admin(
        `DO $$ BEGIN IF EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()) THEN ALTER SUBSCRIPTION elsewhere SET (slot_name = NONE); DROP SUBSCRIPTION elsewhere; END IF; END $$`,
        name,
      );
      await admin(`DROP DATABASE ${pg.escapeIdentifier(name)} WITH (FORCE)`);
    }
    await admin('DROP ROLE IF EXISTS gone_reader, gone_owner, kept_reader');
  });
  /** Not in the template that a scenario is copied from: roles and subscriptions belong to the server. */
  const load = async (scenario: Scenario, more = '', alone = '') => {
    const database = await container.createDatabase({ name: 'yokeflow', sql: scenarioSql(scenario) });
    for (const sql of [more, alone]) if (sql !== '') await database.query(sql);
    return database;
  };
  const run = async (...args: string[]) => {
    const result = await runCommand([...args, '--json'], { engine: true });
    return { ...expectDocument(result), exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  };

  it('brings every row back and goes on past what has none, with the statement that finishes it', async () => {
    await admin('CREATE ROLE gone_reader; CREATE ROLE gone_owner; CREATE ROLE kept_reader');
    const database = await load('1.3.0', beyond, subscription);
    const before = await tableContents(database);
    const made = await run('backup', '--backup-dir', join(temporaryFolder(), 'b'));
    expect(made).toMatchObject({ exitCode: 0 });
    const told = made.findings
      .filter(({ code }) => code === 'YF815')
      .map(({ title }) => title)
      .join('\n');
    for (const name of ['ratios', 'told_all', 'everything', 'elsewhere', 'gone_owner', 'uuid-ossp'])
      expect(told).toContain(name);

    // What the backup was made with is gone by the time of the restore.
    await admin(
      `ALTER SUBSCRIPTION elsewhere SET (slot_name = NONE); DROP SUBSCRIPTION elsewhere; REASSIGN OWNED BY gone_owner TO agent; DROP OWNED BY gone_owner, gone_reader`,
      'yokeflow',
    );
    await admin('DROP ROLE gone_reader, gone_owner');
    // Rows that the materialized view cannot take, in the dump and not in the view.
    const result = await run('restore', made.backup?.file ?? '', '--yes');
    expect(result, result.stdout).toMatchObject({ exitCode: 0, result: 'restored' });
    expect(await tableContents(database)).toEqual(before);
    const unfinished = result.restored?.unfinished.map(({ statement }) => statement).join('\n') ?? '';
    expect(unfinished).toMatch(/GRANT SELECT ON TABLE public\.notes TO gone_reader;/);
    expect(unfinished).toMatch(/ALTER TABLE public\.notes OWNER TO gone_owner;/);
    expect(unfinished).toMatch(/ALTER FUNCTION public\.gone_function\(\) OWNER TO gone_owner;/);
    expect(unfinished).toMatch(/ALTER DEFAULT PRIVILEGES FOR ROLE gone_owner/);
    expect(unfinished).toMatch(/CREATE SUBSCRIPTION elsewhere CONNECTION '\.\.\.'/);
    expect(result.stdout + result.stderr).not.toContain('Hush-4711');
    expect(unfinished).not.toMatch(/^GRANT .*kept_reader;|REFRESH|EVENT TRIGGER|PUBLICATION everything/m);
    expect(result.findings.filter(({ code }) => code === 'YF349')).toHaveLength(
      result.restored?.unfinished.length ?? 0,
    );
    const facts = await admin<{ fact: string }>(
      `
      SELECT 'right of ' || g.grantee::regrole || ' on ' || c.relname AS fact FROM pg_class c, aclexplode(c.relacl) g WHERE c.relname IN ('notes', 'projects') AND g.grantee = 'kept_reader'::regrole
      UNION ALL SELECT 'owner of projects: ' || pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'projects'
      UNION ALL SELECT 'ratios ' || sum(ratio) FROM ratios UNION ALL SELECT evtname FROM pg_event_trigger UNION ALL SELECT pubname FROM pg_publication
      UNION ALL SELECT obj_description('notes'::regclass) UNION ALL SELECT 'large ' || convert_from(lo_get(4711), 'UTF8') ORDER BY 1`,
      'yokeflow',
    );
    expect(facts.map(({ fact }) => fact)).toEqual([
      'everything',
      'large large',
      'owner of projects: agent',
      'ratios 15',
      'right of kept_reader on notes',
      'right of kept_reader on projects',
      "the user's; with a semicolon",
      'told_all',
    ]);
  });

  it('lists a materialized view that cannot be filled, and what is built on a foreign server that is gone', async () => {
    await load(
      '1.3.0',
      `
      CREATE SEQUENCE once; CREATE FUNCTION only_here() RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF current_database() <> 'yokeflow' THEN RAISE 'not in %', 'this database'; END IF; RETURN 1; END $$;
      CREATE MATERIALIZED VIEW picky AS SELECT public.only_here() AS value;
      CREATE VIEW picky_view AS SELECT value FROM picky`,
    );
    const made = await run('backup', '--backup-dir', join(temporaryFolder(), 'b'));
    const result = await run('restore', made.backup?.file ?? '', '--yes');
    expect(result, result.stdout).toMatchObject({
      exitCode: 0,
      restored: {
        unfinished: [
          {
            statement: 'REFRESH MATERIALIZED VIEW public.picky;',
            reason: expect.stringContaining('not in this database') as string,
          },
        ],
      },
    });
    // The statement finishes it.
    await admin(result.restored?.unfinished[0]?.statement ?? '', 'yokeflow');
    expect(await admin('SELECT value FROM picky_view', 'yokeflow')).toEqual([{ value: 1 }]);
  });

  it('fails for what holds rows, and leaves the database alone', async () => {
    const database = await load(
      '1.3.0',
      `
      CREATE FUNCTION only_here() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN current_database() = 'yokeflow'; END $$;
      CREATE TABLE picky (id int CHECK (public.only_here())); INSERT INTO picky VALUES (1)`,
    );
    const before = await tableContents(database);
    const made = await run('backup', '--backup-dir', join(temporaryFolder(), 'b'));
    const result = await run('restore', made.backup?.file ?? '', '--yes');
    expect(result).toMatchObject({ exitCode: 1, result: 'failed', error: { code: 'YF511', changed: false } });
    expect(await databases()).toEqual(['yokeflow']);
    expect(await tableContents(database)).toEqual(before);
  });

  it.each<[string, string[], RegExp]>([
    ['a schema alone', ['--schema-only'], /projects: \d+ rows now/],
    [
      'a dump without the rows of one table',
      ['--exclude-table-data=*.session_quality_checks'],
      /^session_quality_checks: \d+ rows now, none in the backup$/,
    ],
  ])('of %s asks, and --yes refuses unless told otherwise', async (_, options, found) => {
    const database = await load('1.3.0');
    const before = await tableContents(database);
    const file = await dump(...options);
    const refused = await run('restore', file, '--yes');
    expect(refused, refused.stdout).toMatchObject({
      exitCode: 3,
      error: { code: 'YF348', changed: false, remedy: expect.stringContaining('--discard-rows') as string },
    });
    expect(refused.error?.found.join('\n')).toMatch(found);
    expect(await databases()).toEqual(['yokeflow']);
    expect(await tableContents(database)).toEqual(before);
    expect(await run('restore', file, '--yes', '--discard-rows')).toMatchObject({
      exitCode: 0,
      restored: { keptAs: expect.any(String) as string },
    });
  });

  it('of an empty YokeFlow refuses over one with rows, and takes the place of another empty one', async () => {
    const database = await load('1.3.0');
    await database.query('TRUNCATE projects, prompt_proposals, prompt_improvement_analyses CASCADE');
    const file = await dump();
    expect(await run('restore', file, '--yes')).toMatchObject({ exitCode: 0 });
    for (const name of await databases()) await admin(`DROP DATABASE ${pg.escapeIdentifier(name)} WITH (FORCE)`);
    await load('1.3.0');
    expect(await run('restore', file, '--yes')).toMatchObject({ exitCode: 3, error: { code: 'YF348' } });
  });

  async function dump(...options: string[]): Promise<string> {
    expect(
      await container.run('pg_dump', '-U', 'agent', '-Fc', '-f', '/tmp/a.dump', ...options, 'yokeflow'),
    ).toMatchObject({ exitCode: 0 });
    const stream = await container.container.getArchive({ path: '/tmp/a.dump' });
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    const tar = Buffer.concat(chunks);
    const file = join(temporaryFolder(), 'a.dump');
    writeFileSync(file, tar.subarray(512, 512 + Number.parseInt(tar.toString('latin1', 124, 135), 8)));
    return file;
  }
});
