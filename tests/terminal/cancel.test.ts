import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { scenarioSql } from '../support/fixtures.js';
import { openTransaction } from '../support/open-transaction.js';
import { describeOnTerminal, keys, onTerminal } from '../support/pseudo-terminal.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

describeOnTerminal('on a terminal', () => {
  let database: TestDatabase;
  let before: unknown[];
  const contents = async () => [withoutNewLabels(await catalogLines(database)), await tableContents(database)];
  beforeEach(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
    before = await contents();
  });
  afterEach(() => database.drop());
  const start = () => onTerminal(['upgrade', '--no-backup', '--lock-timeout', '60000', '--database-url', database.url]);
  const backends = () => database.query<{ wait: string }>(
    `SELECT wait_event_type AS wait FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'yokeflow-upgrade%'`);
  const until = async (holds: (waits: string[]) => boolean) => {
    for (const deadline = Date.now() + 10_000; !holds((await backends()).map(({ wait }) => wait)); await sleep(30)) {
      if (Date.now() > deadline) throw new Error('it never came to that');
    }
  };

  it('Ctrl-C at the question leaves at once: 130, and nothing changed', async () => {
    const terminal = await start();
    await terminal.shows('What next?');
    const begun = Date.now();
    terminal.type(keys.ctrlC);
    expect(await terminal.ended).toBe(130);
    expect(Date.now() - begun).toBeLessThan(2000);
    expect(terminal.screen()).toMatch(/Left before anything changed\.[\s\S]*Nothing was changed\./);
    expect(await contents()).toEqual(before);
  });

  it('Ctrl-C while the upgrade waits for a lock rolls back and says so', async () => {
    const other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
    const terminal = await start();
    await terminal.shows('What next?');
    terminal.type(keys.enter);
    await until((waits) => waits.includes('Lock'));
    await terminal.shows(new RegExp(`locked by pid ${other.pid} \\(somebody else\\)`));
    terminal.type(keys.ctrlC);
    expect(await terminal.ended).toBe(130);
    await other.end();
    expect(terminal.screen()).toMatch(/YF701[\s\S]*rolled back/);
    expect(await contents()).toEqual(before);
  });

  it('closing the terminal in the middle ends the run, and nothing of it stays', async () => {
    const other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
    const terminal = await start();
    await terminal.shows('What next?');
    terminal.type(keys.enter);
    await until((waits) => waits.includes('Lock'));
    terminal.hangUp();
    await until((waits) => waits.length === 0);
    await other.end();
    expect(await contents()).toEqual(before);
  });
});
