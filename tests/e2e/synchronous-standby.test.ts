import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { databaseAt } from '../support/databases.js';
import { scenarioSql } from '../support/fixtures.js';
import { keptFolder } from '../support/folder.js';
import { startReplicated, type ReplicatedDatabase } from '../support/standby.js';

describe('a synchronous standby that is missing', () => {
  const { folder, remove } = keptFolder();
  const dump = join(folder, 'a.dump');
  let replicated: ReplicatedDatabase;
  beforeAll(async () => {
    writeFileSync(dump, 'PGDMP');
    replicated = await startReplicated(scenarioSql('1.3.0'));
    await replicated.primary.query(
      `CREATE ROLE low LOGIN PASSWORD '${replicated.primary.password}' CREATEDB; GRANT agent TO low`,
    );
    // The test server confirms without the disk.
    for (const role of ['agent', 'low'])
      await replicated.primary.query(`ALTER ROLE ${role} SET synchronous_commit = on`);
  });
  afterAll(async () => {
    await replicated?.stop();
    remove();
  });

  /** Whom a COMMIT waits for from now on. */
  const waitFor = async (names: string, there: number | null) => {
    const query = <T extends object>(sql: string) => replicated.primary.query<T & Record<string, unknown>>(sql);
    await query(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
    await query('SELECT pg_reload_conf()');
    for (const deadline = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const [row] = await query<{ names: string; there: number }>(
        `SELECT current_setting('synchronous_standby_names') AS names, (SELECT count(*)::int FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) AS there`,
      );
      if (row?.names === names && (there === null || row.there === there)) return;
      if (Date.now() > deadline) throw new Error(`not ${names} with ${there}: ${JSON.stringify(row)}`);
    }
  };
  const run = async (user: 'agent' | 'low', ...args: string[]) => {
    const result = await runCommand(
      [...args, '--json', '--database-url', replicated.primary.url.replace('agent', user)],
      { cwd: folder },
    );
    const document = result.json();
    return { status: result.exitCode, ...document, codes: document.findings.map(({ code }) => code) };
  };
  const state = async () => [await catalogLines(replicated.primary), await tableContents(replicated.primary)];

  it.each<[string, string, string[][]]>([
    [
      'another one is there',
      'nobody',
      [
        ['upgrade', '--yes', '--no-backup'],
        ['upgrade', '--dry-run'],
        ['rehearse'],
        ['restore', dump, '--yes', '--while-running'],
      ],
    ],
    ['of several only one is there', 'FIRST 2 (*)', [['upgrade', '--yes', '--no-backup']]],
    [
      'any two of those that are named have to be there',
      'ANY 2 (standby, "FIRST 1 (", *)',
      [['upgrade', '--yes', '--no-backup']],
    ],
  ])('is told before anything begins where %s', async (_, names, commands) => {
    await waitFor(names, names === 'nobody' ? 0 : 1);
    const before = await state();
    for (const args of commands) {
      const refused = await run('agent', ...args);
      expect(refused, args.join(' ')).toMatchObject({
        status: 3,
        result: 'refused',
        error: { code: 'YF320', changed: false },
      });
      expect(refused.error?.found).toEqual(expect.arrayContaining([`synchronous_standby_names: ${names}`]));
    }
    const plan = await run('agent', 'plan');
    expect(plan).toMatchObject({ status: 10, codes: expect.arrayContaining(['YF320']) as string[] });
    // A look commits nothing.
    expect(await run('agent', 'verify')).toMatchObject({ status: 10 });
    const report = await runCommand(['report', '--format', 'json', '--database-url', replicated.primary.url]);
    expect(report.stdout).toContain('YF320');
    expect(await state()).toEqual(before);
    expect(
      await databaseAt(replicated.primary, 'postgres').query(
        `SELECT datname FROM pg_database WHERE datname ~ 'yokeflow_'`,
      ),
    ).toEqual([]);
  });

  it('is a finding, and no refusal, where the role may not see it; unless too few are connected at all', async () => {
    await waitFor('nobody', 0);
    const unknown = await run('low', 'upgrade', '--dry-run');
    expect(unknown).toMatchObject({
      status: 0,
      result: 'planned',
      codes: expect.arrayContaining(['YF819']) as string[],
    });
    await waitFor('2 (a, b)', null);
    expect(await run('low', 'upgrade', '--dry-run')).toMatchObject({ status: 3, error: { code: 'YF320' } });
  });

  it('does not matter where a COMMIT does not wait, and one that is there is none', async () => {
    await waitFor('nobody', 0);
    await replicated.primary.query(
      'BEGIN; SET LOCAL synchronous_commit = local; ALTER ROLE low SET synchronous_commit = local; COMMIT',
    );
    expect((await run('low', 'plan')).codes).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/YF320|YF819/)]),
    );
    expect(await run('low', 'upgrade', '--dry-run')).toMatchObject({ status: 0 });
    await waitFor('ANY 1 (*)', 1);
    expect(await run('agent', 'upgrade', '--yes', '--no-backup')).toMatchObject({ status: 0, result: 'upgraded' });
    await waitFor('nobody', 0);
    expect(await run('agent', 'rollback', '--yes', '--no-backup')).toMatchObject({
      status: 3,
      error: { code: 'YF320' },
    });
    await waitFor('', 0);
    expect(await run('agent', 'rollback', '--yes', '--no-backup')).toMatchObject({ status: 0, result: 'rolled-back' });
  });
});
