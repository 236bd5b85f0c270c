import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UpgradeError } from '../../src/errors/error.js';
import { adapters, onceOf } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { scenarioSql } from '../support/fixtures.js';
import { startHeartbeats } from '../support/heartbeats.js';
import { openTransaction, type OpenTransaction } from '../support/open-transaction.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

/** What a busy machine may add to any time, in ms. */
const SLACK_MS = 2000;

/** A hundred thousand sessions, each checked, and as many tests, which the probes' deletions look through. */
const manySessions = `
  INSERT INTO sessions (project_id, session_number, type, model, status)
  SELECT p.id, 1000 + n, 'coding', 'a model', 'completed' FROM (SELECT id FROM projects LIMIT 1) p, generate_series(1, 100000) n;
  INSERT INTO session_quality_checks (session_id, overall_rating) SELECT id, 5 FROM sessions WHERE session_number > 1000;
  INSERT INTO tests (task_id, project_id, category, description)
  SELECT t.id, t.project_id, 'functional', 'a test' FROM (SELECT id, project_id FROM tasks LIMIT 1) t, generate_series(1, 100000) n;
  ANALYZE`;

describe.each(adapters)('over $name', (adapter) => {
  if (adapter.missing) return it.skip(adapter.missing);
  const once = onceOf(adapter);
  let database: TestDatabase;
  let other: OpenTransaction | undefined;
  beforeEach(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterEach(async () => {
    await other?.end();
    other = undefined;
    await database.drop();
  });
  const connect = () => adapter.connect(database);

  it('waits for a transaction that holds a lock, and says meanwhile who it is and for how long', async () => {
    other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
    const waiting = other;
    let released: Promise<void> | undefined;
    const told = await upgrade(connect(), {
      waitMs: 20_000,
      lockTimeoutMs: 600,
      on: ({ phase }) => {
        if (phase === 'waiting') released ??= sleep(1000).then(() => waiting.end());
      },
    });
    await released;
    other = undefined;
    const reasons = told.flatMap((progress) => (progress.phase === 'waiting' ? [progress.reason] : []));
    const who = new RegExp(
      `^sessions is locked by pid ${waiting.pid} \\(somebody else\\) of agent, idle in transaction, last query \\d s ago, transaction open for \\d s$`,
    );
    expect(reasons).toContainEqual(expect.stringMatching(who));
    expect((await look(connect())).version.state).toBe('current');
  });

  it('gives up when --wait is over, names who was in the way, and has changed nothing', async () => {
    other = await openTransaction(database, 'LOCK TABLE tasks IN ROW EXCLUSIVE MODE');
    const before = [await catalogLines(database), await tableContents(database)];
    const error = await upgrade(connect(), { waitMs: 700, lockTimeoutMs: 300 }).catch(
      (reason: unknown) => reason as UpgradeError,
    );
    expect(error).toMatchObject({
      code: 'YF402',
      exitCode: 5,
      changed: false,
      leftBehind: [],
      message: expect.stringContaining('tasks') as string,
    });
    expect((error as UpgradeError).found).toEqual([expect.stringContaining(`pid ${other.pid} (somebody else)`)]);
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });

  once?.('holds nobody up while it waits for one table: no other is locked, and no deadlock comes about', async () => {
    other = await openTransaction(database, 'LOCK TABLE tasks IN ROW EXCLUSIVE MODE');
    const upgrading = upgrade(connect(), { waitMs: 20_000, lockTimeoutMs: 5000 });
    await sleep(700);
    // In the order in which the upgrade would take them, this is a deadlock in the making.
    for (const table of ['sessions', 'projects', 'epics'])
      expect(await other.run(`LOCK TABLE ${table} IN ROW EXCLUSIVE MODE`)).toBeLessThan(SLACK_MS);
    await other.end();
    other = undefined;
    await upgrading;
    expect((await look(connect())).version.state).toBe('current');
  });

  once?.each([
    ['1.3.0', ''],
    ['1.4.0-as-documented', ''],
    ['1.3.0', manySessions],
  ] as const)('keeps no heartbeat waiting for longer than the transaction takes (%s)', async (scenario, more) => {
    await database.drop();
    database = await createDatabase({ sql: scenarioSql(scenario) + more });
    const beats = startHeartbeats(database);
    await sleep(100);
    const begun = performance.now();
    await upgrade(connect());
    const whole = performance.now() - begun;
    const times = await beats.stop();
    expect(times.length).toBeGreaterThan(10);
    // The dry run and the upgrade are two transactions, so no write may have waited for all of it.
    expect(Math.max(...times)).toBeLessThan(whole);
    expect(Math.max(...times)).toBeLessThan(2 * SLACK_MS);
  });

  once?.(
    'keeps no heartbeat waiting for longer than --lock-timeout and the transaction, be a lock in the way or not',
    async () => {
      other = await openTransaction(
        database,
        'LOCK TABLE tasks IN ROW SHARE MODE; LOCK TABLE sessions IN ROW EXCLUSIVE MODE',
      );
      const beats = startHeartbeats(database);
      const blocked = other;
      const released = sleep(2500).then(() => blocked.end());
      await upgrade(connect(), { waitMs: 30_000, lockTimeoutMs: 200 });
      await released;
      other = undefined;
      expect(Math.max(...(await beats.stop()))).toBeLessThan(200 + SLACK_MS);
    },
  );
});
