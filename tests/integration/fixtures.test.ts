import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { PGlite } from '@electric-sql/pglite';
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp';
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
    for (const name of ['1.1.0', 'fork-1.4.0-as-documented', 'other-schema', '2.x'] as const) {
      await database.exec(scenarioSql(name));
      const schema = name === 'other-schema' ? 'yokeflow.' : 'public.';
      expect((await database.query(`SELECT count(*)::int AS n FROM ${schema}projects`)).rows[0], name).toEqual({
        n: name === '2.x' ? 1 : 2,
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

  test('a running agent can be added', async () => {
    const database = await load(`${scenarioSql('1.3.0')}\n${rowsSql('base/running')}`);
    expect(await database.query('SELECT count(*)::int AS running FROM v_active_sessions')).toEqual([{ running: 2 }]);
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
