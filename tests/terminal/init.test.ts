import { afterEach, expect, it } from 'vitest';
import { asked, choose } from '../support/dialogue.js';
import { describeOnTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

describeOnTerminal('an empty database', () => {
  let database: TestDatabase;
  afterEach(() => database?.drop());
  const question = "Load YokeFlow's schema into";
  const count = () => database.query(`SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'`);

  it('is offered the schema: left alone, and loaded', async () => {
    database = await createDatabase();
    const start = () => onTerminal(['upgrade', '--database-url', database.url], { rows: 40 });
    const first = await start();
    await asked(first, question);
    expect(first.words()).toContain('is empty: it has no tables at all.');
    expect(first.words()).toContain('--init --yes');
    await choose(first, question, 'Leave');
    expect(await first.ended, first.screen()).toBe(130);
    expect(await count()).toEqual([{ n: 0 }]);

    const second = await start();
    await choose(second, question, 'Load it');
    expect(await second.ended, second.screen()).toBe(0);
    expect(second.words()).toContain("YokeFlow's schema is loaded, and the database is at 1.4.0");
    expect(await count()).toEqual([{ n: 14 }]);
  });
});
