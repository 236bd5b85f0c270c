import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { obstacles } from '../../src/inspection/obstacles.js';
import { adapters } from '../support/adapters.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { scenarioSql } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { openTransaction } from '../support/open-transaction.js';
import { describeWithPgBouncer, startPgBouncer, type Pooler } from '../support/pgbouncer.js';
import { runCommand } from '../support/command.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const [pg] = adapters;

describeWithPgBouncer('through a PgBouncer in transaction mode', () => {
  let database: TestDatabase;
  let pooler: Pooler;
  beforeEach(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
    pooler = await startPgBouncer(database, ['default_pool_size = 4']);
  });
  afterEach(async () => {
    await pooler.stop();
    await database.drop();
  });
  const connect = () => pg!.connect(pooler.database);

  /** Other clients of the pooler, so that no two transactions of the run get the same connection for sure. */
  const traffic = () => {
    let going = true;
    const clients = [1, 2, 3].map(async () => {
      while (going) await pooler.database.query('SELECT count(*) FROM sessions, pg_sleep(0.01)');
    });
    return async () => {
      going = false;
      await Promise.all(clients);
    };
  };

  it('the pooler is seen, the direct address is named, and nothing is in the way', async () => {
    const { findings, ...inspection } = await look(connect());
    expect(inspection.route).toEqual({ pooled: true, server: `127.0.0.1:${database.port}` });
    expect(findings.find(({ code }) => code === 'YF312')?.title).toContain(`127.0.0.1:${database.port}`);
    expect(obstacles(inspection)).toEqual([]);
    expect((await look(pg!.connect(database))).route.pooled).toBe(false);
  });

  it('the upgrade works beside other clients, and leaves no setting and no lock in the connections that it shared', async () => {
    const before = await tableContents(database);
    const settings = async () =>
      Promise.all(
        [1, 2, 3, 4].map(() =>
          pooler.database.query(
            `SELECT name, setting FROM pg_settings, pg_sleep(0.1) WHERE source = 'session' AND name <> 'application_name' ORDER BY name`,
          ),
        ),
      );
    const usual = await settings();
    const stop = traffic();
    await upgrade(connect(), { waitMs: 20_000 });
    await stop();
    expect((await look(connect())).version.state).toBe('current');
    expectRowsKept(before, await tableContents(database));
    expect(await settings()).toEqual(usual);
    expect(
      await database.query(
        `SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      ),
    ).toEqual([]);
  });

  it('cancelling ends what the run is at, and nobody else is hit', async () => {
    const before = [await catalogLines(database), await tableContents(database)];
    const blocker = await openTransaction(database, 'LOCK TABLE sessions IN ROW EXCLUSIVE MODE');
    const stop = traffic();
    const controller = new AbortController();
    const begun = Date.now();
    const running = upgrade(connect(), { waitMs: 60_000, lockTimeoutMs: 30_000, signal: controller.signal }).catch(
      (error: unknown) => error,
    );
    await sleep(1000);
    controller.abort();
    expect(await running).toMatchObject({ code: 'YF701', changed: false });
    expect(Date.now() - begun).toBeLessThan(10_000);
    // A cancellation that went astray would have failed one of their queries.
    await stop();
    await blocker.end();
    expect([withoutNewLabels(await catalogLines(database)), await tableContents(database)]).toEqual([
      withoutNewLabels(before[0] as string[]),
      before[1],
    ]);
  });

  it('with a single connection in the pool, the upgrade can be cancelled, and can be made', async () => {
    await pooler.stop();
    pooler = await startPgBouncer(database, ['default_pool_size = 1']);
    const blocker = await openTransaction(database, 'LOCK TABLE sessions IN ROW EXCLUSIVE MODE');
    const controller = new AbortController();
    const running = upgrade(connect(), { waitMs: 60_000, lockTimeoutMs: 1500, signal: controller.signal }).catch(
      (error: unknown) => error,
    );
    await sleep(500);
    const begun = Date.now();
    controller.abort();
    expect(await running).toMatchObject({ code: 'YF701', changed: false });
    // Its own statement stands in the way of the request, until it is over.
    expect(Date.now() - begun).toBeLessThan(8000);
    await blocker.end();
    await upgrade(connect());
    expect((await look(connect())).version.state).toBe('current');
  });

  it('a backup is refused, with the direct address; without one, or directly, the command does its work', async () => {
    const before = [await catalogLines(database), await tableContents(database)];
    const refused = await runCommand(['upgrade', '--yes', '--json', '--database-url', pooler.database.url]);
    expect(refused.exitCode).toBe(3);
    expect(refused.json()).toMatchObject({
      error: { code: 'YF312', changed: false, found: [expect.stringContaining(`127.0.0.1:${database.port}`)] },
    });
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);

    const done = await runCommand(['upgrade', '--yes', '--json', '--no-backup', '--database-url', pooler.database.url]);
    expect(done.json()).toMatchObject({ exitCode: 0, result: 'upgraded', version: { state: 'current' } });
  });
});
