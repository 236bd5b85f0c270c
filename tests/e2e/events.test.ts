import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, startCommand } from '../support/command.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import type { ToldEvent } from '../support/events.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { openTransaction } from '../support/open-transaction.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { slowStep } from '../support/slow-step.js';

async function load(scenario: Scenario, more = ''): Promise<TestDatabase> {
  const database = await createDatabase({ sql: `${scenarioSql(scenario)}\n${more}` });
  onTestFinished(() => database.drop());
  return database;
}
const args = ({ url }: TestDatabase, ...more: string[]) => [...more, '--events', '--database-url', url];
const upgrade = (database: TestDatabase, ...more: string[]) =>
  args(database, 'upgrade', '--yes', '--no-backup', '--json', ...more);
const contents = async (database: TestDatabase) => [
  withoutNewLabels(await catalogLines(database)),
  await tableContents(database),
];

/** `labels done` and the like, in order. */
const phases = (events: readonly ToldEvent[]) =>
  events.flatMap(({ event, key, state }) => (event === 'phase' ? [`${String(key)} ${String(state)}`] : []));
const begunAndDone = (...keys: string[]) => keys.flatMap((key) => [`${key} started`, `${key} done`]);
const texts = (events: readonly ToldEvent[]) =>
  events.flatMap(({ event, text }) => (event === 'message' ? [text] : []));

const upgraded = ['locks', '011_paused_sessions', '012_session_checkpoints', 'checks', 'labels', 'commit', 'verify'];

describe('with --events', () => {
  it('an upgrade tells what it found, each phase and each statement; standard output is as without it', async () => {
    const result = await runCommand(upgrade(await load('1.3.0')));
    expect(expectDocument(result)).toMatchObject({ exitCode: 0, result: 'upgraded' });
    const events = result.events();
    expect(events[1]).toMatchObject({
      event: 'found',
      target: { kind: 'direct', user: 'agent' },
      version: { release: '1.3.0', target: '1.4.0' },
    });
    expect(
      ((events[1]?.['steps'] ?? []) as { id: string; due: boolean }[]).filter(({ due }) => due).map(({ id }) => id),
    ).toEqual(['011_paused_sessions', '012_session_checkpoints']);
    expect(phases(events)).toEqual(begunAndDone(...upgraded));
    const statements = events.filter(({ event, key }) => event === 'progress' && key === '012_session_checkpoints');
    expect(statements.length).toBeGreaterThan(20);
    expect(statements.at(-1)).toMatchObject({
      step: '012_session_checkpoints',
      statement: statements.length,
      statements: statements.length,
    });
    expect(events.find(({ event, key }) => event === 'progress' && key === 'checks')?.['detail']).toMatch(/\w/);
  });

  it('a whole upgrade fits into the buffer of a pipe, so that a reader who dozes off holds up nobody', async () => {
    const { stderr } = await runCommand(upgrade(await load('1.3.0')));
    expect(Buffer.byteLength(stderr)).toBeLessThan(65_536);
  });

  it('a command for people prints the same on standard output, whatever colours are wanted', async () => {
    const database = await load('1.4.0-as-documented');
    const [without, told] = await Promise.all([
      runCommand(['status', '--database-url', database.url]),
      runCommand(args(database, 'status', '--quiet', '--verbose'), { env: { FORCE_COLOR: '1' } }),
    ]);
    const plain = await runCommand(args(database, 'status'));
    expect(plain.stdout).toBe(without.stdout);
    // On a slow machine it says that it is still looking.
    const kinds = (events: readonly { event: string }[]) =>
      events.map(({ event }) => event).filter((event) => event !== 'message');
    expect(kinds(plain.events())).toEqual(['started', 'found', 'ended']);
    expect(kinds(told.events())).toEqual(['started', 'found', 'ended']);
    expect(told.stderr).not.toContain('\u001b');
  });

  it('an upgrade that would have to ask does not, and --dry-run needs no answer', async () => {
    const database = await load('1.3.0');
    const before = await contents(database);
    const asked = await runCommand(args(database, 'upgrade'));
    expect(asked.exitCode).toBe(2);
    expect(asked.events().at(-2)).toMatchObject({
      event: 'error',
      code: 'YF102',
      changed: false,
      remedy: expect.stringContaining('--yes') as string,
    });
    const dry = await runCommand(args(database, 'upgrade', '--dry-run'));
    expect(dry.exitCode).toBe(0);
    expect(dry.stdout).toContain('COMMIT;');
    expect(texts(dry.events())).toContainEqual(expect.stringMatching(/Nothing was changed: this was a dry run\./));
    expect(await contents(database)).toEqual(before);
  });

  it('a rehearsal has phases of its own, and the upgrade that follows it another list', async () => {
    const events = (await runCommand(upgrade(await load('1.3.0'), '--rehearse'))).events();
    expect(events.filter(({ event }) => event === 'phases')).toHaveLength(2);
    expect(phases(events)).toEqual(begunAndDone('copy', ...upgraded, 'drop copy', ...upgraded));
    expect(texts(events)).toContainEqual(
      expect.stringMatching(/^The upgrade works on a copy of your database: \d+ checks passed\./),
    );
  });

  it('a rollback tells its phases', async () => {
    const database = await load('1.3.0');
    await runCommand(upgrade(database));
    const result = await runCommand(args(database, 'rollback', '--yes', '--json'));
    expect(expectDocument(result)).toMatchObject({ exitCode: 0, result: 'rolled-back' });
    const told = phases(result.events());
    expect(told).toEqual(expect.arrayContaining(begunAndDone('checks', 'commit', 'verify')));
    expect(told.filter((phase) => /(failed|retried)$/.test(phase))).toEqual([]);
  });

  it('a failure ends with the phase that failed, the error and the verdict', async () => {
    const refusesPauses = `CREATE FUNCTION my_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no pauses'; END $$;
      CREATE TRIGGER my_rule BEFORE INSERT ON paused_sessions FOR EACH ROW EXECUTE FUNCTION my_rule();`;
    const result = await runCommand(upgrade(await load('1.4.0-as-documented', refusesPauses)));
    const { error } = expectDocument(result);
    const events = result.events();
    expect(phases(events).at(-1)).toBe('checks failed');
    expect(events.at(-2)).toMatchObject({ event: 'error', ...error });
    expect(events.at(-1)).toMatchObject({ result: 'failed', exitCode: 1 });
  });
});

describe('while somebody has a table locked', () => {
  it.each([
    [
      'an upgrade',
      ['upgrade', '--yes', '--no-backup', '--wait', '2', '--lock-timeout', '300'],
      'UPDATE sessions SET last_heartbeat = now()',
    ],
    [
      'a first look',
      ['upgrade', '--yes', '--no-backup', '--wait', '1', '--lock-timeout', '300'],
      'LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE',
    ],
  ])('%s tells who is in the way, and not too often', async (_what, command, sql) => {
    const database = await load('1.4.0-as-documented');
    const other = await openTransaction(database, sql);
    const result = await runCommand(args(database, ...command, '--json'));
    await other.end();
    expect(expectDocument(result)).toMatchObject({ exitCode: 5, result: 'busy' });
    const waiting = result.events().filter(({ event }) => event === 'waiting');
    expect(waiting.length).toBeGreaterThan(0);
    expect(waiting.length).toBeLessThan(8);
    expect(waiting[0]?.['reason']).toContain(`pid ${other.pid} (somebody else)`);
  });

  it('once it is free, the upgrade goes on and ends well', async () => {
    const database = await load('1.3.0');
    const other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
    const run = startCommand(upgrade(database, '--lock-timeout', '300'));
    const queued = `SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(30)) {
      if ((await database.query(queued)).length > 0) break;
    }
    // Longer than the one attempt, which then is told of.
    await sleep(500);
    await other.end();
    const events = (await run.result).events();
    expect(events.map(({ event }) => event)).toContain('waiting');
    expect(phases(events).slice(-2)).toEqual(begunAndDone('verify'));
    expect(events.at(-1)).toMatchObject({ exitCode: 0, result: 'upgraded' });
  });
});

describe('a signal', () => {
  it.each([[['SIGINT']], [['SIGTERM', 'SIGINT']]] as const)(
    '(%j) in the middle: cancelling, the phase that failed, the error, and ended as the last line',
    async (signals) => {
      const database = await load('1.4.0-as-documented', slowStep(60));
      const before = await contents(database);
      const run = startCommand(upgrade(database));
      for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(30)) {
        if (
          (
            await database.query(
              `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
            )
          ).length > 0
        )
          break;
      }
      for (const signal of signals) run.process.kill(signal);
      const result = await run.result;
      expect(result.exitCode).toBe(130);
      const events = result.events();
      expect(texts(events)).toContain('Cancelling: rolling back ...');
      expect(phases(events).at(-1)).toBe('012_session_checkpoints failed');
      expect(events.at(-2)).toMatchObject({ event: 'error', code: 'YF701', changed: false });
      expect(events.at(-1)).toMatchObject({ event: 'ended', result: 'cancelled', exitCode: 130 });
      for (
        const deadline = Date.now() + 5000;
        Date.now() < deadline && JSON.stringify(await contents(database)) !== JSON.stringify(before);
      )
        await sleep(100);
      expect(await contents(database)).toEqual(before);
    },
  );
});

it('a warning of Node becomes a message, and does not stand between the lines', async () => {
  const warnAfterTheFirstLine = `const { write } = process.stderr;
    process.stderr.write = function (...line) { process.stderr.write = write; process.emitWarning('something old is used', 'DeprecationWarning'); return write.apply(this, line); };`;
  const { events } = await runCommand(['explain', 'YF402', '--events'], {
    nodeOptions: ['--import', `data:text/javascript,${encodeURIComponent(warnAfterTheFirstLine)}`],
  });
  expect(texts(events())).toEqual(['DeprecationWarning: something old is used']);
});
