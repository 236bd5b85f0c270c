import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { commitLine, type Cut } from '../support/commit-line.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { example, installGlobally } from '../support/installed.js';
import { openTransaction } from '../support/open-transaction.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

/** A trigger of the user's that no probe gets past. */
const refusesPaused = `
  CREATE FUNCTION no_pause() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.status::text = 'paused' THEN RAISE 'not here'; END IF; RETURN NEW; END $$;
  CREATE TRIGGER no_pause BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION no_pause()`;

// At once, because one of them has to wait until the program gives up asking.
describe.skipIf(process.platform === 'win32')('docs/examples/shell/upgrade-unattended', { concurrent: true }, () => {
  let prefix = '';
  let bin = '';
  beforeAll(() => {
    prefix = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-prefix-'));
    bin = installGlobally(prefix);
  });
  afterAll(() => rmSync(prefix, { recursive: true, force: true }));

  /** Starts it in a process group of its own, as a shell with a terminal does. */
  function start(
    { host, port, user, password, name }: TestDatabase,
    more: readonly string[] = [],
    path = `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
  ) {
    const args = [
      '--no-backup',
      '--no-color',
      '--database-url',
      `postgresql://${user}@${host}:${port}/${name}`,
      ...more,
    ];
    const child = spawn(example('shell/upgrade-unattended'), args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: path, HOME: prefix, PGPASSWORD: password },
    });
    const result = Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]).then(([stdout, stderr, [exitCode]]) => ({ exitCode, stdout, stderr }));
    return { result, interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT') };
  }

  async function load(scenario: Scenario, { onTestFinished }: TestContext): Promise<TestDatabase> {
    const database = await createDatabase({ sql: scenarioSql(scenario) });
    onTestFinished(() => database.drop());
    return database;
  }

  async function over(cut: Cut, context: TestContext, more: readonly string[] = []) {
    const line = await commitLine(await load('1.4.0-as-documented', context), cut, { reachable: false });
    context.onTestFinished(() => line.close());
    return start(line.database, more).result;
  }

  it('upgrades and asks for a restart, and the next time says nothing: 0', async (context) => {
    const database = await load('1.3.0', context);
    const first = await start(database).result;
    expect(first, first.stderr).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toContain("next: restart YokeFlow's API");
    const before = await catalogLines(database);
    const second = await start(database).result;
    expect(second, second.stderr).toMatchObject({ exitCode: 0, stderr: '' });
    expect(second.stdout).not.toContain('next:');
    expect(await catalogLines(database)).toEqual(before);
  });

  it.for<[exitCode: number, next: string, scenario: Scenario, sql: string, options: string[]]>([
    [1, 'Fix what it names', '1.4.0-as-documented', refusesPaused, []],
    [2, 'an option is wrong', '1.3.0', '', ['--no-such-option']],
    [3, 'must not be upgraded', '2.x-over-1.x', '', []],
    [4, 'start the database', '1.3.0', '', ['--database-url', 'postgresql://agent@127.0.0.1:9/yokeflow']],
  ])(
    'ends with %i, says "next: ... %s" and changes nothing',
    async ([exitCode, next, scenario, sql, options], context) => {
      const database = await load(scenario, context);
      await database.query(sql);
      const before = [await catalogLines(database), await tableContents(database)];
      const result = await start(database, options).result;
      expect(result, result.stderr).toMatchObject({ exitCode });
      expect(result.stderr).toMatch(new RegExp(`^next: .*${next}`, 'm'));
      expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
    },
  );

  it('ends with 5 beside somebody who holds a lock, and with 130 after Ctrl-C while it waits, and nothing has changed', async (context) => {
    const database = await load('1.3.0', context);
    const holder = await openTransaction(database, 'LOCK TABLE sessions IN ROW EXCLUSIVE MODE');
    const before = [withoutNewLabels(await catalogLines(database)), await tableContents(database)];
    const busy = await start(database, ['--wait', '0']).result;
    expect(busy, busy.stderr).toMatchObject({ exitCode: 5 });
    expect(busy.stderr).toMatch(/^next: somebody holds a lock/m);

    const waiting = start(database);
    await context.expect
      .poll(() => database.query('SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))', [holder.pid]), {
        timeout: 30_000,
        interval: 20,
      })
      .not.toEqual([]);
    waiting.interrupt();
    const cancelled = await waiting.result;
    expect(cancelled, cancelled.stderr).toMatchObject({ exitCode: 130 });
    expect(cancelled.stderr).toMatch(/^next: cancelled/m);
    await holder.end();
    expect([withoutNewLabels(await catalogLines(database)), await tableContents(database)]).toEqual(before);
  });

  it('ends with 6 when the database cannot be reached any more after COMMIT', async (context) => {
    const result = await over('not at all', context);
    expect(result, result.stderr).toMatchObject({ exitCode: 6 });
    expect(result.stderr).toMatch(/^next: .*yokeflow-upgrade verify$/m);
  });

  it('ends with 7 when that happens around COMMIT, after it has asked once more', async (context) => {
    const result = await over('before the answer', context, ['--wait', '5']);
    expect(result, result.stderr).toMatchObject({ exitCode: 7 });
    expect(result.stderr).toMatch(
      /^next: the connection was lost[^]*^next: run this again once the database can be reached$/m,
    );
  });

  // When the database answers again cannot be timed, so something else answers in the command's place here.
  it.for<[exitCode: number, next: string]>([
    [0, 'it was committed. Restart the API of YokeFlow'],
    [10, 'it was not committed. Run this again'],
    [5, 'do what the message says, then run this again'],
    [4, 'run this again once the database can be reached'],
  ])('after 7 and a status of %i it says "next: %s"', async ([asked, next], context) => {
    const folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-answers-'));
    context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const answers = `case $1 in upgrade) touch "$0.ran"; exit 7 ;; esac; if [ -e "$0.ran" ]; then exit ${asked}; fi; exit 10`;
    writeFileSync(join(folder, 'yokeflow-upgrade'), `#!/bin/sh\n${answers}\n`, { mode: 0o755 });
    const result = await start(await load('empty', context), [], `${folder}:/usr/bin:/bin`).result;
    expect(result).toMatchObject({ exitCode: 7 });
    expect(result.stderr.trim().split('\n').slice(1)).toEqual([`next: ${next}`]);
  });

  it('says so where the command is not on the PATH: 127', async (context) => {
    const result = await start(await load('empty', context), [], '/usr/bin:/bin').result;
    expect(result).toMatchObject({ exitCode: 127 });
    expect(result.stderr).toMatch(/^next: .*Is it on the PATH\?$/m);
  });
});
