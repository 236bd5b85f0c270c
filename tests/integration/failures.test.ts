import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { Deadline } from '../../src/machine/deadline.js';
import type { Connect } from '../../src/database/connect.js';
import type { Session } from '../../src/database/session.js';
import { apply } from '../../src/engine/apply.js';
import { UpgradeError } from '../../src/errors/error.js';
import { adapters, onceOf } from '../support/adapters.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { obstacles } from './obstacles.js';

/** Sessions on which `strike` happens once, right before the nth statement that matches. */
function striking(connect: Connect, pattern: RegExp, nth: number, strike: () => Promise<unknown>): Connect {
  let seen = 0;
  return async () => {
    const session = await connect();
    // The message is parted where it happens.
    const executeAll: Session['executeAll'] = async (statements, completed) => {
      const at = statements.findIndex((statement) => pattern.test(statement) && ++seen === nth);
      if (at === -1) return session.executeAll(statements, completed);
      await session.executeAll(statements.slice(0, at), completed);
      await strike();
      return session.executeAll(statements.slice(at), (count) => completed?.(at + count));
    };
    return new Proxy(session, {
      get: (target, name, itself) =>
        name === 'executeAll' ? executeAll : (Reflect.get(target, name, itself) as unknown),
    });
  };
}

async function failureOf(run: Promise<unknown>): Promise<UpgradeError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UpgradeError);
  return error as UpgradeError;
}

describe.each(adapters)('over $name', (adapter) => {
  if (adapter.missing) return it.skip(adapter.missing);
  const once = onceOf(adapter);
  const connectTo = (to: TestDatabase) => adapter.connect(to);
  let database: TestDatabase;
  let before: [string[], Awaited<ReturnType<typeof tableContents>>];
  const start = async (scenario: Scenario, more = '') => {
    database = await createDatabase({ sql: `${scenarioSql(scenario)}\n${more}` });
    before = [await catalogLines(database), await tableContents(database)];
  };
  const expectAsBefore = async ({ labels }: { labels: boolean }) => {
    const catalog = await catalogLines(database);
    expect([labels ? withoutNewLabels(catalog) : catalog, await tableContents(database)]).toEqual(before);
  };
  const expectNextRunFinishes = async () => {
    await upgrade(connectTo(database));
    expect((await look(connectTo(database))).version.state).toBe('current');
    expectRowsKept(before[1], await tableContents(database));
  };

  describe.each(obstacles)('$what, on $scenario', ({ scenario, put, away, code, says, afterLabels = false }) => {
    beforeAll(() => start(scenario, put));
    afterAll(() => database?.drop());

    it(`is ${code}, and the database is as it was`, async () => {
      const error = await failureOf(upgrade(connectTo(database)));
      expect(error).toMatchObject({ code, exitCode: 1, changed: false });
      expect(error.found.join('\n')).toMatch(says);
      expect(error.leftBehind).toEqual(
        afterLabels ? ["enum label session_status 'paused'", "enum label session_status 'resumed'"] : [],
      );
      await expectAsBefore({ labels: afterLabels });
    });

    it('is not in the way of the next run once it is gone', async () => {
      await database.query(away);
      await expectNextRunFinishes();
    });
  });

  describe('between the plan and the upgrade', () => {
    afterEach(() => database?.drop());

    once?.each([
      ['a view on a column that goes away', 'SELECT check_type FROM session_quality_checks'],
      ['a view on a view that is replaced', 'SELECT * FROM v_recent_quality_issues'],
    ])('%s is refused by name, and stays', async (_, query) => {
      await start('1.1.0');
      const connect = connectTo(database);
      const job = {
        inspection: await look(connect),
        failing: new Map<string, string>(),
        schema: undefined,
        lockTimeoutMs: 1000,
        signal: new AbortController().signal,
      };
      await database.query(`CREATE VIEW my_view AS ${query}`);
      before = [await catalogLines(database), await tableContents(database)];
      const error = await failureOf(
        apply(connect, job, { lockTimeoutMs: 1000, deadline: new Deadline(0) }, () => undefined),
      );
      expect(error).toMatchObject({ code: 'YF306', exitCode: 3, changed: false, leftBehind: [] });
      await expectAsBefore({ labels: false });
    });

    it('a view that can be kept is kept as it is then, not as it was when the plan was made', async () => {
      await start('1.1.0');
      await database.query('CREATE VIEW my_view AS SELECT check_id FROM v_recent_quality_issues');
      const connect = connectTo(database);
      const job = {
        inspection: await look(connect),
        failing: new Map<string, string>(),
        schema: undefined,
        lockTimeoutMs: 1000,
        signal: new AbortController().signal,
      };
      await database.query(`CREATE OR REPLACE VIEW my_view AS SELECT check_id, session_id FROM v_recent_quality_issues; COMMENT ON VIEW my_view IS 'late';
        CREATE VIEW another_view AS SELECT session_id FROM my_view`);
      await apply(connect, job, { lockTimeoutMs: 1000, deadline: new Deadline(0) }, () => undefined);
      expect((await look(connect)).version.state).toBe('current');
      expect(
        await database.query(
          `SELECT attname, obj_description(attrelid) AS comment FROM pg_attribute WHERE attrelid IN ('my_view'::regclass, 'another_view'::regclass) ORDER BY attrelid::regclass::text, attnum`,
        ),
      ).toEqual([
        { attname: 'session_id', comment: null },
        { attname: 'check_id', comment: 'late' },
        { attname: 'session_id', comment: 'late' },
      ]);
    });
  });

  describe('the connection is lost', () => {
    const lose = () =>
      database.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    beforeEach(() => start('1.3.0'));
    afterEach(() => database?.drop());

    it.each([
      ['before the labels are committed', /CREATE TABLE IF NOT EXISTS session_checkpoints/, 1, false],
      ['after the labels were committed', /^DO \$run\$[^]*pause_session\(/, 1, true],
    ])('%s: the database is as it was, and the next run finishes', async (_, statement, nth, labels) => {
      const error = await failureOf(upgrade(striking(connectTo(database), statement, nth, lose)));
      expect(error).toMatchObject({ code: 'YF503', exitCode: 1, changed: false });
      expect(error.leftBehind).toHaveLength(labels ? 2 : 0);
      await expectAsBefore({ labels });
      await expectNextRunFinishes();
    });
  });
});
