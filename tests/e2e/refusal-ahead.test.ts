import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

async function load(sql = '', scenario: '1.1.0' | '1.3.0' = '1.3.0'): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  if (sql !== '') await database.query(sql);
  return database;
}

const agentAtWork = `UPDATE sessions SET status = 'running', last_heartbeat = now() WHERE id = (SELECT id FROM sessions LIMIT 1)`;
const indexInTheWay = 'CREATE INDEX mine ON session_quality_checks (overall_rating, check_type)';

interface Document {
  exitCode: number;
  refusal?: { code: string; message: string; found: string[]; remedy: string };
}

/** What refuses `upgrade`, by how it is brought about. */
const refusals = [
  ['an agent at work', 'YF311', agentAtWork, '1.3.0', ['--no-backup']],
  ['a name that is taken', 'YF322', 'CREATE TABLE paused_sessions (mine text)', '1.3.0', ['--no-backup']],
  ['an index of the user', 'YF306', indexInTheWay, '1.1.0', ['--no-backup']],
] as const;

describe.each(refusals)('%s: %s', (_, expected, sql, scenario, options) => {
  it('is told by every look, as the real run tells it', async () => {
    const database = await load(sql, scenario);
    const of = (...words: string[]) =>
      runCommand([...words, '--database-url', database.url, ...options], {
        env: { PGPASSWORD: new URL(database.url).password },
      });
    const real = expectDocument(await of('upgrade', '--yes', '--json'));
    const { code = '', message, remedy } = real.error ?? {};
    expect(real.exitCode).toBe(3);
    expect(code).toMatch(expected);
    for (const command of ['status', 'plan', 'verify']) {
      const [text, json, quiet] = await Promise.all([of(command), of(command, '--json'), of(command, '--quiet')]);
      expect([text.exitCode, quiet.exitCode], command).toEqual([10, 10]);
      expect(text.stdout).toContain(`upgrade would be refused: ${code}`);
      expect(text.stdout).toContain(message);
      expect(text.stdout, 'the next thing to do is the remedy').not.toMatch(/Next: yokeflow-upgrade upgrade/);
      expect(text.stdout).toMatch(/^ {2}Next: .+/m);
      expect(quiet.stdout).toContain(`upgrade would be refused: ${code}`);
      const document = expectDocument(json) as unknown as Document;
      expect(document, command).toMatchObject({ exitCode: 10, refusal: { code, message, remedy } });
    }
  });

  it('ends a dry run as it ends the real one, with --yes and without', async () => {
    const database = await load(sql, scenario);
    const dry = ['upgrade', '--dry-run', '--database-url', database.url, ...options];
    const [words, json] = await Promise.all([runCommand(dry), runCommand([...dry, '--yes', '--json'])]);
    expect(words.exitCode).toBe(3);
    const document = expectDocument(json);
    expect(document).toMatchObject({ exitCode: 3, result: 'refused', error: { changed: false } });
    expect(document.error?.code).toMatch(expected);
    expect(words.stderr).toContain(document.error?.message);
    // What is in the way of the run is in the way of its script, but for agents, who are only held up.
    if (expected === 'YF311') expect(document.sql).toMatch(/COMMIT/);
    else expect(document.sql).toBeNull();
  });
});

it('what this machine lacks for the backup is told with its code, and keeps no dry run from its script', async () => {
  const database = await load();
  const args = ['--backup-dir', '/dev/null/backups', '--database-url', database.url];
  const real = expectDocument(await runCommand(['upgrade', '--yes', '--json', ...args]));
  const { code = '', message = '', remedy = '' } = real.error ?? {};
  // Which of them depends on this machine's pg_dump.
  expect(code).toMatch(/^YF34[12]$/);
  for (const [command, exitCode] of [
    ['status', 10],
    ['doctor', 0],
    ['upgrade --dry-run', 0],
  ] as const) {
    const words = command.split(' ');
    const [text, json] = await Promise.all([
      runCommand([...words, ...args]),
      runCommand([...words, '--json', ...args]),
    ]);
    expect([text.exitCode, json.exitCode], command).toEqual([exitCode, exitCode]);
    const said = text.stdout + text.stderr;
    if (command !== 'upgrade --dry-run') expect(said).toContain(`upgrade would be refused: ${code}`);
    expect(said).toContain(`yokeflow-upgrade explain ${code}`);
    if (command !== 'status') expect(said).toContain(`${code}  ${message}`);
    expect(said).toMatch(/^ {2}Next: yokeflow-upgrade upgrade --database-url /m);
    expect(expectDocument(json)).toMatchObject({ refusal: { code, message, remedy } });
  }
});

it('an option that answers a refusal answers it in a look too', async () => {
  const database = await load(agentAtWork);
  const args = ['--while-running', '--no-backup', '--json', '--database-url', database.url];
  const looks = await Promise.all(['status', 'plan', 'verify'].map((command) => runCommand([command, ...args])));
  for (const look of looks) expect(expectDocument(look)).not.toHaveProperty('refusal');
  expect(expectDocument(await runCommand(['upgrade', '--dry-run', ...args]))).toMatchObject({ exitCode: 0 });
});
