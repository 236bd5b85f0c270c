import { afterEach, expect, it } from 'vitest';
import { commitLine } from '../support/commit-line.js';
import { choose } from '../support/dialogue.js';
import { openTransaction } from '../support/open-transaction.js';
import { describeOnTerminal, keys, onTerminal, type OnTerminal } from '../support/pseudo-terminal.js';
import { load, slow, type Loaded } from './database.js';

/** How soon a cancelled run is gone, in ms, rolled back in order. */
const SOON = 5000;

/** The exit code of what a signal has ended, as a shell shows it. */
const HUNG_UP = 128 + 1;

describeOnTerminal('in the middle of the upgrade', () => {
  let database: Loaded;
  afterEach(() => database?.drop());

  const start = async (url: string, ...more: string[]): Promise<OnTerminal> => {
    const terminal = await onTerminal(['upgrade', '--no-backup', ...more, '--database-url', url]);
    await choose(terminal, 'What next?', 'Upgrade now');
    return terminal;
  };
  const cancelled = async (terminal: OnTerminal) => {
    const begun = Date.now();
    terminal.type(keys.ctrlC);
    expect(await terminal.ended, terminal.screen()).toBe(130);
    expect(Date.now() - begun).toBeLessThan(SOON);
    expect(terminal.words()).toMatch(/YF701.*rolled back/);
    expect(terminal.words()).toContain('Cancelling: rolling back ...');
    await database.expectUnchanged();
  };

  it.each([{ more: [] }, { more: ['--plain'] }])(
    'Ctrl-C while it waits for a lock, having said whose, rolls back: $more',
    async ({ more }) => {
      database = await load('1.3.0');
      const other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
      const terminal = await start(database.url, '--lock-timeout', '60000', ...more);
      await database.until(`wait_event_type = 'Lock'`);
      await terminal.shows(`locked by pid ${other.pid} (somebody else)`);
      terminal.type(keys.ctrlC);
      expect(await terminal.ended, terminal.screen()).toBe(130);
      await other.end();
      expect(terminal.words()).toMatch(/YF701.*rolled back/);
      await database.expectUnchanged();
    },
  );

  it('Ctrl-C while a statement runs ends it on the server and rolls back', async () => {
    database = await load('1.3.0', slow(60, 'v_latest_checkpoints'));
    const terminal = await start(database.url);
    await database.until(`wait_event = 'PgSleep'`);
    await cancelled(terminal);
  });

  it('Ctrl-C between statements rolls back', async () => {
    database = await load('1.3.0', slow(0.1));
    const terminal = await start(database.url);
    await terminal.shows(/statement 2\d of \d+/);
    await cancelled(terminal);
  });

  it('a rehearsal is cancelled, its copy is dropped, and the database was never touched', async () => {
    database = await load('1.3.0', slow(60, 'v_latest_checkpoints'));
    const terminal = await onTerminal(['upgrade', '--no-backup', '--database-url', database.url]);
    await choose(terminal, 'What next?', 'Rehearse on a copy first');
    const slept = () =>
      database.query(
        `SELECT FROM pg_stat_activity WHERE datname LIKE '${database.name}\\_%' AND wait_event = 'PgSleep'`,
      );
    await expect.poll(async () => (await slept()).length, { timeout: 60_000 }).toBe(1);
    terminal.type(keys.ctrlC);
    expect(await terminal.ended, terminal.screen()).toBe(130);
    expect(terminal.screen()).toContain('Cancelling: dropping the copy ...');
    expect(
      await database.query(
        `SELECT datname FROM pg_database WHERE datname LIKE '${database.name}%' AND datname <> '${database.name}'`,
      ),
    ).toEqual([]);
    await database.expectUnchanged();
  });

  it('the first Ctrl-C is answered at once, and the second one does not wait for a server that says nothing', async () => {
    database = await load('1.3.0');
    const line = await commitLine(database, 'instead of the answer', { at: 'LOCK TABLE "public"' });
    const terminal = await start(line.database.url);
    await database.until(`query LIKE 'LOCK TABLE "public"%'`);
    terminal.type(keys.ctrlC);
    await terminal.shows('Cancelling: rolling back ...');
    expect(terminal.hasEnded()).toBe(false);
    const begun = Date.now();
    terminal.type(keys.ctrlC);
    expect(await terminal.ended, terminal.screen()).toBe(130);
    expect(Date.now() - begun).toBeLessThan(2000);
    expect(terminal.words()).toMatch(/YF701.*PostgreSQL rolls it back by itself.*yokeflow-upgrade status/);
    expect(terminal.words(), 'the list has ended').toMatch(/✖ Lock the tables.*YF701/);
    await line.close();
    await database.expectUnchanged();
  });

  it('Ctrl-C in the middle of COMMIT is too late, and the run tells what came of it', async () => {
    database = await load('1.3.0');
    const line = await commitLine(database, 'instead of the answer', { nth: 2 });
    const terminal = await start(line.database.url);
    await database.until(
      `query = 'COMMIT' AND state = 'idle' AND EXISTS (SELECT FROM pg_class WHERE relname = 'session_checkpoints')`,
    );
    terminal.type(keys.ctrlC);
    await terminal.shows('Too late to cancel');
    terminal.type(keys.ctrlC);
    expect(await terminal.ended, terminal.screen()).toBe(130);
    expect(terminal.words()).toMatch(/Whether anything was changed is not known\..*yokeflow-upgrade status/);
    await line.close();
    await database.expectCurrent();
  });

  it('Ctrl-D does nothing: there is no question', async () => {
    database = await load('1.3.0', slow(1, 'v_latest_checkpoints'));
    const terminal = await start(database.url);
    await terminal.shows(/statement \d+ of \d+/);
    terminal.endInput();
    expect(await terminal.ended, terminal.screen()).toBe(0);
    await database.expectCurrent();
  });

  it('closing the window rolls back, and nothing of the run stays', async () => {
    database = await load('1.3.0', slow(60, 'v_latest_checkpoints'));
    const terminal = await start(database.url);
    await database.until(`wait_event = 'PgSleep'`);
    terminal.hangUp();
    expect(await terminal.ended).toBe(HUNG_UP);
    await database.expectUnchanged();
  });
});
