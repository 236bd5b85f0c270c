import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { runCommand, startCommand, type RunningCommand } from '../support/command.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { scenarioSql } from '../support/fixtures.js';
import { openTransaction } from '../support/open-transaction.js';
import type { TestDatabase } from '../support/server.js';
import { slowStep } from '../support/slow-step.js';

/** How long psql and its backend may take to go, in ms. */
const GONE_WITHIN_MS = 5000;

describeWithEngine('a run that is killed (-9) leaves no psql and no backend behind', () => {
  let container: PostgresContainer;
  let database: TestDatabase;
  let before: unknown[];
  beforeAll(async () => {
    container = await startPostgresContainer();
  });
  afterAll(() => container?.stop());
  beforeEach(async () => {
    await connected(await container.address(), 'postgres', (admin) =>
      admin.query('DROP DATABASE IF EXISTS yokeflow WITH (FORCE)'),
    );
    database = await container.createDatabase({ name: 'yokeflow', sql: scenarioSql('1.3.0') });
    before = await contents();
  });
  afterEach(async () => {
    // Whatever was left in the middle, the next run finishes.
    const next = await runCommand(['upgrade', '--yes', '--no-backup', '--json'], { engine: true });
    expect(next.json()).toMatchObject({ exitCode: 0, version: { state: 'current' } });
  });

  const contents = async () => [withoutNewLabels(await catalogLines(database)), await tableContents(database)];
  const upgrade = (...more: string[]) =>
    startCommand(['upgrade', '--yes', '--no-backup', '--json', ...more], { engine: true });
  const backends = () =>
    database.query<{ state: string; wait: string }>(
      `SELECT state, wait_event_type || ' ' || wait_event AS wait FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%'`,
    );
  const processes = async () => {
    const { Processes } = (await container.container.top()) as { Processes: string[][] };
    return Processes.map((columns) => columns.at(-1) ?? '').filter((command) =>
      /psql|sh -c|yokeflow-upgrade/.test(command),
    );
  };
  const until = async (wait: string) => {
    for (
      const deadline = Date.now() + 20_000;
      !(await backends()).some((backend) => backend.wait === wait);
      await sleep(20)
    ) {
      if (Date.now() > deadline) throw new Error(`the run never came to wait for ${wait}`);
    }
  };
  const killed = async (run: RunningCommand) => {
    run.process.kill('SIGKILL');
    await run.result;
    // The psql that ends the worker comes and goes last, so one sight of both being gone is what counts.
    await expect
      .poll(async () => [await backends(), await processes()], { timeout: GONE_WITHIN_MS, interval: 50 })
      .toEqual([[], []]);
  };

  it('in the middle of a long statement', async () => {
    await database.query(slowStep(60));
    before = await contents();
    const run = upgrade();
    await until('Timeout PgSleep');
    await killed(run);
    expect(await contents()).toEqual(before);
    await database.query('DROP EVENT TRIGGER dawdle; DROP FUNCTION dawdle()');
  });

  it('in the middle of a long wait for a lock', async () => {
    const other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
    const run = upgrade('--lock-timeout', '60000');
    await until('Lock relation');
    await killed(run);
    await other.end();
    expect(await contents()).toEqual(before);
  });

  it('between two statements', async () => {
    const run = upgrade();
    await until('Client ClientRead');
    await sleep(150);
    await killed(run);
  });

  it('and one that ends by itself leaves none either', async () => {
    const result = await runCommand(['upgrade', '--yes', '--no-backup', '--json'], { engine: true });
    expect(result.json()).toMatchObject({ exitCode: 0, result: 'upgraded' });
    expect([await backends(), await processes()]).toEqual([[], []]);
  });
});
