import { truncateSync, copyFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fitting, findLocalPrograms } from '../../src/database/programs/find-local.js';
import { runCommand, startCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected, type TestDatabase } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLinesDuring } from '../support/processes.js';
import { throughADump } from '../support/restored-catalog.js';

const password = 'S3cret-of-the-container';
const local = await findLocalPrograms();

/** Restoring this takes half a minute: the index asks a slow function about each row. */
const slowToRestore = `
  CREATE FUNCTION slowly(value int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN value; END $$;
  CREATE TABLE slow (value int);
  CREATE INDEX slow_index ON slow (slowly(value));
  INSERT INTO slow SELECT generate_series(1, 300);
  CREATE OR REPLACE FUNCTION slowly(value int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_sleep(0.1); RETURN value; END $$;`;

describeWithEngine('a restore', () => {
  let container: PostgresContainer;
  let localMissing: boolean;

  beforeAll(async () => {
    container = await startPostgresContainer({ password });
    const [server] = await container.query<{ major: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major`,
    );
    localMissing = fitting(local, server?.major ?? 0) === undefined;
  });
  afterAll(() => container?.stop());
  beforeEach(async () => {
    await admin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'yokeflow%' AND pid <> pg_backend_pid()`,
    );
    for (const name of await databases()) await admin(`DROP DATABASE ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  });

  const admin = async <T extends object>(sql: string): Promise<T[]> =>
    connected(await container.address(), 'postgres', async (client) => (await client.query(sql)).rows as T[]);
  const databases = async () =>
    (await admin<{ datname: string }>(`SELECT datname FROM pg_database WHERE datname LIKE 'yokeflow%' ORDER BY 1`)).map(
      ({ datname }) => datname,
    );
  const load = (scenario: Scenario, more = '') =>
    container.createDatabase({ name: 'yokeflow', sql: `${scenarioSql(scenario)}\n${more}` });
  const momentOf = async (database: Pick<TestDatabase, 'query'>) => ({
    catalog: throughADump(await catalogLines(database)),
    rows: await tableContents(database),
  });
  const run = async (...args: string[]) => {
    const result = await runCommand([...args, '--json'], { engine: true });
    return { ...expectDocument(result), exitCode: result.exitCode };
  };
  const backup = async () => (await run('backup', '--backup-dir', join(temporaryFolder(), 'b'))).backup?.file ?? '';

  /** No scratch database, no process, and a server that never noticed. */
  async function expectNothingLeft(): Promise<void> {
    expect(
      (await databases()).filter((name) => name.includes('_restore_') && !name.includes('_before_restore_')),
    ).toEqual([]);
    const { Processes } = (await container.container.top()) as { Processes: string[][] };
    expect(
      Processes.map((columns) => columns.at(-1) ?? '').filter((line) => /pg_restore|sh -c|psql/.test(line)),
    ).toEqual([]);
    const log = (await container.container.logs({ stdout: true, stderr: true })).toString();
    expect(log).not.toMatch(/terminated by signal|reinitializing/);
  }

  const ways = [
    ['in the container', () => [] as string[], true, ['1.1.0', 'fork-1.3.0']],
    ['over a URL', (database: TestDatabase) => ['--database-url', database.url], false, ['1.3.0']],
  ] as const;
  describe.each(ways)('%s', (_, options, engine, scenarios) => {
    it.for<Scenario>(scenarios)(
      'backup, upgrade, restore: %s is as it was, in catalog and rows',
      async (scenario, { skip }) => {
        if (!engine && localMissing) return skip("no pg_dump on this machine is new enough for the container's server");
        const database = await load(scenario);
        const before = await momentOf(database);
        const upgraded = await runCommand(
          ['upgrade', '--yes', '--json', '--backup-dir', join(temporaryFolder(), 'b'), ...options(database)],
          { engine },
        );
        expect(upgraded.exitCode, upgraded.stdout + upgraded.stderr).toBe(0);
        const after = await momentOf(database);
        expect(after.catalog).not.toEqual(before.catalog);

        const running = startCommand(
          ['restore', upgraded.json().backup?.file ?? '', '--yes', '--json', '--events', ...options(database)],
          { engine },
        );
        const lines = await commandLinesDuring(running.result);
        const result = await running.result;
        const { restored, version } = expectDocument(result);
        expect({ exitCode: result.exitCode, state: version?.state, release: restored?.release }).toEqual({
          exitCode: 0,
          state: 'upgrade-available',
          release: scenario.slice(-5),
        });
        const events = result.events();
        expect(events.flatMap(({ event, key, state }) => (event === 'phase' && state === 'done' ? [key] : []))).toEqual(
          ['scratch', 'fill', 'look', 'swap'],
        );
        expect(events.find(({ event, key }) => event === 'progress' && key === 'fill')).toMatchObject({
          totalBytes: upgraded.json().backup?.bytes,
        });
        expect(await momentOf(database)).toEqual(before);
        // The command's own arguments hold the URL that this test gave it.
        expect([...lines].filter((line) => line.includes(password) && !line.includes('dist/cli.js'))).toEqual([]);

        // What was there is kept, upgrade and all, and the line that drops it works.
        const kept = restored?.keptAs ?? '';
        expect(await databases()).toEqual(['yokeflow', kept]);
        expect(
          await momentOf({
            query: async (sql, params) =>
              connected(
                await container.address(),
                kept,
                async (client) => (await client.query(sql, params)).rows as never,
              ),
          }),
        ).toEqual(after);
        if (engine) {
          expect(restored?.dropWith).toBe(`docker exec yokeflow_postgres dropdb -U agent ${kept}`);
          expect(await container.run(...(restored?.dropWith ?? '').split(' ').slice(3))).toMatchObject({ exitCode: 0 });
          expect(await databases()).toEqual(['yokeflow']);
        }
        await expectNothingLeft();
      },
    );
  });

  it('a 2.x is backed up, and restored over a 1.x as one: it says what there was and what there is', async () => {
    await load('2.0.0');
    const file = await backup();
    await admin('DROP DATABASE yokeflow WITH (FORCE)');
    await load('1.3.0');
    const older = await backup();
    const over = await runCommand(['restore', file, '--yes'], { engine: true });
    expect(over.exitCode).toBe(0);
    expect(over.stderr).toContain('It holds YokeFlow 2.x.');
    expect(over.stdout).toMatch(
      /is now what the backup holds: YokeFlow 2\.0\.0, complete and broken in use\.[^]*It was YokeFlow 1\.3\.0 before, which is another line than 2\.0\.0/,
    );
    expect(await run('status')).toMatchObject({ exitCode: 10, version: { state: 'defective', release: '2.0.0' } });
    expect(await run('restore', older, '--yes')).toMatchObject({
      exitCode: 0,
      restored: { release: '1.3.0' },
      version: { release: '1.3.0' },
    });
  });

  it('of a 1.4.0 is current and works', async () => {
    await load('1.3.0');
    expect(await run('upgrade', '--yes', '--no-backup')).toMatchObject({ exitCode: 0 });
    const file = await backup();
    expect(await run('restore', file, '--yes')).toMatchObject({
      exitCode: 0,
      result: 'restored',
      version: { state: 'current', release: '1.4.0' },
    });
    expect(await run('verify')).toMatchObject({ exitCode: 0, result: 'verified', findings: [] });
  });

  it('carries over what belongs to the database itself', async () => {
    await load('1.3.0');
    for (const role of ['keeper', 'reader']) await admin(`DROP ROLE IF EXISTS ${role}`);
    await admin(`CREATE ROLE keeper; CREATE ROLE reader; ALTER DATABASE yokeflow OWNER TO keeper`);
    await admin(
      `REVOKE ALL ON DATABASE yokeflow FROM PUBLIC; GRANT CONNECT ON DATABASE yokeflow TO reader WITH GRANT OPTION; GRANT TEMPORARY ON DATABASE yokeflow TO agent`,
    );
    await admin(`COMMENT ON DATABASE yokeflow IS 'it''s ours'; ALTER DATABASE yokeflow CONNECTION LIMIT 50`);
    await admin(
      `ALTER DATABASE yokeflow SET search_path = "$user", public, "odd name"; ALTER DATABASE yokeflow SET work_mem = '5MB'; ALTER ROLE reader IN DATABASE yokeflow SET statement_timeout = '7s'`,
    );
    const properties = () =>
      admin(`
      SELECT pg_get_userbyid(datdba) AS owner, datcollate, datctype, pg_encoding_to_char(encoding) AS encoding, datconnlimit, shobj_description(d.oid, 'pg_database') AS comment,
             (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a) AS acl,
             (SELECT json_agg(json_build_array(setrole::regrole, setconfig) ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid) AS settings
        FROM pg_database d WHERE datname = 'yokeflow'`);
    const before = await properties();
    const file = await backup();
    const result = await run('restore', file, '--yes');
    expect(result).toMatchObject({ exitCode: 0 });
    expect(await properties()).toEqual(before);
  });

  it('fills a database that is empty, and makes one that is missing', async () => {
    await load('1.3.0');
    const file = await backup();
    await admin('DROP DATABASE yokeflow');
    const missing = await run('restore', file, '--yes');
    expect(missing).toMatchObject({ exitCode: 0, restored: { release: '1.3.0', keptAs: null } });
    expect(await databases()).toEqual(['yokeflow']);

    await admin('DROP DATABASE yokeflow');
    await admin('CREATE DATABASE yokeflow');
    expect(await run('restore', file, '--yes')).toMatchObject({ exitCode: 0, restored: { release: '1.3.0' } });
    expect(await run('status')).toMatchObject({ exitCode: 10, version: { release: '1.3.0' } });
  });

  it('refuses what is no whole backup, and changes nothing', async () => {
    const database = await load('1.3.0');
    const before = await momentOf(database);
    const good = await backup();
    const folder = temporaryFolder();
    const garbage = join(folder, 'garbage.dump');
    writeFileSync(garbage, `PGDMP${'x'.repeat(5000)}`);
    const cut = join(folder, 'cut.dump');
    copyFileSync(good, cut);
    // The table of contents is whole, and pg_restore --list has nothing to say against it.
    truncateSync(cut, statSync(good).size - 2000);
    for (const file of [garbage, cut]) {
      expect(await run('restore', file, '--yes'), file).toMatchObject({
        exitCode: 3,
        error: { code: 'YF344', changed: false },
      });
    }
    expect(await run('restore', join(folder, 'none.dump'), '--yes')).toMatchObject({
      exitCode: 2,
      error: { code: 'YF106', changed: false },
    });
    expect(await databases()).toEqual(['yokeflow']);
    expect(await momentOf(database)).toEqual(before);
    await expectNothingLeft();
  });

  it("refuses the backup of another program's database, and another program's database in its place", async () => {
    const database = await load('1.3.0');
    const before = await momentOf(database);
    const good = await backup();
    await container.createDatabase({ name: 'yokeflow_other', sql: scenarioSql('foreign') });
    expect(
      await container.run('pg_dump', '-U', 'agent', '-Fc', '-f', '/tmp/other.dump', 'yokeflow_other'),
    ).toMatchObject({ exitCode: 0 });
    const other = join(temporaryFolder(), 'other.dump');
    writeFileSync(other, await fileOf(container, '/tmp/other.dump'));
    expect(await run('restore', other, '--yes')).toMatchObject({
      exitCode: 3,
      error: { code: 'YF346', changed: false },
    });
    expect(await databases()).toEqual(['yokeflow', 'yokeflow_other']);
    expect(await momentOf(database)).toEqual(before);

    await admin('DROP DATABASE yokeflow');
    await admin('ALTER DATABASE yokeflow_other RENAME TO yokeflow');
    expect(await run('restore', good, '--yes')).toMatchObject({
      exitCode: 3,
      error: { code: 'YF302', changed: false },
    });
    expect(await databases()).toEqual(['yokeflow']);
    await expectNothingLeft();
  });

  it('names who is connected and refuses, and sends them away after --while-running', async () => {
    await load('1.3.0');
    const file = await backup();
    const client = new pg.Client({
      ...(await container.address()),
      database: 'yokeflow',
      application_name: 'the API of YokeFlow',
    });
    client.on('error', () => undefined);
    await client.connect();
    const refused = await run('restore', file, '--yes');
    expect(refused).toMatchObject({ exitCode: 3, error: { code: 'YF343', changed: false } });
    expect(refused.error?.found.join('\n')).toContain('the API of YokeFlow');
    expect(refused.error?.remedy).toContain('--while-running');
    expect(await databases()).toEqual(['yokeflow']);

    // A pool opens a new session as soon as it loses one.
    let reconnecting = true;
    const pool = (async () => {
      while (reconnecting) {
        const again = new pg.Client({ ...(await container.address()), database: 'yokeflow', application_name: 'pool' });
        again.on('error', () => undefined);
        await again
          .connect()
          .then(() => again.query('SELECT pg_sleep(60)'))
          .catch(() => undefined);
        await again.end().catch(() => undefined);
      }
    })();
    const done = await run('restore', file, '--yes', '--while-running');
    reconnecting = false;
    await admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pool'`);
    await pool;
    await client.end().catch(() => undefined);
    expect(done).toMatchObject({ exitCode: 0, result: 'restored' });
    expect((await databases()).length).toBe(2);
  });

  describe('that is interrupted', () => {
    let database: TestDatabase;
    let before: Awaited<ReturnType<typeof momentOf>>;
    let file: string;
    beforeEach(async () => {
      database = await load('1.3.0', slowToRestore);
      before = await momentOf(database);
      file = await backup();
    });

    const working = () =>
      admin<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade-restore%' AND wait_event = 'PgSleep'`,
      );
    async function untilItFills() {
      const running = startCommand(['restore', file, '--yes', '--json'], { engine: true });
      for (const deadline = Date.now() + 20_000; (await working()).length === 0; await sleep(50)) {
        if (running.process.exitCode !== null || Date.now() > deadline)
          throw new Error(`it never came to its middle: ${JSON.stringify(await running.result)}`);
      }
      return running;
    }

    it('by Ctrl-C drops what it made, exit 130', async () => {
      const { process, result } = await untilItFills();
      process.kill('SIGINT');
      expect((await result).exitCode).toBe(130);
      expect(expectDocument(await result)).toMatchObject({
        result: 'cancelled',
        error: { code: 'YF701', changed: false },
      });
      expect(await databases()).toEqual(['yokeflow']);
      expect(await momentOf(database)).toEqual(before);
      await expectNothingLeft();
    });

    it('by a backend that dies drops what it made, exit 1', async () => {
      const { result } = await untilItFills();
      await admin(`SELECT pg_terminate_backend(${(await working())[0]?.pid})`);
      expect((await result).exitCode).toBe(1);
      expect(expectDocument(await result)).toMatchObject({
        result: 'failed',
        error: { code: 'YF511', changed: false },
      });
      expect(await databases()).toEqual(['yokeflow']);
      expect(await momentOf(database)).toEqual(before);
    });

    it('by kill -9 leaves a scratch database that the next restore drops', async () => {
      const { process, result } = await untilItFills();
      const second = await run('restore', file, '--yes');
      expect(second).toMatchObject({ exitCode: 5, error: { code: 'YF401', changed: false } });
      process.kill('SIGKILL');
      await result;
      expect(await databases()).toEqual(['yokeflow', expect.stringMatching(/^yokeflow_restore_[a-z]{16}$/)]);
      await admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'yokeflow\\_restore\\_%'`);
      expect(await momentOf(database)).toEqual(before);

      await database.query('DROP TABLE slow; DROP FUNCTION slowly(int)');
      const good = await backup();
      expect(await run('restore', good, '--yes')).toMatchObject({ exitCode: 0 });
      expect(await databases()).toEqual(['yokeflow', expect.stringContaining('_before_restore_')]);
    });
  });
});

/** A file of the container. */
async function fileOf(container: PostgresContainer, path: string): Promise<Buffer> {
  const stream = await container.container.getArchive({ path });
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  const tar = Buffer.concat(chunks);
  return tar.subarray(512, 512 + Number.parseInt(tar.toString('latin1', 124, 135), 8));
}
