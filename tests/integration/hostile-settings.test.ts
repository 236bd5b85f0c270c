import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { adapters, onceOf } from '../support/adapters.js';
import { runCommand } from '../support/command.js';
import { tableContents } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { openTransaction } from '../support/open-transaction.js';
import { carryOut, lookBack, rollBack } from '../support/run-rollback.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { connected } from '../support/databases.js';
import { createDatabase, psqlBinary, testServer, type TestDatabase } from '../support/server.js';
import { upgradeScript } from '../../src/engine/printable-script.js';
import { verify } from '../../src/engine/verify.js';

/** What a database may have set, by accident or on purpose, that would change what a statement means. */
const settings: Record<string, string> = {
  default_transaction_isolation: "'serializable'",
  default_transaction_deferrable: 'on',
  row_security: 'on',
  quote_all_identifiers: 'on',
  standard_conforming_strings: 'off',
  backslash_quote: 'on',
  transform_null_equals: 'on',
  array_nulls: 'off',
  'plpgsql.extra_errors': "'all'",
  'plpgsql.extra_warnings': "'all'",
  'plpgsql.check_asserts': 'off',
  'plpgsql.variable_conflict': "'use_column'",
  statement_timeout: '25',
  lock_timeout: '1',
  idle_in_transaction_session_timeout: '1',
  DateStyle: "'SQL, DMY'",
  IntervalStyle: "'sql_standard'",
  TimeZone: "'Pacific/Kiritimati'",
  extra_float_digits: '-15',
  bytea_output: "'escape'",
  xmlbinary: "'hex'",
  check_function_bodies: 'off',
  client_min_messages: "'debug5'",
  synchronous_commit: 'off',
  gin_fuzzy_search_limit: '1',
  jit: 'on',
  jit_above_cost: '0',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_nestloop: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  random_page_cost: '1000000',
  cpu_operator_cost: '1000',
  join_collapse_limit: '1',
  from_collapse_limit: '1',
  geqo_threshold: '2',
  search_path: 'evil, pg_catalog, public',
};

/** A database of a role that is no superuser. */
async function databaseOf(scenario: Scenario): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario), owner: 'plain_owner' });
  onTestFinished(() => database.drop());
  return database;
}

/** Sets what a superuser may set for the database. */
async function set({ name }: TestDatabase, values: Record<string, string>): Promise<void> {
  await connected(testServer(), 'postgres', async (admin) => {
    for (const [setting, value] of Object.entries(values))
      await admin.query(`ALTER DATABASE "${name}" SET ${setting} = ${value}`);
  });
}

const reset = ({ name }: TestDatabase) =>
  connected(testServer(), 'postgres', (admin) => admin.query(`ALTER DATABASE "${name}" RESET ALL`));

const pauses = `INSERT INTO paused_sessions (session_id, project_id, pause_reason, pause_type)
  SELECT id, project_id, 'written while the rollback waited', 'manual' FROM sessions s
   WHERE NOT EXISTS (SELECT FROM paused_sessions p WHERE p.session_id = s.id AND p.resolved IS NOT TRUE) LIMIT 3`;

describe.each(adapters)('over $name', (adapter) => {
  const { missing } = adapter;
  const once = onceOf(adapter);
  const connectTo = (database: TestDatabase) => adapter.connect(database);
  it.skipIf(missing !== undefined).each(['1.1.0', '1.4.0-as-documented'] as const)(
    '%s under every such setting at once is read, upgraded, verified and rolled back as ever',
    async (scenario) => {
      const database = await databaseOf(scenario);
      const connect = connectTo(database);
      const rows = await tableContents(database);
      const told = ({ version, plan, findings }: Awaited<ReturnType<typeof look>>) => [version.state, plan, findings];
      const usual = told(await look(connect));
      await set(database, settings);
      expect(told(await look(connect))).toEqual(usual);
      await upgrade(connect);
      const { snapshot, version } = await look(connect);
      expect(version.state).toBe('current');
      const session = await connect();
      const { checks } = await verify(session, snapshot, version, 1000);
      await session.close();
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      await reset(database);
      expectRowsKept(rows, await tableContents(database));
      await set(database, settings);
      if (scenario !== '1.4.0-as-documented') await rollBack(connect);
      await reset(database);
      expect((await look(connect)).version.release?.version).toBe(
        scenario === '1.4.0-as-documented' ? '1.4.0' : '1.3.0',
      );
    },
  );

  it.skipIf(missing !== undefined)(
    'rows that are committed while a rollback waits for its lock are seen, under repeatable read too',
    async () => {
      const database = await databaseOf('1.3.0');
      const connect = connectTo(database);
      await upgrade(connect);
      await set(database, { default_transaction_isolation: "'repeatable read'" });
      const plan = await lookBack(connect);
      const writer = await openTransaction(database, pauses);
      const rollback = carryOut(connect, plan, { waitMs: 20_000, lockTimeoutMs: 10_000 }).catch(
        (error: unknown) => error,
      );
      await sleep(800);
      await writer.run('COMMIT');
      await writer.end();
      expect(await rollback).toMatchObject({ code: 'YF505', exitCode: 1, changed: false });
      expect(await database.query('SELECT count(*)::integer AS rows FROM paused_sessions')).toEqual([{ rows: 3 }]);
    },
  );

  once?.each(['repeatable read', 'serializable'])(
    'deep reviews that are committed while an upgrade waits are moved, under %s too',
    async (isolation) => {
      const database = await databaseOf('1.1.0');
      await set(database, { default_transaction_isolation: `'${isolation}'` });
      const connect = connectTo(database);
      const writer = await openTransaction(
        database,
        `UPDATE session_quality_checks SET review_text = 'written late, ' || id, check_type = 'deep'`,
      );
      const running = upgrade(connect, { waitMs: 20_000, lockTimeoutMs: 10_000 });
      await sleep(800);
      const [written] = await database.query<{ n: number }>(
        'SELECT count(*)::integer AS n FROM session_quality_checks',
      );
      await writer.run('COMMIT');
      await writer.end();
      await running;
      const kept = await database.query<{
        n: number;
      }>(`SELECT (SELECT count(*) FROM session_deep_reviews WHERE review_text LIKE 'written late, %')::integer
      + CASE WHEN to_regclass('yokeflow_upgrade.set_aside_deep_reviews') IS NULL THEN 0
             ELSE (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM yokeflow_upgrade.set_aside_deep_reviews WHERE review_text LIKE ''written late, %''', false, true, '')))[1]::text::integer END AS n`);
      expect(kept).toEqual([written]);
    },
  );

  once?.('row security that hides rows from the owner is refused before anything is counted', async () => {
    const database = await databaseOf('1.3.0');
    const connect = connectTo(database);
    await upgrade(connect);
    await database.query(`${pauses}; ALTER TABLE paused_sessions ENABLE ROW LEVEL SECURITY; ALTER TABLE paused_sessions FORCE ROW LEVEL SECURITY;
      CREATE POLICY none_of_them ON paused_sessions USING (false)`);
    await expect(rollBack(connect, { discardRows: true })).rejects.toMatchObject({
      code: 'YF317',
      exitCode: 3,
      changed: false,
    });
    await database.query('ALTER TABLE paused_sessions NO FORCE ROW LEVEL SECURITY');
    expect(await database.query('SELECT count(*)::integer AS rows FROM paused_sessions')).toEqual([{ rows: 3 }]);
    await expect(rollBack(connect)).rejects.toMatchObject({ code: 'YF331' });
  });

  it.skipIf(missing !== undefined)(
    'a setting that this role may not set is refused by name; a superuser sets it',
    async () => {
      const database = await databaseOf('1.3.0');
      await set(database, { session_replication_role: "'replica'" });
      await expect(connectTo(database)()).rejects.toMatchObject({
        code: 'YF315',
        exitCode: 3,
        message: expect.stringContaining('session_replication_role') as string,
      });
      const asSuperuser = connectTo({ ...database, ...testServer() });
      await upgrade(asSuperuser);
      expect((await look(asSuperuser)).version.state).toBe('current');
    },
  );

  once?.('of several schemas with YokeFlow in them, the one that the search path names first is taken', async () => {
    const database = await createDatabase({
      sql: `${scenarioSql('other-schema')}; ${scenarioSql('1.3.0').replaceAll(/CREATE EXTENSION[^;]*;/g, '')}`,
    });
    onTestFinished(() => database.drop());
    for (const path of ['nowhere, yokeflow, public', 'public, yokeflow']) {
      await database.query(`ALTER DATABASE "${database.name}" SET search_path = ${path}`);
      expect((await look(connectTo(database))).snapshot.schema).toBe(path.includes('nowhere') ? 'yokeflow' : 'public');
    }
  });
});

it('the command refuses a setting that cannot be had with exit 3, and says how to mend it', async () => {
  const database = await databaseOf('1.3.0');
  await set(database, { session_replication_role: "'replica'" });
  const { exitCode, json } = await runCommand([
    'upgrade',
    '--yes',
    '--json',
    '--no-backup',
    '--database-url',
    database.url,
  ]);
  expect(exitCode).toBe(3);
  expect(json().error).toMatchObject({ code: 'YF315', changed: false });
});

it.skipIf(psqlBinary() === undefined)(
  'the script of plan --sql does under all of these settings what upgrade does',
  async () => {
    const database = await databaseOf('1.3.0');
    const [pg] = adapters;
    await set(database, { ...settings, statement_timeout: '0' });
    const script = upgradeScript(await look(pg!.connect(database)), 1000);
    const { status, stderr } = spawnSync(psqlBinary() ?? '', ['-X', '-q', database.url], {
      input: script,
      encoding: 'utf8',
    });
    expect([status, stderr.split('\n').filter((line) => /ERROR|FATAL/.test(line))]).toEqual([0, []]);
    expect((await look(pg!.connect(database))).version.state).toBe('current');
  },
);
