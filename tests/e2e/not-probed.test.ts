import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { createDatabase, psqlBinary, type TestDatabase } from '../support/server.js';

/** A fork that forbids what one probe needs. */
const noDeletes = `CREATE FUNCTION fork_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'nothing is deleted here'; END $$;
  CREATE TRIGGER fork_rule BEFORE DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION fork_rule();`;
const because =
  'not probed, because this database does not let YokeFlow delete sessions: nothing is deleted here (SQLSTATE P0001)';

async function load(scenario: Scenario, fork: string): Promise<TestDatabase> {
  const database = await createDatabase({ sql: `${scenarioSql(scenario)}\n${fork}` });
  onTestFinished(() => database.drop());
  return database;
}
const moment = async (database: TestDatabase) => [
  withoutNewLabels(await catalogLines(database)),
  await tableContents(database),
];
const json = async (database: TestDatabase, ...args: string[]) =>
  expectDocument(await runCommand([...args, '--json', '--database-url', database.url]));
const text = (database: TestDatabase, ...args: string[]) => runCommand([...args, '--database-url', database.url]);

it('is neither a tick nor a cross, is counted apart, told once with its reason, and blocks nothing', async () => {
  const database = await load('1.3.0', noDeletes);
  const upgraded = await json(database, 'upgrade', '--yes', '--no-backup');
  expect(upgraded).toMatchObject({ exitCode: 0, result: 'upgraded', findings: [{ code: 'YF816' }] });
  expect(upgraded.checks.filter(({ probed }) => probed === false)).toMatchObject([
    { id: 'probe.delete_what_is_referenced', ok: true, found: because, remedy: '' },
  ]);

  const told = await text(database, 'verify');
  expect(told.exitCode).toBe(0);
  expect(told.stdout).toContain(
    `  – A task, an epic and a session that they point to can be deleted\n      ${because}\n`,
  );
  expect(told.stdout).toMatch(/Checkpointing {2}\d+ of \d+ passed, one was not probed/);
  expect(told.stdout).toMatch(/Everything of 1\.4\.0 is there and works\. \d+ checks passed, one was not probed\./);
  expect(told.stdout.match(/YF816 {2}/g)).toHaveLength(1);
  expect((await text(database, 'verify', '--plain')).stdout).toContain('skipped: A task, an epic');

  const report = await text(database, 'report');
  expect(report.stdout).toMatch(/checks passed, 1 could not be probed/);
  expect(report.stdout).toContain('- – A task, an epic and a session that they point to can be deleted');
  expect(await json(database, 'rollback', '--yes')).toMatchObject({ exitCode: 0, result: 'rolled-back' });
});

it('--strict makes a failure of it: in verify, before a commit, and where nothing is due', async () => {
  const database = await load('1.3.0', noDeletes);
  const before = await moment(database);
  expect(await json(database, 'upgrade', '--yes', '--no-backup', '--strict')).toMatchObject({
    exitCode: 1,
    result: 'failed',
    error: {
      code: 'YF816',
      changed: false,
      found: [`A task, an epic and a session that they point to can be deleted: ${because}`],
    },
  });
  expect(await moment(database)).toEqual(before);

  await json(database, 'upgrade', '--yes', '--no-backup');
  const strict = await json(database, 'verify', '--strict');
  expect(strict).toMatchObject({ exitCode: 10, result: 'due', steps: Array(5).fill({ due: false }) as unknown });
  expect(strict.checks.filter(({ ok }) => !ok)).toMatchObject([
    { id: 'probe.delete_what_is_referenced', probed: false },
  ]);
  expect((await text(database, 'verify', '--strict')).stdout).toContain(
    'One check was not probed, and --strict counts that as failed. Nothing was changed.',
  );
  expect(await json(database, 'upgrade', '--yes', '--no-backup', '--strict')).toMatchObject({
    exitCode: 1,
    error: { code: 'YF816', changed: false },
  });
  expect(await json(database, 'rollback', '--yes')).toMatchObject({ exitCode: 0, result: 'rolled-back' });
});

const broken: [what: string, fork: string, message: RegExp][] = [
  [
    'a column of its own that pause_session does not fill',
    "ALTER TABLE paused_sessions ADD fork_desk text; UPDATE paused_sessions SET fork_desk = 'a'; ALTER TABLE paused_sessions ALTER fork_desk SET NOT NULL;",
    /fork_desk/,
  ],
  [
    'a trigger that keeps pauses out',
    `CREATE FUNCTION fork_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no pauses'; END $$;
    CREATE TRIGGER fork_rule BEFORE INSERT ON paused_sessions FOR EACH ROW EXECUTE FUNCTION fork_rule();`,
    /no pauses/,
  ],
  [
    'a rule for COMMIT that keeps checkpoints out',
    `CREATE FUNCTION fork_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no checkpoints'; END $$;
    CREATE CONSTRAINT TRIGGER fork_rule AFTER INSERT ON session_checkpoints DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fork_rule();`,
    /no checkpoints/,
  ],
  [
    'a key to sessions that blocks what 1.4.0 brought',
    `CREATE TABLE fork_notes (pause uuid REFERENCES paused_sessions); CREATE FUNCTION fork_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO fork_notes VALUES (NEW.id); RETURN NEW; END $$;
    CREATE TRIGGER fork_rule AFTER INSERT ON paused_sessions FOR EACH ROW EXECUTE FUNCTION fork_rule();`,
    /fork_notes/,
  ],
];

it.each(broken)('what is broken in a fork still fails and still blocks: %s', async (_, fork, message) => {
  const database = await load(
    '1.4.0-as-documented',
    `${noDeletes.replaceAll('fork_rule', 'fork_other').replace('ON sessions', 'ON prompt_proposals')}\n${fork}`,
  );
  const before = await moment(database);
  expect(await json(database, 'upgrade', '--yes', '--no-backup')).toMatchObject({
    exitCode: 1,
    error: {
      code: 'YF502',
      changed: false,
      found: expect.arrayContaining([expect.stringMatching(message)]) as unknown,
    },
  });
  expect(await moment(database)).toEqual(before);
});

it("what YokeFlow's own functions do is no hindrance: a broken one fails, whatever it breaks", async () => {
  const database = await load('1.3.0', '');
  await json(database, 'upgrade', '--yes', '--no-backup');
  for (const name of ['update_project_metrics', 'validate_session_type', 'update_updated_at']) {
    const [own] = await database.query<{ definition: string }>(
      `SELECT pg_get_functiondef('${name}'::regproc) AS definition`,
    );
    await database.query(
      `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM no_such_column FROM projects; RETURN NEW; END $$`,
    );
    const { exitCode, checks } = await json(database, 'verify');
    expect(exitCode, name).toBe(10);
    expect(
      checks.filter(({ ok }) => !ok).map(({ found }) => found),
      name,
    ).toContainEqual(expect.stringContaining('no_such_column'));
    expect(
      checks.filter(({ probed }) => probed === false),
      name,
    ).toEqual([]);
    await database.query(own!.definition);
  }
});

const psql = psqlBinary();
describe.skipIf(psql === undefined)(
  `the script${psql === undefined ? ' (skipped: no psql on this machine)' : ''}`,
  () => {
    const paste = async (database: TestDatabase, ...args: string[]) =>
      spawnSync(psql!, ['-X', '-q', database.url], { input: (await text(database, ...args)).stdout, encoding: 'utf8' });

    it('leaves out what cannot be probed with a warning, and with --strict stops', async () => {
      const database = await load('1.3.0', noDeletes);
      const before = await moment(database);
      const strict = await paste(database, 'upgrade', '--dry-run', '--strict');
      expect(strict).toMatchObject({
        status: 3,
        stderr: expect.stringContaining(
          'not probed, because this database does not let YokeFlow delete sessions: nothing is deleted here',
        ) as string,
      });
      expect(await moment(database)).toEqual(before);

      const done = await paste(database, 'plan', '--sql');
      expect(done).toMatchObject({ status: 0, stdout: expect.stringContaining('Committed') as string });
      expect(done.stderr.match(/WARNING: {2}not probed/g)).toHaveLength(1);
      expect(await json(database, 'verify')).toMatchObject({ exitCode: 0, result: 'verified' });
    });
  },
);
