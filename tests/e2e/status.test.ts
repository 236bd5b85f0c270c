import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { adapters } from '../support/adapters.js';
import { runCommand } from '../support/command.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { openTransaction } from '../support/open-transaction.js';
import { representatives } from '../support/representatives.js';
import { upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

async function load(scenario: Scenario): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  return database;
}

/** What a chat takes in one message without folding it (Discord: 2000 characters), and a screen shows without scrolling. */
async function expectOneMessage(database: TestDatabase): Promise<string> {
  const { stdout, stderr } = await runCommand(['status', '--database-url', database.url]);
  const message = `${stdout}${stderr}`.trimEnd();
  expect(message.length, message).toBeLessThan(2000);
  expect(message.split('\n').length, message).toBeLessThanOrEqual(30);
  return message;
}

describe('status fits into one message to support', () => {
  it.each(representatives)('%s', async (scenario) => {
    await expectOneMessage(await load(scenario));
  });

  it('with a history, a schema of its own, transactions in the way and all kinds of damage', async () => {
    const database = await load('other-schema');
    await upgrade(adapters.find(({ name }) => name === 'pg')!.connect(database), {
      backupFile: `/${'folder/'.repeat(8)}yokeflow-1.3.0.dump`,
    });
    const rest =
      'tool_version, operation, from_release, to_release, steps, started_at, ended_at, database_role, host, backup_file';
    await database.query(`
      INSERT INTO yokeflow_upgrade.runs (id, ${rest}) SELECT gen_random_uuid(), ${rest} FROM yokeflow_upgrade.runs, generate_series(1, 5);
      DROP VIEW yokeflow.v_active_interventions, yokeflow.v_intervention_history, yokeflow.v_latest_checkpoints;
      ALTER TABLE yokeflow.intervention_actions ALTER COLUMN action_type TYPE varchar(49);
      DROP FUNCTION yokeflow.resume_session, yokeflow.create_checkpoint, yokeflow.invalidate_checkpoints;
      DROP INDEX yokeflow.idx_paused_sessions_project, yokeflow.idx_paused_sessions_resolved;
      ALTER TABLE yokeflow.tasks ALTER COLUMN description DROP NOT NULL`);
    for (let count = 0; count < 8; count++) {
      const transaction = await openTransaction(
        database,
        'LOCK TABLE yokeflow.paused_sessions, yokeflow.session_checkpoints IN ROW EXCLUSIVE MODE',
        'somebody with a long name '.repeat(2),
      );
      onTestFinished(() => transaction.end());
    }
    // A transaction is told of from its second second on.
    await sleep(1100);
    const message = await expectOneMessage(database);
    expect(message).toMatch(/Last runs {2}\(and 3 before/);
    expect(message).toMatch(/YF314 .* \.\.\. \(and 7 more\)\n[\s\S]*YF806 .*, 7 more\n/);
  });
});

it('a 1.3.0 with an altered index is told as that, in words and in JSON', async () => {
  const database = await load('1.3.0');
  await database.query(
    'DROP INDEX idx_deep_reviews_rating; CREATE INDEX idx_deep_reviews_rating ON session_deep_reviews (model)',
  );
  const args = ['status', '--database-url', database.url];
  const [words, json] = await Promise.all([runCommand(args), runCommand([...args, '--json'])]);
  expect(words.stdout).toMatch(/^ {2}YokeFlow {3}1\.3\.0, with one difference to fix .* to reach: 1\.4\.0$/m);
  expect(words.stdout).not.toMatch(/half|broken/);
  expect(expectDocument(json)).toMatchObject({
    exitCode: 10,
    version: { state: 'upgrade-available', release: '1.3.0', condition: 'different', differences: 1, begun: null },
  });
});

it('the next command that it names leads to the same database', async () => {
  const database = await load('1.3.0');
  const { stdout } = await runCommand(['status', '--database-url', database.url]);
  const [, next = ''] = /^ {2}Next: yokeflow-upgrade (.*)$/m.exec(stdout) ?? [];
  const args = next.split(' ');
  expect(args.slice(0, 2)).toEqual(['upgrade', '--database-url']);
  const { json } = await runCommand([...args, '--dry-run', '--no-backup', '--yes', '--json'], {
    env: { PGPASSWORD: new URL(database.url).password },
  });
  expect(json()).toMatchObject({
    exitCode: 0,
    result: 'planned',
    target: { database: new URL(database.url).pathname.slice(1) },
  });
});

it('a release that is behind is refused by its own number, and what is there is called whole where it is', async () => {
  const database = await load('1.3.0');
  await upgrade(adapters.find(({ name }) => name === 'pg')!.connect(database));
  const message = async (to: string) =>
    expectDocument(await runCommand(['status', '--to', to, '--json', '--database-url', database.url])).error?.message;
  expect(await message('1.2.0')).toBe(
    'The database is at 1.4.0, which is newer than 1.2.0 (its schema is that of 1.3.0).',
  );
  expect(await message('1.1.0')).toBe('The database is at 1.4.0, which is newer than 1.1.0.');
});
