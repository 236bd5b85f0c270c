import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connect } from '../../src/database/connect.js';
import { readFingerprint } from '../../src/engine/rollback/fingerprint.js';
import { readHistory } from '../../src/engine/history.js';
import type { RollbackPlan } from '../../src/engine/rollback/plan.js';
import { wayBack } from '../../src/engine/rollback/way-back.js';
import { adapters, onceOf } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { carryOut, lookBack, rollBack } from '../support/run-rollback.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

async function databaseOf(scenario: Scenario): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  return database;
}

/** What the rollback promises to leave alone, and what it says that it leaves behind, taken out. */
const lasting = (catalog: string[]) => catalog.filter((line) => !line.includes('yokeflow_upgrade'));
const withoutLabels = (catalog: string[]) =>
  lasting(catalog).filter((line) => !/^label \S*session_status (paused|resumed)$/.test(line));

const newTables = [
  'checkpoint_recoveries',
  'intervention_actions',
  'notification_preferences',
  'paused_sessions',
  'session_checkpoints',
];

/** The rows that 1.3.0 knows, with what was paused or resumed interrupted. */
function rowsOf130(contents: Awaited<ReturnType<typeof tableContents>>): typeof contents {
  const kept = Object.entries(contents).filter(
    ([table]) => !table.startsWith('yokeflow_upgrade.') && !newTables.some((name) => table.endsWith(`.${name}`)),
  );
  return Object.fromEntries(
    kept.map(([table, rows]) => [
      table,
      table.endsWith('.sessions')
        ? rows.map((row) =>
            ['paused', 'resumed'].includes(String(row['status'])) ? { ...row, status: 'interrupted' } : row,
          )
        : rows,
    ]),
  );
}

const overPg = (database: TestDatabase) => adapters[0]!.connect(database);

describe('a way back', () => {
  // states.test.ts has that of each state.
  it('there is no way back to a 1.3.0 of which something is missing', async () => {
    const database = await databaseOf('1.4.0-as-documented');
    await database.query('ALTER TABLE prompt_proposals DROP COLUMN metadata');
    expect(wayBack(await look(overPg(database))).kind).toBe('none');
  });
});

for (const adapter of adapters) {
  const title = `over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`;
  // What differs between the adapters shows on any of them.
  const some = (scenarios: Scenario[]) => (adapter.name === 'pg' ? scenarios : scenarios.slice(-1));
  const some1 = <T>(cases: T[]) => (adapter.name === 'pg' ? cases : cases.slice(0, 1));
  describe.skipIf(adapter.missing)(title, () => {
    const once = onceOf(adapter);
    it.each(some(['labels-only', 'other-schema', 'fork-1.3.0', '1.3.0']))(
      '%s is upgraded, rolled back and upgraded: twice the same',
      async (scenario) => {
        const database = await databaseOf(scenario);
        const connect = adapter.connect(database);
        const before = [withoutLabels(await catalogLines(database)), rowsOf130(await tableContents(database))];
        await upgrade(connect);
        const upgraded = [lasting(await catalogLines(database)), rowsOf130(await tableContents(database))];

        await rollBack(connect);
        expect([withoutLabels(await catalogLines(database)), rowsOf130(await tableContents(database))]).toEqual(before);
        const { version, plan } = await look(connect);
        expect([version.state, version.release?.version, plan.steps.map(({ status }) => status), plan.labels]).toEqual([
          'upgrade-available',
          '1.3.0',
          ['pending', 'pending'],
          [],
        ]);

        await upgrade(connect);
        expect([lasting(await catalogLines(database)), rowsOf130(await tableContents(database))]).toEqual(upgraded);
        const session = await connect();
        const history = await readHistory(session, null);
        await session.close();
        expect(history.map(({ operation, from, to }) => [operation, from, to])).toEqual([
          ['upgrade', '1.3.0', '1.4.0'],
          ['rollback', '1.4.0', '1.3.0'],
          ['upgrade', '1.3.0', '1.4.0'],
        ]);
        expect(history[1]?.steps.map(({ id }) => id)).toEqual(['012_session_checkpoints', '011_paused_sessions']);
        expect(history[1]?.steps.map(({ sha256 }) => sha256)).not.toEqual(
          history[0]?.steps.map(({ sha256 }) => sha256).reverse(),
        );
      },
    );

    it.each(some(['011-only', '012-only', '011-half', '012-half', 'functions-missing', '1.4.0-as-documented']))(
      '%s becomes 1.3.0 when its rows are given up',
      async (scenario) => {
        const [database, of130] = [await databaseOf(scenario), await databaseOf('1.3.0')];
        const before = rowsOf130(await tableContents(database));
        await rollBack(adapter.connect(database), { discardRows: true });
        expect(withoutLabels(await catalogLines(database))).toEqual(withoutLabels(await catalogLines(of130)));
        expect(rowsOf130(await tableContents(database))).toEqual(before);
        expect(
          Object.keys(await tableContents(database)).filter((table) =>
            newTables.some((name) => table.endsWith(`.${name}`)),
          ),
        ).toEqual([]);
        expect(
          await database.query(
            "SELECT DISTINCT status::text FROM sessions WHERE status::text IN ('paused', 'resumed')",
          ),
        ).toEqual([]);
      },
    );

    it('refuses to lose rows, and counts them', async () => {
      const database = await databaseOf('1.4.0-as-documented');
      const connect = adapter.connect(database);
      const before = [await catalogLines(database), await tableContents(database)];
      await expect(rollBack(connect)).rejects.toMatchObject({
        code: 'YF331',
        exitCode: 3,
        changed: false,
        found: [
          'session_checkpoints: 3',
          'checkpoint_recoveries: 2',
          'paused_sessions: 3',
          'intervention_actions: 4',
          'notification_preferences: 2',
          'sessions with the status paused or resumed, which would become interrupted: 1',
        ],
      });
      expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
    });

    once?.('refuses for a session that is paused or resumed, although the tables are empty', async () => {
      const database = await databaseOf('1.4.0-as-documented');
      await database.query(
        `TRUNCATE ${newTables.join(', ')}; UPDATE sessions SET status = 'resumed' WHERE session_number = 5`,
      );
      await expect(rollBack(adapter.connect(database))).rejects.toMatchObject({
        code: 'YF331',
        found: ['sessions with the status paused or resumed, which would become interrupted: 2'],
      });
      await database.query("UPDATE sessions SET status = 'completed' WHERE status IN ('paused', 'resumed')");
      await rollBack(adapter.connect(database));
      expect((await look(adapter.connect(database))).version.release?.version).toBe('1.3.0');
    });

    once?.('names what of the user goes with the tables, and refuses by name for what is built on them', async () => {
      const database = await databaseOf('fork-1.4.0-as-documented');
      const connect = adapter.connect(database);
      await database.query(`
        CREATE MATERIALIZED VIEW open_pause_count AS SELECT count(*) AS n FROM fork_open_pauses;
        CREATE TABLE tickets (id integer PRIMARY KEY, pause uuid REFERENCES paused_sessions (id), last session_checkpoints);
        CREATE FUNCTION newest_checkpoint() RETURNS session_checkpoints LANGUAGE sql AS 'SELECT * FROM session_checkpoints LIMIT 1';
        ALTER TABLE paused_sessions ADD COLUMN tenant text;
        CREATE INDEX idx_pauses_tenant ON paused_sessions (tenant);
        CREATE TRIGGER touch BEFORE UPDATE ON session_checkpoints FOR EACH ROW EXECUTE FUNCTION update_updated_at()`);
      const before = [await catalogLines(database), await tableContents(database)];
      expect([...(await lookBack(connect)).goesAlong].sort()).toEqual([
        'column tenant of paused_sessions',
        'index idx_pauses_tenant of paused_sessions',
        'trigger touch of session_checkpoints',
      ]);
      await expect(rollBack(connect, { discardRows: true })).rejects.toMatchObject({
        code: 'YF333',
        exitCode: 3,
        changed: false,
        found: [
          'column last of table public.tickets',
          'constraint tickets_pause_fkey on table public.tickets',
          'function public.newest_checkpoint()',
          'materialized view public.open_pause_count',
          'view public.fork_failed_actions',
          'view public.fork_open_pauses',
        ],
      });
      expect([await catalogLines(database), await tableContents(database)]).toEqual(before);

      await database.query(
        'DROP MATERIALIZED VIEW open_pause_count; DROP VIEW fork_failed_actions, fork_open_pauses; DROP TABLE tickets; DROP FUNCTION newest_checkpoint()',
      );
      await rollBack(connect, { discardRows: true });
      expect((await look(connect)).version.release?.version).toBe('1.3.0');
    });

    describe('drops nothing where a row was written after the backup', () => {
      const fingerprint = async (connect: Connect, plan: RollbackPlan) => {
        const session = await connect();
        await session.execute('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
        return readFingerprint(session, plan).finally(() => session.close());
      };
      const copyOf = (table: string, set: string) =>
        `CREATE TEMPORARY TABLE copy AS SELECT * FROM ${table} LIMIT 1; DELETE FROM ${table} WHERE id = (SELECT id FROM copy); UPDATE copy SET ${set}; INSERT INTO ${table} SELECT * FROM copy`;
      it.each(
        some1([
          [
            'an update',
            "UPDATE paused_sessions SET resolution_notes = 'late' WHERE id = (SELECT min(id::text)::uuid FROM paused_sessions)",
            'paused_sessions',
          ],
          [
            'one row for another',
            copyOf('notification_preferences', 'id = gen_random_uuid()'),
            'notification_preferences',
          ],
          [
            'a relabelled row',
            "UPDATE sessions SET status = 'resumed' WHERE status = 'paused'",
            'sessions (paused, resumed)',
          ],
          ["a column of the user's", 'UPDATE session_checkpoints SET "whole row" = 2', 'session_checkpoints'],
        ]),
      )('%s', async (_, write, table) => {
        const database = await databaseOf('1.4.0-as-documented');
        await database.query('ALTER TABLE session_checkpoints ADD COLUMN "whole row" int DEFAULT 1');
        const connect = adapter.connect(database);
        const plan = await lookBack(connect);
        const backedUp = await fingerprint(connect, plan);
        await database.query(write);
        const before = [await catalogLines(database), await tableContents(database)];
        await expect(carryOut(connect, plan, { backedUp })).rejects.toMatchObject({
          code: 'YF505',
          exitCode: 1,
          changed: false,
          found: [`written to since the backup: ${table}`],
        });
        expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
        // With a backup of now it goes through.
        await carryOut(connect, plan, { backedUp: await fingerprint(connect, plan) });
        expect((await look(connect)).version.release?.version).toBe('1.3.0');
      });
    });

    once?.(
      'names everything that goes along, of whatever kind, and keeps the texts of functions that are not its own',
      async () => {
        const database = await databaseOf('1.3.0');
        const connect = adapter.connect(database);
        await upgrade(connect);
        await database.query(`
        ALTER TABLE paused_sessions ADD COLUMN mine serial, ADD CONSTRAINT mine_check CHECK (mine > 0); ALTER TABLE paused_sessions ENABLE ROW LEVEL SECURITY; ALTER TABLE paused_sessions SET (fillfactor = 70);
        CREATE POLICY mine_policy ON paused_sessions USING (true); CREATE RULE mine_rule AS ON DELETE TO paused_sessions WHERE false DO ALSO NOTHING;
        CREATE STATISTICS mine_statistics ON session_id, project_id FROM paused_sessions; CREATE PUBLICATION mine_publication FOR TABLE paused_sessions;
        GRANT SELECT ON session_checkpoints TO pg_monitor; GRANT SELECT (id) ON session_checkpoints TO PUBLIC; COMMENT ON COLUMN session_checkpoints.id IS 'mine';
        CREATE OR REPLACE FUNCTION invalidate_checkpoints(p_session_id uuid, p_reason text) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'`);
        expect([...(await lookBack(connect)).goesAlong].sort()).toEqual([
          'column mine of paused_sessions',
          'comment on column id of table public.session_checkpoints',
          'constraint mine_check of paused_sessions',
          'options of paused_sessions: fillfactor=70',
          'policy mine_policy on table public.paused_sessions',
          'publication of table public.paused_sessions in publication mine_publication',
          'rights of PUBLIC on session_checkpoints.id',
          'rights of pg_monitor on session_checkpoints',
          'row level security of paused_sessions',
          'rule mine_rule on table public.paused_sessions',
          'sequence public.paused_sessions_mine_seq',
          'statistics object public.mine_statistics',
        ]);
        await rollBack(connect, { discardRows: true });
        expect((await look(connect)).version.release?.version).toBe('1.3.0');
        const [run] = await database.query<{ replaced: { kind: string; name: string }[] }>(
          `SELECT replaced FROM yokeflow_upgrade.runs WHERE operation = 'rollback'`,
        );
        expect(run?.replaced.filter(({ kind }) => kind === 'function').map(({ name }) => name)).toEqual([
          'public.invalidate_checkpoints(p_session_id uuid, p_reason text)',
        ]);
      },
    );

    once?.('leaves alone what another schema has under the same names', async () => {
      const database = await databaseOf('other-schema');
      const connect = adapter.connect(database);
      await upgrade(connect);
      const { snapshot } = await look(connect);
      expect([snapshot.schema, snapshot.extensionSchemas]).toEqual(['yokeflow', ['public']]);
      await database.query(`
        DROP VIEW yokeflow.v_checkpoint_recovery_history; DROP TABLE yokeflow.checkpoint_recoveries;
        CREATE TABLE public.checkpoint_recoveries (id integer); INSERT INTO public.checkpoint_recoveries VALUES (1);
        CREATE VIEW public.v_checkpoint_recovery_history AS SELECT * FROM public.checkpoint_recoveries`);
      await rollBack(connect);
      expect(await database.query('SELECT * FROM public.v_checkpoint_recovery_history')).toEqual([{ id: 1 }]);
      expect((await look(connect)).version.release?.version).toBe('1.3.0');
    });
  });
}
