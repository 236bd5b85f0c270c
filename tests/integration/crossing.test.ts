import { describe, expect, it, onTestFinished } from 'vitest';
import { wayBack } from '../../src/engine/rollback/way-back.js';
import type { Progress } from '../../src/engine/progress.js';
import { rowsSql, schemaSql } from '../../src/demo/fixtures.js';
import { findRelease, newestRelease } from '../../src/releases/registry.js';
import { adapters, type Adapter } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { caseOf, scenarioNames, scenarioSql, type Scenario } from '../support/fixtures.js';
import { carryOut, lookBack } from '../support/run-rollback.js';
import { representatives } from '../support/representatives.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const target = findRelease('2.2.0')!;

/** A right 1.4.0 with everything in its rows that 2.x reads otherwise. */
const crossingRows = [
  schemaSql('1.4.0/1.4.0-mended'),
  ...['base/base', '1.1.1/1.3.0', '1.4.0/011-pauses', '1.4.0/011-actions', '1.4.0/012', '1.4.0/crossing'].map(rowsSql),
].join('\n');

async function databaseOf(sql: string): Promise<TestDatabase> {
  const database = await createDatabase({ sql });
  onTestFinished(() => database.drop());
  return database;
}

type Contents = Awaited<ReturnType<typeof tableContents>>;
const schemaOf = (scenario: Scenario) => (scenario === 'other-schema' ? 'yokeflow' : 'public');

/** Columns that the crossing writes into, in rows that were there. */
const written: Readonly<Record<string, readonly string[]>> = {
  sessions: ['metrics'],
  epics: ['status', 'completed_at', 'metadata'],
  tests: ['test_type', 'last_execution'],
  session_quality_checks: ['check_type', 'review_text', 'review_summary', 'prompt_improvements'],
};

/** Every row of before is there, with the same in each column but those that are declared; none is there twice. */
function expectRowsKept(schema: string, before: Contents, after: Contents): void {
  const isNative = before[`${schema}.tests`] === undefined;
  for (const [name, rows] of Object.entries(before)) {
    const table = name.slice(schema.length + 1);
    if (table === 'task_tests' && !isNative) continue;
    const now = after[table === 'tests' ? `${schema}.task_tests` : name] ?? [];
    const others = Object.keys(rows[0] ?? {}).filter((column) => !(written[table] ?? []).includes(column));
    const lines = (of: Contents[string]) => of.map((row) => JSON.stringify(others.map((column) => row[column]))).sort();
    expect(lines(now), name).toEqual(expect.arrayContaining(lines(rows)));
    if (!['session_deep_reviews', 'tests'].includes(table)) expect(now.length, name).toBe(rows.length);
  }
}

const rowsKept = (told: readonly Progress[]) =>
  told.flatMap((one) => (one.phase === 'rows kept' && !one.dryRun ? [one.check] : []));

/** From each state to 2.2.0: right, proven, and a second run has nothing to do. */
async function expectCrossed(adapter: Adapter, scenario: Scenario): Promise<void> {
  const database = await databaseOf(scenarioSql(scenario));
  const connect = adapter.connect(database);
  const before = await tableContents(database);
  const told = await upgrade(connect, { target });
  const { version } = await look(connect, target);
  expect([version.state, version.release?.version]).toEqual(['current', '2.2.0']);
  expect(rowsKept(told)).toMatchObject([{ id: 'rows.kept', ok: true }]);
  expectRowsKept(schemaOf(scenario), before, await tableContents(database));
  const catalog = await catalogLines(database);
  expect(await upgrade(connect, { target })).toEqual([]);
  expect(await catalogLines(database)).toEqual(catalog);
}

/** Every state that a way leads on from, or without YOKEFLOW_TEST_ALL one of each release and condition, forks and another schema. */
const crossable = (process.env['YOKEFLOW_TEST_ALL'] === '1' ? scenarioNames : representatives).filter((name) => {
  const { state, refused } = caseOf(name);
  return !['empty', 'foreign', 'newer'].includes(state) && refused === undefined;
});
/** One of each kind: what a second adapter may answer otherwise does not depend on the state. */
const ofEachKind: readonly Scenario[] = ['1.3.0', '2.2.0-cut-short', '2.x-over-1.4.0'];

for (const adapter of adapters) {
  const scenarios = adapter.name === 'pg' ? crossable : ofEachKind;
  describe.skipIf(adapter.missing)(`over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`, () => {
    it.each(scenarios)('%s becomes a right 2.2.0 with every row', (scenario) => expectCrossed(adapter, scenario));
  });
}

const overPg = (database: TestDatabase) => adapters.find(({ name }) => name === 'pg')!.connect(database);

describe('what 2.x reads of rows that 1.x wrote', () => {
  it('epics whose tasks are all done are closed, metrics get the quality, tests their type', async () => {
    const database = await databaseOf(crossingRows);
    const told = await upgrade(overPg(database), { target });
    expect(rowsKept(told)[0]?.found).toMatch(
      /^as before; sessions whose metrics got the quality of their checks: 11; epics that were closed, as all of their tasks are done: 3; its tables were locked for \d/,
    );
    const open = `SELECT e.name FROM epics e WHERE e.status <> 'completed'
       AND NOT EXISTS (SELECT FROM tasks t WHERE t.epic_id = e.id AND t.done IS NOT TRUE)`;
    expect(await database.query(open)).toEqual([{ name: 'Languages' }]);
    expect(
      await database.query(
        `SELECT category, test_type, bool_and(last_execution IS NOT DISTINCT FROM verified_at) AS ran FROM task_tests GROUP BY 1, 2 ORDER BY 1`,
      ),
    ).toEqual([
      { category: 'accessibility', test_type: 'browser', ran: true },
      { category: 'functional', test_type: 'integration', ran: true },
      { category: 'performance', test_type: 'api', ran: true },
      { category: 'security', test_type: 'integration', ran: true },
      { category: 'style', test_type: 'unit', ran: true },
    ]);
    expect(
      await database.query(`
        SELECT count(*)::int AS wrong FROM sessions s CROSS JOIN LATERAL (
          SELECT overall_rating FROM session_quality_checks WHERE session_id = s.id ORDER BY created_at DESC NULLS LAST, id DESC LIMIT 1) c
         WHERE c.overall_rating IS NOT NULL AND COALESCE(s.metrics ->> 'quality_score', '0') = '0'`),
    ).toEqual([{ wrong: 0 }]);
  });

  it('the code of 1.x goes on through the view tests, and what it writes is a test of 2.x', async () => {
    const database = await databaseOf(crossingRows);
    await upgrade(overPg(database), { target });
    const [made] = await database.query<{ id: number }>(`
      INSERT INTO tests (task_id, project_id, category, description)
      SELECT id, project_id, 'functional', 'made by 1.4.0' FROM tasks LIMIT 1 RETURNING id`);
    await database.query(`UPDATE tests SET passes = true, verified_at = now() WHERE id = ${made?.id}`);
    expect(await database.query(`SELECT passes, test_type FROM task_tests WHERE id = ${made?.id}`)).toEqual([
      { passes: true, test_type: 'unit' },
    ]);
    await database.query(`DELETE FROM tests WHERE id = ${made?.id}`);
    expect(await database.query(`SELECT FROM task_tests WHERE id = ${made?.id}`)).toEqual([]);
  });
});

describe("what is the user's", () => {
  it('on the table that gets another name follows it as it was, to the last option', async () => {
    const database = await databaseOf(crossingRows);
    await database.query(`
      CREATE ROLE crossing_reader;
      CREATE INDEX idx_tests_type ON tests (description) WITH (fillfactor = 70);
      CREATE VIEW mine AS SELECT id, description FROM tests WHERE passes;
      CREATE VIEW my_progress AS SELECT project_id, completed_tasks FROM v_progress;
      CREATE TABLE about_tests (test_id integer REFERENCES tests ON DELETE CASCADE);
      ALTER TABLE tests ADD COLUMN mine text DEFAULT 'x', ADD CONSTRAINT tests_mine CHECK (mine <> '');
      GRANT SELECT ON tests TO crossing_reader;
      COMMENT ON TABLE tests IS 'ours';
      CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
      CREATE TRIGGER noted BEFORE INSERT ON tests FOR EACH ROW EXECUTE FUNCTION noted();`);
    onTestFinished(() =>
      database.query('DROP OWNED BY crossing_reader; DROP ROLE crossing_reader').then(() => undefined),
    );
    await upgrade(overPg(database), { target });
    expect(
      await database.query(`
        SELECT (SELECT reloptions::text FROM pg_class WHERE relname = 'idx_tests_type') AS options,
               (SELECT count(*)::int FROM mine) = (SELECT count(*)::int FROM task_tests WHERE passes) AS reads,
               (SELECT count(*)::int FROM my_progress) > 0 AS counts,
               (SELECT confrelid::regclass::text FROM pg_constraint WHERE conrelid = 'about_tests'::regclass) AS points_to,
               has_table_privilege('crossing_reader', 'task_tests', 'SELECT') AND has_table_privilege('crossing_reader', 'tests', 'SELECT') AS granted,
               obj_description('task_tests'::regclass) AS comment,
               (SELECT count(*)::int FROM pg_trigger WHERE tgrelid = 'task_tests'::regclass AND tgname = 'noted') AS triggers,
               (SELECT count(*)::int FROM pg_constraint WHERE conrelid = 'task_tests'::regclass AND conname = 'tests_mine') AS checks`),
    ).toEqual([
      {
        options: '{fillfactor=70}',
        reads: true,
        counts: true,
        points_to: 'task_tests',
        granted: true,
        comment: 'ours',
        triggers: 1,
        checks: 1,
      },
    ]);
  });

  it('a trigger that changes rows on the way is found by the proof, and nothing is changed', async () => {
    const database = await databaseOf(crossingRows);
    await database.query(`
      CREATE FUNCTION meddles() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := NEW.name || '!'; RETURN NEW; END $$;
      CREATE TRIGGER meddles BEFORE UPDATE ON epics FOR EACH ROW EXECUTE FUNCTION meddles();`);
    const before = [await catalogLines(database), await tableContents(database)];
    await expect(upgrade(overPg(database), { target })).rejects.toMatchObject({
      code: 'YF502',
      changed: false,
      found: [expect.stringMatching(/^epics: \d+ rows, and not all of them as before$/)],
    });
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });
});

describe('the way back', () => {
  it('gives the 1.4.0 again: the catalog but for one label and one column of a view, and every row', async () => {
    const database = await databaseOf(crossingRows);
    const connect = overPg(database);
    const before = [await catalogLines(database), await tableContents(database)] as const;
    await upgrade(connect, { target });
    const plan = await lookBack(connect, target);
    await carryOut(connect, plan);
    const { version } = await look(connect, newestRelease);
    expect(version.state).toBe('current');
    const own = (lines: readonly string[]) =>
      lines.filter((line) => !/yokeflow_upgrade|v_pending_proposals|session_status/.test(line));
    expect(own(await catalogLines(database))).toEqual(own(before[0]));
    const rows = Object.entries(await tableContents(database)).filter(
      ([table]) => !table.startsWith('yokeflow_upgrade'),
    );
    expect(Object.fromEntries(rows)).toEqual(before[1]);
  });

  it('keeps metrics that YokeFlow has changed since, and an epic that was opened again', async () => {
    const database = await databaseOf(crossingRows);
    const connect = overPg(database);
    await upgrade(connect, { target });
    const filled = `jsonb_typeof(metrics #> '{yokeflow_upgrade,filled}') = 'object'`;
    const [session] = await database.query<{ id: string }>(
      `UPDATE sessions SET metrics = metrics || '{"quality_score": 99}' WHERE id = (SELECT id FROM sessions WHERE ${filled} LIMIT 1) RETURNING id`,
    );
    const [epic] = await database.query<{ id: number }>(
      `UPDATE epics SET status = 'in_progress' WHERE id = (SELECT id FROM epics WHERE metadata ? 'yokeflow_upgrade' LIMIT 1) RETURNING id`,
    );
    await carryOut(connect, await lookBack(connect, target));
    expect(
      await database.query(`
        SELECT (SELECT metrics ->> 'quality_score' FROM sessions WHERE id = '${session?.id}') AS score,
               (SELECT status::text FROM epics WHERE id = ${epic?.id}) AS status,
               (SELECT count(*)::int FROM sessions WHERE metrics ? 'yokeflow_upgrade') AS remembered`),
    ).toEqual([{ score: '99', status: 'in_progress', remembered: 0 }]);
  });

  it.each(['2.1.0', '2.2.0'])('a native %s has none, repaired or not', async (scenario) => {
    const connect = overPg(await databaseOf(scenarioSql(scenario)));
    expect(wayBack(await look(connect, target)).kind).toBe('none');
    await upgrade(connect, { target });
    expect(wayBack(await look(connect, target)).kind).toBe('none');
  });

  it('counts what only 2.x has a place for, by table and by column', async () => {
    const database = await databaseOf(crossingRows);
    const connect = overPg(database);
    await upgrade(connect, { target });
    await database.query(`
      INSERT INTO epic_tests (epic_id, project_id, name, description, requirements) SELECT id, project_id, 'whole', 'the whole of it', 'all works' FROM epics LIMIT 2;
      UPDATE projects SET project_type = 'brownfield';`);
    const plan = await lookBack(connect, target);
    expect(plan.tables.filter(({ rows }) => rows > 0)).toEqual([{ table: 'epic_tests', rows: 2 }]);
    expect(plan.losses.filter(({ rows }) => rows > 0)).toMatchObject([{ table: 'projects', column: 'project_type' }]);
  });
});
