import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCommand, type CommandResult, type RunningCommand } from '../support/command.js';
import { commitLine } from '../support/commit-line.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { openTransaction } from '../support/open-transaction.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { slowStep } from '../support/slow-step.js';

let database: TestDatabase;
let before: unknown[];
const contents = async () => [withoutNewLabels(await catalogLines(database)), await tableContents(database)];
const load = async (more = '') => {
  database = await createDatabase({ sql: scenarioSql('1.3.0') + more });
  before = await contents();
};
afterEach(() => database.drop());

const upgrade = (url: string, ...more: string[]) =>
  startCommand(['upgrade', '--yes', '--no-backup', '--json', '--database-url', url, ...more]);

/** Waits until the database's statistics show what the run is at. */
async function until(condition: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; ; await sleep(30)) {
    const rows = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'yokeflow-upgrade%' AND ${condition}`,
    );
    if (rows.length > 0) return;
    if (Date.now() > deadline) throw new Error(`the run never came to: ${condition}`);
  }
}

async function signalled(
  run: RunningCommand,
  ...signals: NodeJS.Signals[]
): Promise<CommandResult & { seconds: number }> {
  const begun = Date.now();
  for (const [index, signal] of signals.entries()) {
    // As far apart as a person's two Ctrl-C are.
    if (index > 0) await sleep(300);
    run.process.kill(signal);
  }
  return { ...(await run.result), seconds: (Date.now() - begun) / 1000 };
}

async function expectNothingLeft(): Promise<void> {
  const left = () =>
    database.query(
      `SELECT application_name, state FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'yokeflow-upgrade%'`,
    );
  for (const deadline = Date.now() + 5000; Date.now() < deadline && (await left()).length > 0; ) await sleep(50);
  expect(await left()).toEqual([]);
}

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  it('before anything is confirmed leaves at once', async () => {
    await load();
    const other = await openTransaction(database, 'LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
    const run = upgrade(database.url, '--lock-timeout', '60000');
    await until(`wait_event_type = 'Lock'`);
    const result = await signalled(run, signal);
    await other.end();
    expect(expectDocument(result)).toMatchObject({
      exitCode: 130,
      result: 'cancelled',
      error: { code: 'YF701', message: 'Left before anything changed.', changed: false },
    });
    expect(result.seconds).toBeLessThan(3);
    await expectNothingLeft();
    expect(await contents()).toEqual(before);
  });

  it('while a statement runs ends it on the server, rolls back and says so', async () => {
    await load(slowStep(60));
    const run = upgrade(database.url);
    await until(`wait_event = 'PgSleep'`);
    const result = await signalled(run, signal);
    expect(result.stderr).toContain('Cancelling: rolling back ...');
    expect(expectDocument(result)).toMatchObject({
      exitCode: 130,
      result: 'cancelled',
      error: { code: 'YF701', changed: false },
    });
    expect(result.json().error?.message).toContain('rolled back');
    expect(result.seconds).toBeLessThan(5);
    await expectNothingLeft();
    expect(await contents()).toEqual(before);
  });

  it('while it waits for a lock does the same', async () => {
    await load();
    const other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
    const run = upgrade(database.url, '--lock-timeout', '60000');
    await until(`wait_event_type = 'Lock'`);
    const result = await signalled(run, signal);
    await other.end();
    expect(expectDocument(result)).toMatchObject({ exitCode: 130, error: { code: 'YF701', changed: false } });
    expect(result.seconds).toBeLessThan(5);
    await expectNothingLeft();
    expect(await contents()).toEqual(before);
  });
});

describe('two signals', () => {
  let line: Awaited<ReturnType<typeof commitLine>>;
  afterEach(() => line.close());

  it('end a run that hears nothing of its rollback, and tell what to type next', async () => {
    await load();
    line = await commitLine(database, 'instead of the answer', { at: 'LOCK TABLE "public"' });
    const run = upgrade(line.database.url);
    await until(`query LIKE 'LOCK TABLE "public"%'`);
    const result = await signalled(run, 'SIGINT', 'SIGINT');
    const { error } = expectDocument(result);
    expect(error).toMatchObject({
      code: 'YF701',
      changed: false,
      remedy: expect.stringContaining('yokeflow-upgrade status') as string,
    });
    expect(error?.message).toContain('PostgreSQL rolls it back');
    expect(result).toMatchObject({ exitCode: 130 });
    expect(result.seconds).toBeLessThan(3);
    await expectNothingLeft();
    expect(await contents()).toEqual(before);
  });

  it('around COMMIT: the first one says that it is too late, the second one that nobody knows', async () => {
    await load();
    line = await commitLine(database, 'instead of the answer', { nth: 2 });
    const run = upgrade(line.database.url);
    await until(
      `query = 'COMMIT' AND state = 'idle' AND EXISTS (SELECT FROM pg_class WHERE relname = 'session_checkpoints')`,
    );
    const result = await signalled(run, 'SIGTERM', 'SIGINT');
    expect(result.stderr).toContain('Too late to cancel');
    expect(expectDocument(result)).toMatchObject({
      exitCode: 130,
      error: {
        code: 'YF701',
        changed: 'unknown',
        remedy: expect.stringContaining('yokeflow-upgrade status') as string,
      },
    });
  });
});

it('a run that is killed (-9) in the middle of a long statement holds no lock for longer than a moment', async (context) => {
  await load(slowStep(60));
  const [server] = await database.query<{ old: boolean }>(
    `SELECT current_setting('server_version_num')::integer < 140000 AS old`,
  );
  // Before 14 a server looks for its client between statements only.
  context.skip(server?.old === true);
  const run = upgrade(database.url);
  await until(`wait_event = 'PgSleep'`);
  const result = await signalled(run, 'SIGKILL');
  expect(result.exitCode).toBeNull();
  await expectNothingLeft();
  expect(await contents()).toEqual(before);
});

describe('between two attempts at a lock', () => {
  beforeEach(() => load());
  it('Ctrl-C ends the pause', async () => {
    const other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
    const run = upgrade(database.url, '--lock-timeout', '20', '--wait', '60');
    await until(`wait_event = 'ClientRead' AND state = 'idle' AND query LIKE 'ROLLBACK%'`);
    await sleep(3000);
    const result = await signalled(run, 'SIGINT');
    await other.end();
    expect(expectDocument(result)).toMatchObject({ exitCode: 130, error: { code: 'YF701', changed: false } });
    expect(result.seconds).toBeLessThan(2);
    await expectNothingLeft();
  });
});
