import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { openTransaction } from '../support/open-transaction.js';
import { reportOf } from '../support/report.js';
import { createDatabase, type DatabaseOptions, type TestDatabase } from '../support/server.js';

let database: TestDatabase;
afterEach(() => database.drop());
const load = async (scenario: Scenario, options: DatabaseOptions = {}) => {
  database = await createDatabase({ sql: scenarioSql(scenario), ...options });
  return ['--database-url', database.url];
};

describe('report', () => {
  it('of 1.3.0: what is due and what is there, and nothing is changed', async () => {
    const args = await load('1.3.0');
    const before = [await catalogLines(database), await tableContents(database)];
    const report = await reportOf(args);
    expect(report.verdict).toEqual({
      state: 'due',
      text: 'An upgrade is due: 1.3.0 to 1.4.0, 2 steps.',
      next: 'Run: yokeflow-upgrade upgrade --database-url URL',
    });
    expect(report.yokeflow).toMatchObject({ state: 'upgrade-available', release: '1.3.0', target: '1.4.0' });
    expect(report.steps.filter(({ due }) => due).map(({ id }) => id)).toEqual([
      '011_paused_sessions',
      '012_session_checkpoints',
    ]);
    // What only the due steps bring is no cross, and everything else holds.
    expect(report.checks.notProbed).toBeNull();
    expect(report.checks.list.filter(({ ok, pending }) => !ok && !pending)).toEqual([]);
    expect(report.checks.list.find(({ id }) => id === 'function.pause_session')).toMatchObject({
      ok: false,
      pending: true,
    });
    expect(report.sizes.tables.map(({ table, rows }) => [table, rows])).toContainEqual(['sessions', 10]);
    expect(report.server.settings.find(({ name }) => name === 'fsync')).toMatchObject({
      value: 'off',
      insteadOf: 'on',
      source: 'command line',
    });
    expect(report.server.settings.find(({ name }) => name === 'lock_timeout')).toMatchObject({
      value: '0 (no limit)',
      insteadOf: null,
    });
    expect(report.role.rights).toContain('it is a superuser');
    expect(report.activity).toMatchObject({ agentSessions: 0 });
    expect(report.engine.unavailable).toBe('the connection is direct (--database-url)');
    expect(
      report.schema.tables
        .filter(({ fate }) => fate === 'new')
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      'checkpoint_recoveries',
      'intervention_actions',
      'notification_preferences',
      'paused_sessions',
      'session_checkpoints',
    ]);
    expect(report.schema.links).toContainEqual({
      from: 'paused_sessions',
      to: 'sessions',
      columns: 'session_id',
      onDelete: 'CASCADE',
      fate: 'new',
    });
    expect(report.schema.links).toContainEqual({
      from: 'tasks',
      to: 'epics',
      columns: 'epic_id',
      onDelete: 'CASCADE',
      fate: 'kept',
    });
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });

  it('of 1.4.0 as documented: what is broken, and after its repair, that it works and when it was mended', async () => {
    const args = await load('1.4.0-as-documented');
    const broken = await reportOf(args);
    expect(broken.verdict).toMatchObject({ state: 'bad', text: 'A repair of 1.4.0 is due: 2 steps.' });
    expect(broken.checks.list.find(({ id }) => id === 'probe.pause_and_resume')).toMatchObject({
      ok: false,
      pending: false,
      expected: 'it works',
      found: expect.stringContaining('updated_at') as string,
    });
    expect(new Set(broken.findings.map(({ code }) => code))).toEqual(
      new Set(['YF801', 'YF802', 'YF803', 'YF804', 'YF813']),
    );
    expect(broken.schema.tables.find(({ name }) => name === 'intervention_actions')?.fate).toBe('mended');

    expect((await runCommand(['upgrade', '--yes', '--no-backup', ...args])).exitCode).toBe(0);
    const mended = await reportOf(args);
    expect(mended.verdict.state).toBe('good');
    expect(mended.verdict.text).toMatch(/^Everything of 1\.4\.0 is there and works: \d+ checks passed\.$/);
    expect(mended.checks.list.every(({ ok }) => ok)).toBe(true);
    expect(mended.schema.after).toBeNull();
    expect(new Set(mended.schema.tables.map(({ fate }) => fate))).toEqual(new Set(['kept']));
    expect(mended.history).toMatchObject([
      { operation: 'repair', to: '1.4.0', role: 'agent', steps: [{ sameAsHere: true }, { sameAsHere: true }] },
    ]);
    // The machine that it was run from.
    expect(mended.history[0]?.host).toMatch(/^\[host \d+\]$/);
  });

  it.each([
    ['foreign', 'YF302', 'foreign'],
    ['empty', 'YF301', 'empty'],
    ['2.x-over-1.x', 'YF303', 'newer'],
  ] as const)('of a database that is %s: it says so, with exit code 0', async (scenario, code, state) => {
    const report = await reportOf(await load(scenario));
    expect(report).toMatchObject({ verdict: { state: 'bad' }, error: { code }, yokeflow: { state, release: null } });
    expect(report.checks.unavailable).toBeDefined();
    expect(report.server.version).toMatch(/^\d+/);
    // Another program's tables are not listed.
    expect(report.sizes.tables).toEqual([]);
  });

  it("of a fork: its own tables are told from YokeFlow's", async () => {
    const report = await reportOf(await load('fork-1.3.0'));
    const own = report.schema.tables.filter(({ fate }) => fate === 'other').map(({ name }) => name);
    expect(own.length).toBeGreaterThan(0);
    expect(report.sizes.tables.map(({ table }) => table)).toEqual(expect.arrayContaining(own));
  });

  it('of a role that may do nothing: which rights it lacks, and what could not be read', async () => {
    await load('1.3.0');
    await database.query(
      `DO $$ BEGIN CREATE ROLE report_nobody LOGIN PASSWORD 'n0b0dy-pw'; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    );
    const url = new URL(database.url);
    [url.username, url.password] = ['report_nobody', 'n0b0dy-pw'];
    const report = await reportOf(['--database-url', url.href]);
    expect(report.verdict.state).toBe('bad');
    expect(report.findings.filter(({ stops }) => stops).map(({ code }) => code)).toContain('YF307');
    expect(report.role.lacks.length).toBeGreaterThan(5);
    expect(report.role.rights).toContain("it may not act as agent, who owns YokeFlow's tables");
    expect(report.checks.notProbed).toContain('the probes did not run');
    expect(report.activity.agentSessions).toBeNull();
    // The role is a person's for all that is known, and so its name is masked, alike everywhere.
    expect(report.role.name).toMatch(/^\[user \d+\]$/);
    expect(report.search.target?.user).toBe(report.role.name);
    expect(JSON.stringify(report)).not.toContain('report_nobody');
  });

  it('beside somebody who has a table locked: within seconds, with what it could not read', async () => {
    const args = await load('1.3.0');
    const other = await openTransaction(database, 'LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
    const begun = Date.now();
    const report = await reportOf(args);
    expect(Date.now() - begun).toBeLessThan(15_000);
    await other.end();
    expect(report.activity).toMatchObject({
      connections: expect.arrayContaining([
        expect.objectContaining({ state: 'idle in transaction', count: 1 }),
      ]) as unknown,
    });
    expect(JSON.stringify([report.yokeflow, report.checks, report.sizes])).toContain('YF402');
  });

  it('of a database that is not reached: why, and what is known of it', async () => {
    await load('empty');
    const url = new URL(database.url);
    url.pathname = '/missing';
    const report = await reportOf(['--database-url', url.href]);
    expect(report).toMatchObject({
      verdict: { state: 'bad' },
      error: { code: 'YF206' },
      search: { target: { database: 'missing' } },
    });
    expect(report.server.unavailable).toBe('the database was not reached');
  });

  it('without any database: where it was looked for', async () => {
    await load('empty');
    const report = await reportOf([]);
    expect(report).toMatchObject({
      verdict: { state: 'bad', text: 'No YokeFlow database was found.' },
      error: { code: 'YF201' },
      search: { target: null },
    });
    expect(report.search.attempts.map(({ tried }) => tried)).toEqual(
      expect.arrayContaining(['DATABASE_URL', 'PG* variables']),
    );
    const { exitCode, stdout } = await runCommand(['report']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('| DATABASE_URL | not set |');
  });
});
