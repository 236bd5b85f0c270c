import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { scenarioSql } from '../support/fixtures.js';
import { reportOf } from '../support/report.js';
import { startReplicated, type ReplicatedDatabase } from '../support/standby.js';

describe('a streaming standby', () => {
  let replicated: ReplicatedDatabase;
  beforeAll(async () => {
    replicated = await startReplicated(scenarioSql('1.3.0'));
  });
  afterAll(() => replicated?.stop());
  const run = async (command: string, where: 'primary' | 'standby', ...more: string[]) => {
    const result = await runCommand([command, '--json', '--database-url', replicated[where].url, ...more]);
    return { status: result.exitCode, ...result.json() };
  };

  it('is read, and refused for what would change it, before anything is tried', async () => {
    expect(await run('status', 'standby')).toMatchObject({
      status: 10,
      version: { state: 'upgrade-available', release: '1.3.0' },
      findings: expect.arrayContaining([expect.objectContaining({ code: 'YF308' })]) as unknown,
    });
    const refused = await run('upgrade', 'standby', '--yes', '--no-backup');
    expect(refused).toMatchObject({ status: 3, result: 'refused', error: { code: 'YF308', changed: false } });
    expect(refused.error?.message).toContain('standby');
    expect(refused.error?.found).toContain('pg_is_in_recovery: true');
    expect(await run('verify', 'standby')).toMatchObject({
      status: 10,
      findings: expect.arrayContaining([expect.objectContaining({ code: 'YF308' })]) as unknown,
    });
  });

  it('is reported on as far as that goes without writing', async () => {
    const report = await reportOf(['--database-url', replicated.standby.url]);
    expect(report.verdict.state).toBe('bad');
    expect(report.findings.filter(({ stops }) => stops).map(({ code }) => code)).toContain('YF308');
    expect(report.checks.notProbed).toBe('the probes did not run: this server is a standby');
    expect(report.sizes.tables.find(({ table }) => table === 'sessions')?.rows).toBe(10);
  });

  it('follows when its primary is upgraded, and then is current', async () => {
    expect(await run('upgrade', 'primary', '--yes', '--no-backup')).toMatchObject({ status: 0, result: 'upgraded' });
    await replicated.catchUp();
    expect(await catalogLines(replicated.standby)).toEqual(await catalogLines(replicated.primary));
    expect(await tableContents(replicated.standby)).toEqual(await tableContents(replicated.primary));
    expect(await run('status', 'standby')).toMatchObject({ status: 0, result: 'already-current' });
    // Every check passes that can be made without writing.
    const verified = await run('verify', 'standby');
    expect(verified.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(verified.findings).toContainEqual(expect.objectContaining({ code: 'YF308' }));
    expect(await run('upgrade', 'standby', '--yes')).toMatchObject({ status: 0, result: 'already-current' });
  });
});
