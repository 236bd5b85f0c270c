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

  const severalHosts = (more = '') => {
    const { standby, primary } = replicated;
    const [before = '', after = ''] = standby.url.split(`127.0.0.1:${standby.port}`);
    return `${before}127.0.0.1:9,127.0.0.1:${standby.port},127.0.0.1:${primary.port}${after}${more}`;
  };
  const runAt = async (url: string, ...words: string[]) => {
    const result = await runCommand([...words, '--json', '--database-url', url]);
    return { status: result.exitCode, ...result.json() };
  };

  it('is taken as the first of several hosts that answers, and the refusal says how the primary is', async () => {
    const refused = await runAt(severalHosts(), 'upgrade', '--yes', '--no-backup');
    expect(refused).toMatchObject({
      status: 3,
      target: { host: '127.0.0.1', port: replicated.standby.port },
      error: { code: 'YF308', remedy: expect.stringContaining('target_session_attrs=read-write') as string },
    });
    expect(refused.target?.reason).toMatch(/passed over: 127\.0\.0\.1:9: nothing listens there/);
  });

  it('is not what target_session_attrs asks for, where no host is a primary: each is named with what it is', async () => {
    const url = `${replicated.standby.url}?target_session_attrs=read-write`;
    expect(await runAt(url, 'status')).toMatchObject({
      status: 4,
      error: { code: 'YF232', found: [`127.0.0.1:${replicated.standby.port}: it is a standby`] },
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
    const primaryOf = severalHosts('?target_session_attrs=read-write');
    expect(await runAt(primaryOf, 'upgrade', '--yes', '--no-backup')).toMatchObject({
      status: 0,
      result: 'upgraded',
      target: { port: replicated.primary.port },
    });
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
