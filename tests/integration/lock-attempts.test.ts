import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HeldUp } from '../../src/engine/held-up.js';
import type { UpgradeError } from '../../src/errors/error.js';
import { adapters, onceOf } from '../support/adapters.js';
import { connected } from '../support/databases.js';
import { scenarioSql } from '../support/fixtures.js';
import { openTransaction, type OpenTransaction } from '../support/open-transaction.js';
import { rollBack } from '../support/run-rollback.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

describe.each(adapters)('attempts at the locks, over $name', (adapter) => {
  if (adapter.missing) return it.skip(adapter.missing);
  const once = onceOf(adapter);
  let database: TestDatabase;
  let other: OpenTransaction | undefined;
  // Each case ends with the 1.3.0 that it began with, or with one that is rolled back to it.
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database.drop());
  afterEach(async () => {
    await other?.end();
    other = undefined;
    if ((await look(connect())).version.state === 'current') await rollBack(connect());
  });
  const connect = () => adapter.connect(database);

  it.each([500, 2000, 5000])('gets through once a lock is free that is held for %d ms', async (heldMs) => {
    other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
    const holder = other;
    other = undefined;
    let released: Promise<void> | undefined;
    const heldUp = new HeldUp();
    await upgrade(connect(), {
      waitMs: 60_000,
      lockTimeoutMs: 8000,
      heldUp,
      on: ({ phase }) => {
        if (phase === 'waiting') released ??= sleep(heldMs).then(() => holder.end());
      },
    });
    await released;
    expect((await look(connect())).version.state).toBe('current');
    const { attempts = 0, heldUpMs = { longest: 0, sum: 0 } } = heldUp.attempts ?? {};
    // The first one is over before such a transaction is; that of the longest kind is not needed twice.
    expect(attempts).toBeGreaterThanOrEqual(2);
    expect(attempts).toBeLessThanOrEqual(8);
    expect(heldUpMs.sum).toBeGreaterThanOrEqual(heldUpMs.longest);
  });

  once?.('takes one attempt where nobody is in the way', async () => {
    const heldUp = new HeldUp();
    await upgrade(connect(), { heldUp });
    expect(heldUp.attempts?.attempts).toBe(1);
  });

  once?.('gives way, and ends nobody, where the holder of one lock wants the other', async () => {
    other = await openTransaction(database, 'LOCK TABLE tasks IN ROW EXCLUSIVE MODE');
    const second = other;
    // Whoever holds one of the tables asks for all others while the upgrade waits.
    const asked = sleep(400).then(async () => {
      for (const table of ['projects', 'epics', 'sessions'])
        await second.run(`LOCK TABLE ${table} IN ROW EXCLUSIVE MODE`);
      other = undefined;
      await second.end();
    });
    const told = await upgrade(connect(), { waitMs: 60_000, lockTimeoutMs: 8000 });
    // Neither of the two was ended by PostgreSQL as a deadlock.
    await asked;
    expect(JSON.stringify(told)).not.toContain('waited for each other');
    expect((await look(connect())).version.state).toBe('current');
  });

  once?.('gets through where each table is always held by somebody', async () => {
    let over = false;
    const held = { sessions: 'last_heartbeat = now()', tasks: 'description = description' };
    const writing = Object.entries(held).flatMap(([table, change]) =>
      [0, 1, 2].map((turn) =>
        connected(database, database.name, async (client) => {
          await sleep(turn * 100);
          while (!over) {
            await client.query(
              `BEGIN; UPDATE ${table} SET ${change} WHERE id = (SELECT id FROM ${table} ORDER BY id LIMIT 1); SELECT pg_sleep(0.3); COMMIT`,
            );
          }
        }),
      ),
    );
    const heldUp = new HeldUp();
    try {
      await upgrade(connect(), { waitMs: 60_000, lockTimeoutMs: 8000, heldUp });
    } finally {
      over = true;
      await Promise.all(writing);
    }
    expect(heldUp.attempts?.attempts).toBeGreaterThanOrEqual(2);
    expect((await look(connect())).version.state).toBe('current');
  });

  once?.('says whose transaction it is that nobody waits for, and how to end it', async () => {
    other = await openTransaction(database, 'UPDATE tasks SET description = description');
    const error = await upgrade(connect(), { waitMs: 500, lockTimeoutMs: 200 }).catch(
      (reason: unknown) => reason as UpgradeError,
    );
    expect(error).toMatchObject({ code: 'YF402', changed: false });
    expect((error as UpgradeError).found).toEqual([expect.stringContaining(`pid ${other.pid} `)]);
  });
});
