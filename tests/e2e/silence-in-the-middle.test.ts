import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommand, type CommandResult, type RunningCommand } from '../support/command.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import type { TestDatabase } from '../support/databases.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { startOwnServer, type OwnServer } from '../support/own-server.js';
import { silentLine, type SilentLineOptions } from '../support/silent-line.js';
import { slowAfterLabels, slowStep } from '../support/slow-step.js';

/** What starting Node, closing and a busy machine may add to any limit, in s. */
const SLACK_S = 8;
const WAIT_S = 4;

let server: OwnServer;
beforeAll(async () => {
  server = await startOwnServer();
});
afterAll(() => server.stop());

const contents = async (database: TestDatabase) => [
  withoutNewLabels(await catalogLines(database)),
  await tableContents(database),
];

interface Ground {
  readonly database: TestDatabase;
  readonly before: unknown[];
  readonly line: Awaited<ReturnType<typeof silentLine>>;
  readonly run: RunningCommand;
  /** When the run began (performance.now). */
  readonly begun: number;
  /** Process id of the backend that is in the middle of the step. */
  readonly worker: number;
}

/** An upgrade over a line, in the middle of a step that takes its time. */
async function inTheMiddle(
  seconds: number,
  {
    scenario = '1.4.0-as-documented',
    more = ['--wait', String(WAIT_S)],
    slow = slowStep(seconds),
    ...options
  }: SilentLineOptions & { scenario?: Scenario; more?: readonly string[]; slow?: string } = {},
): Promise<Ground> {
  const database = await server.createDatabase({ sql: scenarioSql(scenario) + slow });
  await database.query(`ALTER DATABASE ${database.name} SET synchronous_commit = on`);
  const before = await contents(database);
  const line = await silentLine({ host: database.host, port: database.port }, options);
  const url = new URL(database.url);
  url.port = String(line.port);
  const begun = performance.now();
  const run = startCommand(['upgrade', '--yes', '--no-backup', '--json', ...more, '--database-url', url.href]);
  return { database, before, line, run, begun, worker: await workerOf(database, `wait_event = 'PgSleep'`) };
}

async function workerOf(database: TestDatabase, condition: string): Promise<number> {
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await sleep(20)) {
    const [row] = await database.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'yokeflow-upgrade%' AND ${condition}`,
    );
    if (row) return row.pid;
  }
  throw new Error(`no session of the run ever was: ${condition}`);
}

async function ended({ run }: Pick<Ground, 'run'>): Promise<CommandResult & { seconds: number }> {
  const begun = Date.now();
  return { ...(await run.result), seconds: (Date.now() - begun) / 1000 };
}

/** Once the server goes on, nothing of the run is left on it, and the database is as it was. */
async function expectAsBefore({ database, before, line }: Ground): Promise<void> {
  await line.close();
  const left = () =>
    database.query(
      `SELECT pid, state, wait_event FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'yokeflow-upgrade%'`,
    );
  let there: unknown[] = [];
  for (const deadline = Date.now() + 20_000; Date.now() < deadline && (there = await left()).length > 0; )
    await sleep(200);
  expect(there).toEqual([]);
  expect(await contents(database)).toEqual(before);
}

describe.concurrent('in the middle of an upgrade', () => {
  it('nothing goes through the line any more: the run ends by itself, and says that the server is silent', async () => {
    const ground = await inTheMiddle(5);
    ground.line.fallSilent();
    const result = await ended(ground);
    expect(result.seconds).toBeLessThan(WAIT_S + 15);
    expect(expectDocument(result)).toMatchObject({ exitCode: 1, error: { code: 'YF506', changed: false } });
    await expectAsBefore(ground);
  });

  it('the line of the worker alone swallows what goes through it: noticed within seconds', async () => {
    const ground = await inTheMiddle(1);
    ground.line.fallSilent({ butNotFor: 'new ones' });
    const result = await ended(ground);
    expect(result.seconds).toBeLessThan(10);
    expect(expectDocument(result)).toMatchObject({ exitCode: 1, error: { code: 'YF503', changed: false } });
    await expectAsBefore(ground);
  });

  it("the worker's process is stopped: the run ends by itself, and that process ends as soon as it goes on", async () => {
    const ground = await inTheMiddle(2);
    process.kill(ground.worker, 'SIGSTOP');
    const result = await ended(ground);
    expect(result.seconds).toBeLessThan(WAIT_S + 15);
    expect(expectDocument(result)).toMatchObject({ exitCode: 1, error: { code: 'YF507', changed: false } });
    process.kill(ground.worker, 'SIGCONT');
    await expectAsBefore(ground);
  });

  it('a statement is slow, and the server is seen to be at work: it is waited for', async () => {
    const ground = await inTheMiddle(7, { more: ['--wait', '60'] });
    expect(expectDocument(await ended(ground))).toMatchObject({ exitCode: 0, result: 'repaired' });
    await ground.line.close();
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'one %s ends the run within 5 s, though nothing answers',
    async (signal) => {
      const ground = await inTheMiddle(5, { more: [] });
      ground.line.fallSilent();
      await sleep(1000);
      ground.run.process.kill(signal);
      const result = await ended(ground);
      expect(result.seconds).toBeLessThan(5 + 1);
      expect(expectDocument(result)).toMatchObject({
        exitCode: 130,
        result: 'cancelled',
        error: { code: 'YF701', changed: false },
      });
      expect(result.stderr).toContain('Cancelling: rolling back');
      await expectAsBefore(ground);
    },
  );

  it('and after the labels were committed nothing says that nothing was', async () => {
    const ground = await inTheMiddle(60, { scenario: '1.3.0', more: ['--wait', '60'], slow: slowAfterLabels(60) });
    ground.line.fallSilent();
    ground.run.process.kill('SIGTERM');
    const result = await ended(ground);
    const { error } = expectDocument(result);
    expect(error).toMatchObject({ code: 'YF701', changed: false, leftBehind: ['new enum labels'] });
    expect(`${error?.message} ${result.stderr}`).not.toContain('Nothing was committed');
    await expectAsBefore(ground);
  });

  it.each([
    ['--max-time', 30],
    ['--max-time', 20],
  ] as const)('%s %i is an upper bound for all of it, silent server or not', async (option, seconds) => {
    const ground = await inTheMiddle(60, { more: [option, String(seconds)] });
    if (seconds > 25) ground.line.fallSilent();
    const result = await ground.run.result;
    expect((performance.now() - ground.begun) / 1000).toBeLessThan(seconds + SLACK_S);
    expect(expectDocument(result)).toMatchObject({ exitCode: 1, error: { code: 'YF509', changed: false } });
    await expectAsBefore(ground);
  });

  it('COMMIT is sent, and nothing comes back from anywhere: exit 7', async () => {
    const ground = await inTheMiddle(0.5, { atRequest: /COMMIT\0/ });
    const result = await ended(ground);
    expect(result.seconds).toBeLessThan(WAIT_S + 15);
    const { error } = expectDocument(result);
    expect(error).toMatchObject({ code: 'YF504', changed: 'unknown' });
    expect(error?.message).toContain('the server does not answer');
    expect(`${error?.message} ${result.stderr}`).not.toContain('connection was lost');
    expect(result.exitCode).toBe(7);
    await expectAsBefore(ground);
  });
});

describe('on a server of its own', () => {
  it('COMMIT waits for a synchronous standby that is not there: names that, and 7 after --wait', async () => {
    for (const signal of [undefined, 'SIGTERM'] as const) {
      const ground = await inTheMiddle(2, signal ? { more: [] } : {});
      await server.set('synchronous_standby_names', 'nobody');
      try {
        if (signal) {
          await workerOf(ground.database, `wait_event = 'SyncRep'`);
          ground.run.process.kill(signal);
        }
        const result = await ended(ground);
        expect(result.seconds).toBeLessThan(signal ? 6 : WAIT_S + 15);
        expect(result.exitCode).toBe(7);
        expect(expectDocument(result)).toMatchObject({
          result: 'unknown',
          error: { code: signal ? 'YF504' : 'YF508', changed: 'unknown' },
        });
        expect(result.stderr).not.toContain('connection was lost');
        expect(result.stderr).not.toContain('rolling back');
        if (!signal) expect(result.stderr).toContain('synchronous standby');
      } finally {
        await server.set('synchronous_standby_names', '');
        await ground.line.close();
      }
      for (
        const deadline = Date.now() + 10_000;
        Date.now() < deadline &&
        (await ground.database.query(`SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'`)).length > 0;
      )
        await sleep(50);
      expect(
        expectDocument(await startCommand(['status', '--json', '--database-url', ground.database.url]).result),
      ).toMatchObject({ exitCode: 0, version: { state: 'current' } });
    }
  });

  it('all of its processes are stopped: the run ends by itself', async () => {
    const ground = await inTheMiddle(5);
    server.signalAll('SIGSTOP');
    const result = await ended(ground);
    server.signalAll('SIGCONT');
    expect(result.seconds).toBeLessThan(WAIT_S + 15);
    expect(expectDocument(result)).toMatchObject({ exitCode: 1, error: { code: 'YF506', changed: false } });
    await expectAsBefore(ground);
  });
});
