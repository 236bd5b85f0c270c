import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, psqlBinary, type TestDatabase } from '../support/server.js';

async function load(more: string): Promise<TestDatabase> {
  const database = await createDatabase({ sql: `${scenarioSql('1.1.0')}\n${more}` });
  onTestFinished(() => database.drop());
  return database;
}

describe("something of the user's that cannot be kept", () => {
  it.each([
    ['upgrade', ['--yes', '--no-backup']],
    ['upgrade', ['--dry-run']],
    ['upgrade', ['--yes', '--no-backup', '--rehearse']],
    ['rehearse', []],
  ])('%s %j is refused with exit code 3, names it and changes nothing', async (command, options) => {
    const database = await load('CREATE INDEX mine ON session_quality_checks (overall_rating, check_type)');
    const before = [await catalogLines(database), await tableContents(database)];
    const result = await runCommand([command, '--json', '--database-url', database.url, ...options]);
    expect(result.exitCode).toBe(3);
    expect(expectDocument(result).error).toMatchObject({
      code: 'YF306',
      changed: false,
      found: [expect.stringMatching(/^index public\.mine: it uses session_quality_checks\.check_type/)],
    });
    expect(result.stdout + result.stderr).not.toMatch(/CASCADE/);
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });

  it('plan tells it as a finding', async () => {
    const database = await load(`CREATE POLICY mine ON session_quality_checks USING (check_type <> 'deep')`);
    const result = await runCommand(['plan', '--json', '--database-url', database.url]);
    expect(expectDocument(result).findings).toContainEqual(
      expect.objectContaining({
        code: 'YF306',
        title: expect.stringMatching(/policy mine on table public\.session_quality_checks/) as string,
      }),
    );
  });
});

describe.skipIf(psqlBinary() === undefined)('the printed script, through psql', () => {
  it('carries over what upgrade carries over', async () => {
    const database = await load(`
      CREATE SCHEMA app; CREATE TABLE app.labels (rating integer); CREATE TABLE public.labels (other text);
      SET search_path = app, public; CREATE VIEW app.mine WITH (security_barrier = true) AS SELECT l.rating, 'it''s $rights$' AS note FROM labels l LEFT JOIN v_recent_quality_issues q ON true; SET search_path = public;
      GRANT SELECT ON app.mine TO pg_monitor; GRANT UPDATE (rating) ON app.mine TO PUBLIC; COMMENT ON COLUMN app.mine.rating IS 'mine'; ALTER VIEW v_project_quality SET (security_barrier = true);
      ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC`);
    const own = async () =>
      (await catalogLines(database)).filter((line) => /mine|^v public\.v_project_quality/.test(line));
    const before = await own();
    const { stdout } = await runCommand(['plan', '--sql', '--database-url', database.url]);
    const run = spawnSync(psqlBinary() ?? '', ['-X', '-q', '-d', database.url], { input: stdout, encoding: 'utf8' });
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(await own()).toEqual(before);
  });
});
