import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { runCommand, startCommand, type RunningCommand } from '../support/command.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { slowAfterLabels } from '../support/slow-step.js';
import { connected } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';

const password = 'S3cret-of-the-container';
const upgrade = ['upgrade', '--yes', '--json'];

describeWithEngine('an upgrade in a container that fails in its middle', () => {
  let container: PostgresContainer;
  let before: [string[], Awaited<ReturnType<typeof tableContents>>];

  beforeAll(async () => {
    container = await startPostgresContainer({ password });
  });
  afterAll(() => container?.stop());
  beforeEach(async () => {
    await connected(await container.address(), 'postgres', (admin) =>
      admin.query('DROP DATABASE IF EXISTS yokeflow WITH (FORCE)'),
    );
    await container.createDatabase({ name: 'yokeflow', sql: `${scenarioSql('1.3.0')}\n${slowAfterLabels(60)}` });
    before = [await catalogLines(container), await tableContents(container)];
  });

  const atWork = () =>
    container.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = 'yokeflow' AND wait_event = 'PgSleep'`,
    );
  async function untilTheMiddle(): Promise<RunningCommand> {
    const running = startCommand(upgrade, { engine: true });
    for (const deadline = Date.now() + 20_000; (await atWork()).length === 0; await sleep(50)) {
      if (running.process.exitCode !== null || Date.now() > deadline)
        throw new Error(`it never came to its middle: ${JSON.stringify(await running.result)}`);
    }
    return running;
  }

  /** The old database, but for the labels; and whoever runs the same command again gets the new one. */
  async function expectOldAndThenNew(): Promise<void> {
    expect([withoutNewLabels(await catalogLines(container)), await tableContents(container)]).toEqual(before);
    await container.query('DROP TRIGGER dawdle ON sessions; DROP FUNCTION dawdle()');
    const again = await runCommand(upgrade, { engine: true });
    expect(expectDocument(again)).toMatchObject({ exitCode: 0, result: 'upgraded' });
    expectRowsKept(before[1], await tableContents(container));
  }

  it('docker kill: exit 1, the old database, and the next run finishes', async () => {
    const running = await untilTheMiddle();
    await container.container.kill();
    const result = await running.result;
    expect(result.exitCode).toBe(1);
    expect(expectDocument(result)).toMatchObject({
      result: 'failed',
      error: { code: 'YF503', changed: false, leftBehind: { length: 2 } },
    });

    await container.container.start();
    await container.ready();
    await expectOldAndThenNew();
  });

  it('a backend that is terminated: exit 1, the old database, and the next run finishes', async () => {
    const running = await untilTheMiddle();
    // What is at work in the container does not show the password to whoever may list its processes.
    const { Processes } = (await container.container.top()) as { Processes: string[][] };
    expect(JSON.stringify(Processes)).toMatch(/psql -X/);
    expect(JSON.stringify(Processes)).not.toContain(password);

    await container.query(`SELECT pg_terminate_backend(${(await atWork())[0]!.pid})`);
    const result = await running.result;
    expect(result.exitCode).toBe(1);
    expect(expectDocument(result)).toMatchObject({
      result: 'failed',
      error: { code: 'YF503', changed: false, leftBehind: { length: 2 } },
    });
    await expectOldAndThenNew();
  });

  it('the command is cancelled: exit 130, the old database, no psql left, and the next run finishes', async () => {
    const running = await untilTheMiddle();
    running.process.kill('SIGINT');
    const result = await running.result;
    expect(result.exitCode).toBe(130);
    expect(expectDocument(result)).toMatchObject({ result: 'cancelled', error: { code: 'YF701', changed: false } });
    const { Processes } = (await container.container.top()) as { Processes: string[][] };
    expect(JSON.stringify(Processes)).not.toMatch(/psql -X/);
    await expectOldAndThenNew();
  });
});
