import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rollbackScript } from '../../src/engine/rollback/script.js';
import { adapters, onceOf } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { scenarioSql } from '../support/fixtures.js';
import { carryOut, lookBack, rollBack } from '../support/run-rollback.js';
import { look } from '../support/run-upgrade.js';
import { createDatabase, psqlBinary, testServer, type TestDatabase } from '../support/server.js';

async function documented(): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented') });
  onTestFinished(() => database.drop());
  return database;
}

const stateOf = async (database: TestDatabase) => [await catalogLines(database), await tableContents(database)];

const raising = (table: string, when: string) => `
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not while I watch'; END $$;
  CREATE TRIGGER refuse BEFORE ${when} ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`;

for (const adapter of adapters) {
  const title = `a rollback over ${adapter.name} leaves everything as it was${adapter.missing ? ` (${adapter.missing})` : ''}`;
  describe.skipIf(adapter.missing)(title, () => {
    const once = onceOf(adapter);
    it.each([
      ['YF501', 'a trigger of the user refuses the last statement', raising('sessions', 'UPDATE OF status')],
      [
        'YF502',
        'a probe of 1.3.0 fails',
        'CREATE OR REPLACE FUNCTION validate_session_type() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
      ],
    ])('with %s when %s', async (code, _why, sql) => {
      const database = await documented();
      await database.query(sql);
      const before = await stateOf(database);
      await expect(rollBack(adapter.connect(database), { discardRows: true })).rejects.toMatchObject({
        code,
        exitCode: 1,
        changed: false,
      });
      expect(await stateOf(database)).toEqual(before);
    });

    once?.each([
      [
        'a row',
        'INSERT INTO notification_preferences (project_id) SELECT id FROM projects EXCEPT SELECT project_id FROM notification_preferences LIMIT 1',
      ],
      ['a pause', "UPDATE sessions SET status = 'paused' WHERE session_number = 5"],
      ['a view', 'CREATE VIEW my_pauses AS SELECT * FROM paused_sessions'],
    ])('with YF505 when %s comes in after the plan, and so is in no backup', async (_what, sql) => {
      const database = await documented();
      await database.query('DELETE FROM notification_preferences WHERE NOT webhook_enabled');
      const connect = adapter.connect(database);
      const plan = await lookBack(connect);
      await database.query(sql);
      const before = await stateOf(database);
      await expect(carryOut(connect, plan)).rejects.toMatchObject({ code: 'YF505', exitCode: 1, changed: false });
      expect(await stateOf(database)).toEqual(before);
    });

    it('with YF402 while YokeFlow holds a table, and goes on once it is free', async () => {
      const database = await documented();
      const connect = adapter.connect(database);
      const plan = await lookBack(connect);
      const before = await stateOf(database);
      await connected(database, database.name, async (yokeflow) => {
        await yokeflow.query('BEGIN; UPDATE sessions SET last_heartbeat = now() WHERE session_number = 5');
        await expect(carryOut(connect, plan, { lockTimeoutMs: 100 })).rejects.toMatchObject({
          code: 'YF402',
          exitCode: 5,
          changed: false,
        });
        expect(await stateOf(database)).toEqual(before);
        let freed: Promise<unknown> | undefined;
        await carryOut(connect, plan, {
          lockTimeoutMs: 100,
          waitMs: 20_000,
          on: ({ phase }) => {
            if (phase === 'waiting') freed ??= yokeflow.query('ROLLBACK');
          },
        });
        expect(freed, 'it waited').toBeDefined();
      });
      expect((await look(connect)).version.release?.version).toBe('1.3.0');
    });

    once?.('but for what the other one of two at once has done', async () => {
      const database = await documented();
      const connect = adapter.connect(database);
      const plan = await lookBack(connect);
      const results = await Promise.all([1, 2].map(() => carryOut(connect, plan, { waitMs: 20_000 })));
      expect(results.map((told) => told.some(({ phase }) => phase === 'commit')).sort()).toEqual([false, true]);
      expect((await look(connect)).version.release?.version).toBe('1.3.0');
      expect((await tableContents(database))['yokeflow_upgrade.runs']).toHaveLength(1);
    });

    once?.('where the role does not own all of it, and names what it does not own', async () => {
      const database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented'), owner: 'owns_most' });
      onTestFinished(() => database.drop());
      const { user } = testServer();
      const seenByAll: TestDatabase = {
        ...database,
        query: (sql) =>
          connected({ ...database, user }, database.name, async (client) => (await client.query(sql)).rows as never),
      };
      await seenByAll.query(
        `ALTER TABLE intervention_actions OWNER TO ${user}; ALTER FUNCTION pause_session OWNER TO ${user}`,
      );
      const before = await stateOf(seenByAll);
      await expect(rollBack(adapter.connect(database), { discardRows: true })).rejects.toMatchObject({
        code: 'YF307',
        exitCode: 3,
        found: [
          `table intervention_actions belongs to ${user}`,
          expect.stringMatching(/^function pause_session\(.*\) belongs to /) as string,
        ],
      });
      expect(await stateOf(seenByAll)).toEqual(before);
    });

    it('with YF503 when its connection is cut before COMMIT', async () => {
      const database = await documented();
      const connect = adapter.connect(database);
      const plan = await lookBack(connect);
      await database.query(`
        CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
        CREATE TRIGGER cut BEFORE UPDATE OF status ON sessions FOR EACH ROW EXECUTE FUNCTION cut()`);
      const before = await stateOf(database);
      await expect(carryOut(connect, plan)).rejects.toMatchObject({ code: 'YF503', changed: false });
      expect(await stateOf(database)).toEqual(before);
    });
  });
}

describe.skipIf(psqlBinary() === undefined)('the script of rollback --dry-run', () => {
  const run = (database: TestDatabase, script: string) =>
    execFileSync(psqlBinary() ?? '', ['-X', '-q', '-d', database.url], { input: script, stdio: 'pipe' });

  it('does what the rollback does', async () => {
    const [scripted, rolledBack] = [await documented(), await documented()];
    const connect = adapters[0]!.connect(scripted);
    const plan = await lookBack(connect);
    // As the rollback itself, it gives up no rows unless it is told to.
    const kept = await stateOf(scripted);
    expect(() => run(scripted, rollbackScript(plan, 1000))).toThrow(/rows that this rollback would lose/);
    expect(await stateOf(scripted)).toEqual(kept);
    run(scripted, rollbackScript(plan, 1000, { discardRows: true }));
    await rollBack(adapters[0]!.connect(rolledBack), { discardRows: true });
    expect(await catalogLines(scripted)).toEqual(await catalogLines(rolledBack));
  });

  it('does nothing where rows were added since', async () => {
    const database = await documented();
    const script = rollbackScript(await lookBack(adapters[0]!.connect(database)), 1000, { discardRows: true });
    await database.query("UPDATE sessions SET status = 'paused' WHERE session_number = 5");
    const before = await stateOf(database);
    expect(() => run(database, script)).toThrow(/no longer those that this rollback was planned for/);
    expect(await stateOf(database)).toEqual(before);
  });
});
