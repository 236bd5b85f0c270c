import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { createDatabase, psqlBinary, type TestDatabase } from '../support/server.js';

async function load(scenario: Scenario, more = ''): Promise<TestDatabase> {
  const database = await createDatabase({ sql: `${scenarioSql(scenario)}\n${more}` });
  onTestFinished(() => database.drop());
  return database;
}
const on = ({ url }: TestDatabase) => ['--database-url', url];

describe('plan', () => {
  it('lists each due step with its reason, exits 10 and changes nothing', async () => {
    const database = await load('012-half');
    const before = [await catalogLines(database), await tableContents(database)];
    const result = await runCommand(['plan', '--json', ...on(database)]);
    expect(result.exitCode).toBe(10);
    const { steps, result: word } = expectDocument(result);
    expect(word).toBe('planned');
    expect(steps).toMatchObject([
      { id: 'complete_1_1_0', release: '1.1.0', status: 'applied', due: false, reason: null },
      { id: 'add_metadata_to_prompt_proposals', status: 'applied', due: false },
      { id: 'cleanup_session_quality_checks', release: '1.1.1', status: 'applied', due: false },
      {
        id: '011_paused_sessions',
        release: '1.4.0',
        status: 'defective',
        due: true,
        reason: expect.stringContaining('broken') as string,
      },
      {
        id: '012_session_checkpoints',
        release: '1.4.0',
        status: 'partial',
        due: true,
        reason: expect.stringContaining('half applied') as string,
      },
    ]);
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });

  it('says in words what would be done, and what is missing without it', async () => {
    const { exitCode, stdout } = await runCommand(['plan', ...on(await load('1.3.0'))]);
    expect(exitCode).toBe(10);
    expect(stdout).toMatch(/2 steps are due:\n +1 +011_paused_sessions .*\n[\s\S]*2 +012_session_checkpoints/i);
    expect(stdout).toMatch(/brings 3 tables, 2 views, 2 functions\n +without it: Sessions cannot be paused or resumed/);
  });

  it('says in words what a broken 1.4.0 does to its users', async () => {
    const { stdout } = await runCommand(['plan', ...on(await load('1.4.0-as-documented'))]);
    expect(stdout).toMatch(
      /To repair 1\.4\.0, 2 steps are due:\n +1 +011_paused_sessions .*\n +today pausing and resuming a session fails on every call \(YF801\)\n/,
    );
    expect(stdout).not.toContain('FOREIGN KEY');
  });

  it('counts what is missing where half of a step is there', async () => {
    const { stdout } = await runCommand(['plan', ...on(await load('012-half'))]);
    expect(stdout).toMatch(
      /012_session_checkpoints .*\n[\s\S]*half applied: 6 objects are missing: view v_latest_checkpoints, view v_resumable_checkpoints, view v_checkpoint_recovery_history and 3 more/,
    );
  });
});

const psql = psqlBinary();

describe.skipIf(psql === undefined)(
  `plan --sql, given to psql${psql === undefined ? ' (skipped: no psql on this machine)' : ''}`,
  () => {
    const paste = async (database: TestDatabase) => {
      const { stdout: input } = await runCommand(['plan', '--sql', ...on(database)]);
      return spawnSync(psql!, ['-X', '-q', database.url], { input, encoding: 'utf8' });
    };

    it.each<Scenario>(['1.1.0', '1.4.0-as-documented'])(
      'leaves nothing due in %s, and then prints a script that does nothing',
      async (scenario) => {
        const database = await load(scenario);
        expect(await paste(database)).toMatchObject({
          status: 0,
          stderr: '',
          stdout: expect.stringMatching(
            /\nCommitted: the database is at YokeFlow 1\.4\.0, and its probes passed\.\n$/,
          ) as string,
        });
        const verify = await runCommand(['verify', '--json', ...on(database)]);
        expect(verify.exitCode).toBe(0);
        expect(expectDocument(verify)).toMatchObject({
          result: 'verified',
          version: { state: 'current', release: '1.4.0' },
        });

        const plan = await runCommand(['plan', '--sql', ...on(database)]);
        expect({ exitCode: plan.exitCode, sql: plan.stdout.split('\n')[0] }).toEqual({
          exitCode: 0,
          sql: '-- Nothing is due.',
        });
        expect((await paste(database)).status).toBe(0);
      },
    );

    it('changes nothing but the labels where a probe fails', async () => {
      const refusesPaused = `
      CREATE FUNCTION my_rule() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.status::text = 'paused' THEN RAISE 'not in my house'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER my_rule BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION my_rule();`;
      const database = await load('1.3.0', refusesPaused);
      const before = [await catalogLines(database), await tableContents(database)];
      const { status, stderr } = await paste(database);
      expect(status).toBe(3);
      expect(stderr).toContain('not in my house');
      expect([withoutNewLabels(await catalogLines(database)), await tableContents(database)]).toEqual(before);
    });

    it('is in the JSON document too, word for word', async () => {
      const database = await load('1.3.0');
      const [plain, document] = await Promise.all([
        runCommand(['plan', '--sql', ...on(database)]),
        runCommand(['plan', '--sql', '--json', ...on(database)]),
      ]);
      expect(plain.stdout).toContain('CREATE TABLE IF NOT EXISTS paused_sessions');
      expect(plain.stdout.trim()).toBe(expectDocument(document).sql?.trim());
      expect((await runCommand(['plan', '--json', ...on(database)])).json().sql).toBeNull();
    });
  },
);

describe('upgrade --dry-run', () => {
  it('prints what was not run, changes nothing, and asks nothing', async () => {
    const database = await load('1.3.0');
    const before = [await catalogLines(database), await tableContents(database)];
    const { exitCode, stdout, stderr } = await runCommand(['upgrade', '--dry-run', ...on(database)]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('CREATE TABLE IF NOT EXISTS session_checkpoints');
    expect(stderr).toContain('Nothing was changed: this was a dry run.');
    const document = await runCommand(['upgrade', '--dry-run', '--yes', '--json', ...on(database)]);
    expect(expectDocument(document)).toMatchObject({
      exitCode: 0,
      result: 'planned',
      sql: expect.stringContaining('COMMIT;') as string,
    });
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });
});
