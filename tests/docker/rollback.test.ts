import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';

/** PostgreSQL prints a list in a CHECK otherwise after a dump and restore, so those lines are left out. */
const stateOf = async (container: PostgresContainer) =>
  [(await catalogLines(container)).filter((line) => !line.includes(' = ANY (')), await tableContents(container)];

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
    expect(history?.map(({ operation, backupFile }) => [operation, backupFile])).toEqual([['rollback', backup?.file], ['repair', null]]);

    expect(await run('restore', backup?.file ?? '', '--yes', '--while-running')).toMatchObject({ exitCode: 0, result: 'restored' });
    expect(await stateOf(container)).toEqual(before);
  });

  it('changes nothing when there is no place for the backup', async () => {
    const before = await stateOf(container);
    const { exitCode, error } = await run('rollback', '--yes', '--discard-rows', '--backup-dir', '/dev/null/none');
    expect({ exitCode, error }).toMatchObject({ exitCode: 3, error: { code: 'YF342', changed: false } });
    expect(await stateOf(container)).toEqual(before);
  });
});
