import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';

/** PostgreSQL prints a list in a CHECK otherwise after a dump and restore, so those lines are left out. */
const stateOf = async (container: PostgresContainer) => [
  (await catalogLines(container)).filter((line) => !line.includes(' = ANY (')),
  await tableContents(container),
];

describeWithEngine('a rollback in a container', () => {
  let container: PostgresContainer;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-backups-'));
    container = await startPostgresContainer({ sql: scenarioSql('1.4.0-as-documented') });
  });
  afterEach(async () => {
    await container.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(...args: string[]) {
    const result = await runCommand([...args, '--json'], { engine: true });
    return { ...expectDocument(result), exitCode: result.exitCode };
  }

  it('backs up what it gives up, and the backup brings all of it back', async () => {
    expect(await run('upgrade', '--yes', '--no-backup')).toMatchObject({ exitCode: 0, result: 'repaired' });
    const before = await stateOf(container);
    const { exitCode, result, backup } = await run('rollback', '--yes', '--discard-rows', '--backup-dir', folder);
    expect({ exitCode, result }).toEqual({ exitCode: 0, result: 'rolled-back' });
    expect(await readdir(folder)).toHaveLength(1);
    const { history, version } = await run('status');
    expect(version).toMatchObject({ state: 'upgrade-available', release: '1.3.0' });
    expect(history?.map(({ operation, backupFile }) => [operation, backupFile])).toEqual([
      ['rollback', backup?.file],
      ['repair', null],
    ]);

    expect(await run('restore', backup?.file ?? '', '--yes', '--while-running')).toMatchObject({
      exitCode: 0,
      result: 'restored',
    });
    expect(await stateOf(container)).toEqual(before);
  });

  it('drops nothing where rows were written after the backup and before the lock, in equal number', async () => {
    expect(await run('upgrade', '--yes', '--no-backup')).toMatchObject({ exitCode: 0, result: 'repaired' });
    const writer = new pg.Client({ ...(await container.address()), database: 'yokeflow' });
    await writer.connect();
    // The backup reads beside it; the rollback waits for it.
    await writer.query(`BEGIN; CREATE TEMPORARY TABLE late AS SELECT * FROM notification_preferences LIMIT 1;
      DELETE FROM notification_preferences WHERE id = (SELECT id FROM late); UPDATE late SET id = gen_random_uuid(); INSERT INTO notification_preferences SELECT * FROM late`);
    const rolling = run('rollback', '--yes', '--discard-rows', '--backup-dir', folder);
    for (
      const deadline = Date.now() + 60_000;
      !(await readdir(folder)).some((name) => name.endsWith('.dump'));
      await sleep(50)
    ) {
      if (Date.now() > deadline) throw new Error(`there was no backup: ${JSON.stringify(await rolling)}`);
    }
    await writer.query('COMMIT');
    const before = await stateOf(container);
    await writer.end();
    expect(await rolling).toMatchObject({
      exitCode: 1,
      error: { code: 'YF505', changed: false, found: ['written to since the backup: notification_preferences'] },
      backup: { file: expect.any(String) as string },
    });
    expect(await stateOf(container)).toEqual(before);
    expect(await run('rollback', '--yes', '--discard-rows', '--backup-dir', folder)).toMatchObject({
      exitCode: 0,
      result: 'rolled-back',
    });
  });

  it('changes nothing when there is no place for the backup', async () => {
    const before = await stateOf(container);
    const { exitCode, error } = await run('rollback', '--yes', '--discard-rows', '--backup-dir', '/dev/null/none');
    expect({ exitCode, error }).toMatchObject({ exitCode: 3, error: { code: 'YF342', changed: false } });
    expect(await stateOf(container)).toEqual(before);
  });
});
