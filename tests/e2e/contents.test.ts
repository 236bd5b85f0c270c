import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { temporaryFolder } from '../support/folder.js';

describe('what a database holds', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database?.drop());
  const status = (...args: string[]) => runCommand(['status', '--database-url', database.url, ...args]);

  it('is counted, in text and in JSON', async () => {
    const count = async (table: string) =>
      (await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n;
    const [projects, sessions, tasks] = [await count('projects'), await count('sessions'), await count('tasks')];
    expect((await status()).stdout).toContain(
      `  Holds      ${projects} projects, ${sessions} sessions, ${tasks} tasks\n`,
    );
    expect((await status('--json')).json().contents).toMatchObject([
      { table: 'projects', rows: projects, exact: true },
      { table: 'sessions', rows: sessions },
      { table: 'tasks', rows: tasks },
    ]);
  });

  it('and its last backup are told', async () => {
    const folder = temporaryFolder();
    const file = join(folder, `${database.name}-1.3.0-20261120T101112Z.dump`);
    writeFileSync(file, 'x'.repeat(2048));
    expect((await status('--backup-dir', folder)).stdout).toContain(
      `  Backed up  2026-11-20 10:11 UTC, 2.0 kB: ${file}\n`,
    );
    expect((await status('--backup-dir', folder, '--json')).json().lastBackup).toEqual({
      file,
      at: '2026-11-20T10:11:12.000Z',
      bytes: 2048,
    });
  });
});
