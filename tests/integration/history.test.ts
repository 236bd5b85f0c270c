import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connect } from '../../src/database/connect.js';
import { packageVersion } from '../../src/machine/package-info.js';
import { readHistory, type RecordedRun } from '../../src/engine/history.js';
import { upgradeScript } from '../../src/engine/printable-script.js';
import { adapters, onceOf } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, psqlBinary, testServer, type TestDatabase } from '../support/server.js';

async function databaseOf(scenario: Scenario, owner?: string): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario), ...(owner && { owner }) });
  onTestFinished(() => database.drop());
  return database;
}

async function historyOf(connect: Connect): Promise<RecordedRun[]> {
  const session = await connect();
  try {
    return await readHistory(session, null);
  } finally {
    await session.close();
  }
}

const sha256 = (file: string) =>
  createHash('sha256')
    .update(readFileSync(new URL(`../../sql/${file}`, import.meta.url)))
    .digest('hex');
const steps140 = ['011_paused_sessions', '012_session_checkpoints'].map((id) => ({
  id,
  sha256: sha256(`1.4.0/${id}.sql`),
}));
const notRecorded = (told: Awaited<ReturnType<typeof upgrade>>) => told.filter(({ phase }) => phase === 'not recorded');

describe.skipIf(psqlBinary() === undefined)('the script of plan --sql', () => {
  it('leaves a record too, of nobody in particular', async () => {
    const database = await databaseOf('1.3.0');
    const connect = adapters[0]!.connect(database);
    const script = upgradeScript(await look(connect), 1000);
    execFileSync(psqlBinary() ?? '', ['-X', '-q', '-d', database.url], { input: script, stdio: 'pipe' });
    expect((await look(connect)).version.state).toBe('current');
    expect(await historyOf(connect)).toEqual([
      expect.objectContaining({ operation: 'upgrade', from: '1.3.0', to: '1.4.0', steps: steps140, host: null }),
    ]);
  });
});

for (const adapter of adapters) {
  const title = `the history, over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`;
  describe.skipIf(adapter.missing)(title, () => {
    const once = onceOf(adapter);
    it('says of an upgrade who did what, when and from where', async () => {
      const database = await databaseOf('1.3.0');
      const connect = adapter.connect(database);
      const before = await tableContents(database);
      const publicBefore = Object.keys(before);
      const began = Date.now();
      expect(await historyOf(connect)).toEqual([]);
      expect(notRecorded(await upgrade(connect, { backupFile: '/backups/yokeflow.dump' }))).toEqual([]);

      const [run, ...others] = await historyOf(connect);
      expect(others).toEqual([]);
      expect(run).toEqual({
        operation: 'upgrade',
        from: '1.3.0',
        to: '1.4.0',
        toolVersion: packageVersion(),
        steps: steps140,
        startedAt: expect.any(String) as string,
        endedAt: expect.any(String) as string,
        role: database.user,
        host: hostname(),
        backupFile: '/backups/yokeflow.dump',
        attempts: 1,
        heldUpMs: { longest: expect.any(Number) as number, sum: expect.any(Number) as number },
        ...(
          await database.query<object>(
            `SELECT c.system_identifier::text AS server, d.oid::int AS "databaseOid" FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()`,
          )
        )[0],
      });
      const [started, ended] = [Date.parse(run?.startedAt ?? ''), Date.parse(run?.endedAt ?? '')];
      // The server's clock is this machine's; PostgreSQL counts in microseconds.
      expect(started).toBeGreaterThanOrEqual(began - 1);
      expect(ended).toBeGreaterThanOrEqual(started);
      expect(ended).toBeLessThanOrEqual(Date.now() + 1);
      const added = Object.keys(await tableContents(database)).filter((table) => !publicBefore.includes(table));
      expect(added).toEqual([
        'public.checkpoint_recoveries',
        'public.intervention_actions',
        'public.notification_preferences',
        'public.paused_sessions',
        'public.session_checkpoints',
        'yokeflow_upgrade.runs',
      ]);
    });

    it('lists the latest run first, a repair under its name, and no run where nothing is due', async () => {
      const database = await databaseOf('1.4.0-as-documented');
      const connect = adapter.connect(database);
      await upgrade(connect);
      await upgrade(connect);
      expect((await historyOf(connect)).map(({ operation, from, to }) => [operation, from, to])).toEqual([
        ['repair', '1.4.0', '1.4.0'],
      ]);

      await database.query('DROP VIEW v_active_interventions');
      await upgrade(connect);
      expect((await historyOf(connect)).map(({ steps }) => steps.map(({ id }) => id))).toEqual([
        ['011_paused_sessions'],
        ['011_paused_sessions', '012_session_checkpoints'],
      ]);
    });

    once?.('is beside the reviews that were set aside, in the same schema', async () => {
      const database = await databaseOf('1.1.0');
      await upgrade(adapter.connect(database));
      expect((await tableContents(database))['yokeflow_upgrade.set_aside_deep_reviews']).not.toEqual([]);
      expect((await historyOf(adapter.connect(database))).map(({ from }) => from)).toEqual(['1.1.0']);
    });

    it('says nothing of an upgrade that was rolled back', async () => {
      const database = await databaseOf('labels-only');
      await database.query(`
        CREATE FUNCTION no_pauses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no pauses here'; END $$;
        CREATE TRIGGER no_pauses BEFORE UPDATE OF status ON sessions FOR EACH ROW WHEN (NEW.status::text = 'paused') EXECUTE FUNCTION no_pauses()`);
      const before = [await catalogLines(database), await tableContents(database)];
      await expect(upgrade(adapter.connect(database))).rejects.toMatchObject({ code: 'YF502' });
      expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
    });

    once?.each([
      ['lost', 'DROP SCHEMA yokeflow_upgrade CASCADE', 0],
      [
        "another program's",
        'DROP TABLE yokeflow_upgrade.runs; CREATE TABLE yokeflow_upgrade.runs (speed integer); INSERT INTO yokeflow_upgrade.runs VALUES (12)',
        0,
      ],
      [
        'full of nonsense',
        "UPDATE yokeflow_upgrade.runs SET steps = '7', ended_at = 'infinity', host = NULL, to_release = '9.9.9'",
        1,
      ],
    ])('tells nothing but the display when it is %s', async (_how, sql, shown) => {
      const database = await databaseOf('1.3.0');
      const connect = adapter.connect(database);
      await upgrade(connect);
      await database.query(sql);
      expect(await historyOf(connect)).toHaveLength(shown);
      const { version, findings } = await look(connect);
      expect([version.state, version.release?.version, findings]).toEqual(['current', '1.4.0', []]);
    });

    once?.('decides nothing: a record that claims 1.4.0 hides nothing of what is missing', async () => {
      const database = await databaseOf('1.3.0');
      const connect = adapter.connect(database);
      await upgrade(connect);
      await database.query('DROP TABLE checkpoint_recoveries, session_checkpoints CASCADE');
      const { version } = await look(connect);
      expect(version.steps.map(({ status }) => status)).toEqual([
        'applied',
        'applied',
        'applied',
        'applied',
        'partial',
      ]);
      expect((await historyOf(connect)).map(({ to }) => to)).toEqual(['1.4.0']);
    });

    once?.('takes a table of an older shape over, with its rows', async () => {
      const database = await databaseOf('1.3.0');
      const connect = adapter.connect(database);
      await database.query(`
        CREATE SCHEMA yokeflow_upgrade; CREATE TABLE yokeflow_upgrade.runs (operation text, to_release text);
        INSERT INTO yokeflow_upgrade.runs VALUES ('upgrade', '1.3.0')`);
      await upgrade(connect);
      expect((await historyOf(connect)).map(({ to, host }) => [to, host])).toEqual([
        ['1.4.0', hostname()],
        ['1.3.0', null],
      ]);
    });

    once?.('is done without, and said so, where something else has its name', async () => {
      const database = await databaseOf('1.3.0');
      const connect = adapter.connect(database);
      await database.query('CREATE SCHEMA yokeflow_upgrade; CREATE VIEW yokeflow_upgrade.runs AS SELECT 1 AS one');
      expect(notRecorded(await upgrade(connect))).toHaveLength(1);
      expect((await look(connect)).version.state).toBe('current');
      expect(await database.query('SELECT * FROM yokeflow_upgrade.runs')).toEqual([{ one: 1 }]);
    });

    once?.('is done without, and found beforehand, where the role may not create a schema', async () => {
      const database = await databaseOf('1.3.0', 'no_schemas');
      const superuser = { ...database, user: testServer().user };
      await connected(superuser, database.name, (client) =>
        client.query(`
        GRANT ALL ON SCHEMA public TO no_schemas; ALTER DATABASE ${database.name} OWNER TO ${superuser.user}`),
      );
      const connect = adapter.connect(database);
      const { snapshot, findings } = await look(connect);
      expect(snapshot.mayKeepHistory).toBe(false);
      expect(findings.map(({ code }) => code)).toEqual(['YF810']);

      const told = await upgrade(connect);
      expect(notRecorded(told)).toEqual([
        { phase: 'not recorded', reason: expect.stringContaining('may not write to yokeflow_upgrade.runs') as string },
      ]);
      const after = await look(connect);
      expect([after.version.state, after.findings]).toEqual(['current', []]);
      expect(
        Object.keys(await tableContents(database)).filter((table) => table.startsWith('yokeflow_upgrade')),
      ).toEqual([]);
    });
  });
}
