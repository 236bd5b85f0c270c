import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { PGlite } from '@electric-sql/pglite';
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp';
import { catalogLines, tableContents } from '../support/contents.js';
import { caseOf, partSql, rowsSql, scenarioNames, scenarioSql, schemaSql } from '../support/fixtures.js';
import { createDatabase, postgresProgram, type TestDatabase } from '../support/server.js';

const open: TestDatabase[] = [];
async function load(sql: string): Promise<TestDatabase> {
  const database = await createDatabase({ sql });
  open.push(database);
  return database;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.drop()));
});

/** Objects of schema public that no extension owns, counted by kind. */
const census = `
  WITH own AS (SELECT oid, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace),
       foreign_proc AS (SELECT objid FROM pg_depend WHERE classid = 'pg_proc'::regclass AND deptype = 'e')
  SELECT (SELECT count(*)::int FROM own WHERE relkind = 'r') AS tables,
         (SELECT count(*)::int FROM own JOIN pg_attribute ON attrelid = own.oid
          WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped) AS columns,
         (SELECT count(*)::int FROM own WHERE relkind = 'i') AS indexes,
         (SELECT count(*)::int FROM own JOIN pg_constraint ON conrelid = own.oid WHERE contype <> 'n') AS constraints,
         (SELECT count(*)::int FROM own WHERE relkind = 'v') AS views,
         (SELECT count(*)::int FROM pg_proc WHERE pronamespace = 'public'::regnamespace
          AND oid NOT IN (SELECT objid FROM foreign_proc)) AS functions,
         (SELECT count(*)::int FROM pg_trigger WHERE NOT tgisinternal) AS triggers,
         (SELECT count(*)::int FROM pg_enum) AS labels`;

describe('cases', () => {
  const counted = scenarioNames.filter((name) => caseOf(name).objects !== undefined);
  test.each(counted)('%s has as many objects as the release', async (name) => {
    const database = await load(scenarioSql(name));
    expect((await database.query(census))[0]).toEqual(caseOf(name).objects);
  });

  test.each(scenarioNames)('%s loads into PostgreSQL', async (name) => {
    const database = await load(scenarioSql(name));
    const [found] = await database.query<{ tables: number }>(
      `SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname IN ('public', 'yokeflow')`,
    );
    if (caseOf(name).state === 'empty') expect(found?.tables).toBe(0);
    else expect(found?.tables).toBeGreaterThanOrEqual(3);
  });

  test('other-schema keeps public free of tables and views', async () => {
    const database = await load(scenarioSql('other-schema'));
    expect(
      await database.query(
        `SELECT relnamespace::regnamespace::text AS schema, count(*)::int AS relations FROM pg_class
       WHERE relkind IN ('r', 'v') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)' GROUP BY 1`,
      ),
    ).toEqual([{ schema: 'yokeflow', relations: 18 }]);
  });

  test('load into PGlite as well', async () => {
    const database = await PGlite.create({ extensions: { uuid_ossp } });
    const names = [
      '1.1.0',
      'fork-1.4.0-as-documented',
      'other-schema',
      '2.x',
      '2.0.0',
      '2.2.0',
      '2.x-over-1.4.0',
    ] as const;
    for (const name of names) {
      await database.exec(scenarioSql(name));
      const schema = name === 'other-schema' ? 'yokeflow.' : 'public.';
      expect((await database.query(`SELECT count(*)::int AS n FROM ${schema}projects`)).rows[0], name).toEqual({
        n: name === '2.2.0' ? 3 : 2,
      });
      await database.exec(
        'RESET search_path; DROP SCHEMA IF EXISTS yokeflow CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public',
      );
    }
    await database.close();
  });

  test('the rows of demo are believable, and the same on every run but for their dates', async () => {
    const [first, second] = await Promise.all(
      [0, 1].map(() => load(`-- run\n${schemaSql('1.1.1/1.3.0')}\n${rowsSql('1.1.1/demo')}`)),
    );
    const figures = `SELECT p.name, count(*)::int AS sessions, max(s.ended_at) < now() AS past,
                            max(p.total_cost_usd) AS cost, count(*) FILTER (WHERE s.status = 'running')::int AS running
                     FROM projects p JOIN sessions s ON s.project_id = p.id GROUP BY p.id ORDER BY 1`;
    const rows = await first!.query<{ sessions: number; past: boolean; running: number }>(figures);
    expect(rows).toEqual(await second!.query(figures));
    expect(rows).toHaveLength(6);
    expect(rows.reduce((sum, row) => sum + row.sessions, 0)).toBe(61);
    expect(rows.every((row) => row.past && row.running === 0)).toBe(true);
  });

  test.each(['1.4.0-as-documented', '1.4.0-mended'])('the rows of a crossing to 2.x load over %s', async (schema) => {
    const rows = ['base/base', '1.1.1/1.3.0', '1.4.0/011-pauses', '1.4.0/011-actions', '1.4.0/012', '1.4.0/crossing'];
    const database = await load([schemaSql(`1.4.0/${schema}`), ...rows.map(rowsSql)].join('\n'));
    expect(
      await database.query(`
        SELECT e.name FROM epics e JOIN tasks t ON t.epic_id = e.id WHERE e.status <> 'completed'
        GROUP BY e.id HAVING bool_and(coalesce(t.done, false)) ORDER BY e.priority`),
    ).toEqual([{ name: 'Moon phases' }, { name: 'Printing' }, { name: 'Time zones' }]);
  });

  test.each(['2.0.0', '2.1.0', '2.2.0'])('no table of %s is empty', async (name) => {
    const contents = await tableContents(await load(scenarioSql(name)));
    expect(Object.entries(contents).filter(([, rows]) => rows.length === 0)).toEqual([]);
  });

  test('the init script of 2.2.0 run again leaves the same, but for a view on v_progress', async () => {
    const [once, twice] = await Promise.all(
      ['2.2.0', '2.2.0-init-again'].map(async (name) => catalogLines(await load(scenarioSql(name)))),
    );
    expect(twice).toEqual(once);
    const database = await load(scenarioSql('2.2.0'));
    await database.query('CREATE VIEW mine AS SELECT project_name, total_tests FROM v_progress');
    await database.query(schemaSql('2.2.0/init-again'));
    expect(await catalogLines(database)).toEqual(once);
  });

  test.each(['2.x-over-1.x', '2.x-over-1.4.0-as-documented', '2.x-over-1.4.0'])(
    '%s has its tests where 2.x does not look for them',
    async (name) => {
      const database = await load(scenarioSql(name));
      expect(await database.query('SELECT count(*)::int AS all, count(test_type)::int AS filed FROM tests')).toEqual([
        { all: 18, filed: 18 },
      ]);
      expect(await database.query('SELECT FROM task_tests')).toEqual([]);
      expect(await database.query('SELECT DISTINCT total_tests::int FROM v_progress')).toEqual([{ total_tests: 0 }]);
      await expect(database.query('SELECT project_type FROM projects')).rejects.toMatchObject({ code: '42703' });
      await expect(
        database.query(`SELECT pause_session(id, project_id, 'why', 'manual') FROM sessions WHERE session_number = 1`),
      ).rejects.toMatchObject({ code: '42703' });
    },
  );

  test('a running agent can be added', async () => {
    const database = await load(`${scenarioSql('1.3.0')}\n${rowsSql('base/running')}`);
    expect(await database.query('SELECT count(*)::int AS running FROM v_active_sessions')).toEqual([{ running: 2 }]);
  });
});

describe('2.x as documented is broken in use', () => {
  const session = `'b0000000-0000-4000-8000-000000000104'`;
  const project = `'a0000000-0000-4000-8000-000000000001'`;
  const failureOf = (test: number) =>
    `SELECT record_epic_test_failure('74000000-0000-4000-8000-00000000000${test}', ${session}, 'why')`;

  test.each([
    ['2.0.0', `SELECT pause_session(${session}, ${project}, 'why', 'manual')`, '42703'],
    ['2.0.0', `SELECT get_next_epic_to_validate(${project})`, '42P01'],
    [
      '2.0.0',
      `SELECT create_epic_rework_task(2, '85000000-0000-4000-8000-000000000002', 4, '', '', '', 'bug_fix')`,
      '23502',
    ],
    ['2.0.0', `SELECT create_quality_rework_task(2, '4', 'task', '', '')`, '23502'],
    ['2.1.0', `SELECT pause_session(${session}, ${project}, 'why', 'manual')`, '42703'],
    ['2.1.0', failureOf(1), '22P02'],
    ['2.1.0', `SELECT create_checkpoint(${session}, ${project}, 'manual')`, '42883'],
    ['2.1.0', 'SELECT epic_testing_mode FROM projects', '42703'],
    [
      '2.1.0',
      `INSERT INTO task_tests (task_id, project_id, description, test_type) VALUES (1, ${project}, '', NULL)`,
      '23502',
    ],
    ['2.2.0', 'DELETE FROM epics WHERE id = 1', '23503'],
    ['2.2.0', `DELETE FROM projects WHERE id = ${project}`, '23503'],
    ['2.2.0', 'SELECT FROM v_epic_retest_history', '42P01'],
  ])('%s: %s raises %s', async (name, statement, code) => {
    await expect((await load(scenarioSql(name))).query(statement)).rejects.toMatchObject({ code });
  });

  test('the failure of an epic test is recorded where its requirements are JSON, or none', async () => {
    const database = await load(scenarioSql('2.2.0'));
    for (const each of [2, 3]) expect(await database.query(failureOf(each))).toHaveLength(1);
  });
});

describe('1.4.0 as documented is broken in use', () => {
  const broken = (): Promise<TestDatabase> => load(scenarioSql('1.4.0-as-documented'));
  const session = `'b0000000-0000-4000-8000-000000000104'`;
  const project = `'a0000000-0000-4000-8000-000000000001'`;
  const pause = `'71000000-0000-4000-8000-000000000001'`;

  test('pause_session and resume_session set a column that does not exist', async () => {
    const database = await broken();
    const undefinedColumn = { code: '42703' };
    await expect(database.query(`SELECT pause_session(${session}, ${project}, 'why', 'manual')`)).rejects.toMatchObject(
      undefinedColumn,
    );
    await expect(database.query(`SELECT resume_session(${pause})`)).rejects.toMatchObject(undefinedColumn);
  });

  test('with that mended, the second resume of a session meets its UNIQUE constraint', async () => {
    const database = await broken();
    await database.query('ALTER TABLE sessions ADD COLUMN updated_at timestamptz');
    const round = `SELECT resume_session(pause_session(${session}, ${project}, 'why', 'manual')) AS resumed`;
    expect(await database.query(round)).toEqual([{ resumed: true }]);
    await expect(database.query(round)).rejects.toMatchObject({
      code: '23505',
      constraint: 'unique_active_pause_per_session',
    });
  });

  test("the audit trail's INSERT prepares only where action_status is text", async () => {
    const database = await broken();
    const insert = `INSERT INTO intervention_actions (paused_session_id, action_type, action_status, completed_at)
                    VALUES (${pause}, 'retry', $1, CASE WHEN $1 IN ('success', 'failed') THEN now() END)`;
    await expect(database.query(insert, ['success'])).rejects.toMatchObject({
      code: '42P08',
      message: expect.stringContaining('inconsistent types deduced for parameter') as string,
    });
    await database.query('DROP VIEW v_active_interventions, v_intervention_history');
    await database.query('ALTER TABLE intervention_actions ALTER COLUMN action_status TYPE text');
    await database.query(insert, ['success']);
  });

  test.each([
    ['a task that a pause points at', 'DELETE FROM tasks WHERE id = 3', 'paused_sessions_current_task_id_fkey'],
    [
      'a task that a checkpoint points at',
      'DELETE FROM tasks WHERE id = 4',
      'session_checkpoints_current_task_id_fkey',
    ],
    ['an epic that a checkpoint points at', 'DELETE FROM epics WHERE id = 2', 'session_checkpoints_current_'],
    [
      'a session that a recovery began',
      `DELETE FROM sessions WHERE id = ${session}`,
      'checkpoint_recoveries_new_session_id_fkey',
    ],
    ['a project after a recovery', `DELETE FROM projects WHERE id = ${project}`, ''],
  ])('%s cannot be deleted', async (_, statement, constraint) => {
    const database = await broken();
    await expect(database.query(statement)).rejects.toMatchObject({
      code: '23503',
      constraint: expect.stringContaining(constraint) as string,
    });
  });

  const psql = postgresProgram('psql');
  test.skipIf(psql === undefined).each([
    [5, ['011-labels', '011-paused-sessions', '011-tables', '011-views', '011-functions']],
    [9, ['012-tables', '012-views', '012-functions-first', '012-functions-rest']],
  ])('a second run prints %i errors and psql still exits 0', async (errors, parts) => {
    const database = await broken();
    const run = spawnSync(psql!, ['-X', '-q', database.url], {
      input: parts.map((part) => partSql(`1.4.0/${part}`)).join('\n'),
      encoding: 'utf8',
    });
    expect(run.status).toBe(0);
    expect(run.stderr.match(/^ERROR: .* already exists$/gm)).toHaveLength(errors);
    expect(run.stderr.match(/^ERROR:/gm)).toHaveLength(errors);
  });
});
