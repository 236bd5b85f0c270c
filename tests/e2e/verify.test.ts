import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

/** The five tables, five views and functions that YokeFlow 1.4.0's release notes list, and the two that they forget. */
const listed = [
  ...[
    'paused_sessions',
    'intervention_actions',
    'notification_preferences',
    'session_checkpoints',
    'checkpoint_recoveries',
  ].map((name) => `table.${name}`),
  ...[
    'v_active_interventions',
    'v_intervention_history',
    'v_latest_checkpoints',
    'v_resumable_checkpoints',
    'v_checkpoint_recovery_history',
  ].map((name) => `view.${name}`),
  ...[
    'pause_session',
    'resume_session',
    'create_checkpoint',
    'start_checkpoint_recovery',
    'complete_checkpoint_recovery',
  ].map((name) => `function.${name}`),
  ...['invalidate_checkpoints', 'get_latest_resumable_checkpoint'].map((name) => `function.${name}`),
  ...['table.session_quality_checks', 'column.prompt_proposals.metadata', 'label.session_status'],
];
const brokenProbes = ['probe.pause_and_resume', 'probe.audit_statements', 'probe.delete_what_is_referenced'];

describe('verify', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented') });
  });
  afterAll(() => database?.drop());
  const verify = (...more: string[]) => runCommand(['verify', '--database-url', database.url, ...more]);

  it('shows what is broken in 1.4.0 as documented, exits 10 and leaves nothing', async () => {
    const before = [await catalogLines(database), await tableContents(database)];
    const result = await verify('--json');
    const { checks, findings, result: word } = expectDocument(result);
    expect({ exitCode: result.exitCode, word }).toEqual({ exitCode: 10, word: 'due' });
    const failed = checks.filter(({ ok }) => !ok);
    expect(failed.map(({ id }) => id)).toEqual(expect.arrayContaining(brokenProbes));
    expect(failed.every(({ remedy }) => remedy.includes('yokeflow-upgrade upgrade'))).toBe(true);
    expect(new Set(findings.map(({ code }) => code))).toEqual(
      new Set(['YF801', 'YF802', 'YF803', 'YF804', 'YF809', 'YF813']),
    );
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });

  it('shows it to people with crosses', async () => {
    const { exitCode, stdout } = await verify();
    expect(exitCode).toBe(10);
    expect(stdout).toMatch(/✘ .*pauses and resumes/);
    expect(stdout).toMatch(/found: .*updated_at/);
    expect(stdout).toMatch(/\d+ checks failed/);
  });

  it('has a tick for all of it after the upgrade, exits 0 and leaves nothing', async () => {
    expect((await runCommand(['upgrade', '--yes', '--no-backup', '--database-url', database.url])).exitCode).toBe(0);
    const before = [await catalogLines(database), await tableContents(database)];
    const result = await verify('--json');
    const { checks, result: word } = expectDocument(result);
    expect({ exitCode: result.exitCode, word }).toEqual({ exitCode: 0, word: 'verified' });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining([...listed, ...brokenProbes]));

    const { stdout } = await verify();
    expect(stdout.match(/^ {2}✔ /gm)?.length).toBeGreaterThanOrEqual(checks.length);
    expect(stdout).not.toContain('✘');
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });

  it('finds by a probe what the catalog does not show, and upgrade mends it', async () => {
    await database.query(
      `CREATE OR REPLACE FUNCTION invalidate_checkpoints(p_session_id uuid, p_reason text) RETURNS integer LANGUAGE sql AS 'SELECT 0'`,
    );
    const broken = await verify('--json');
    expect(broken.exitCode).toBe(10);
    expect(
      broken
        .json()
        .checks.filter(({ ok }) => !ok)
        .map(({ id }) => id),
    ).toEqual(['probe.invalidate_checkpoints']);
    const mended = await runCommand(['upgrade', '--yes', '--no-backup', '--json', '--database-url', database.url]);
    expect(expectDocument(mended)).toMatchObject({ exitCode: 0, result: 'repaired' });
    expect((await verify()).exitCode).toBe(0);
  });
});
