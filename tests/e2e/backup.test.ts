import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLocalPrograms, fitting } from '../../src/database/programs/find-local.js';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

const programs = await findLocalPrograms();
const major = await connected(
  testServer(),
  'postgres',
  async (client) =>
    (await client.query<{ major: number }>(`SELECT current_setting('server_version_num')::int / 10000 AS major`))
      .rows[0]?.major ?? 0,
);
const fits = fitting(programs, major) === undefined ? undefined : 'skipped: this machine has a pg_dump that fits';

describe('where no pg_dump fits the server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database?.drop());

  it.skipIf(fits).each([[['upgrade', '--yes']], [['backup']]])(
    `%j is refused with how to get one, and nothing changes${fits ? ` (${fits})` : ''}`,
    async (args) => {
      const before = [await catalogLines(database), await tableContents(database)];
      const cwd = temporaryFolder();
      const result = await runCommand([...args, '--json', '--database-url', database.url], { cwd });
      expect(result.exitCode).toBe(3);
      const { error, backup } = expectDocument(result);
      expect({ ...error, backup }).toMatchObject({ code: 'YF341', changed: false, backup: null });
      expect(error?.remedy).toMatch(new RegExp(`${major}.*--no-backup`));
      expect(error?.found.join('\n')).toMatch(programs.length > 0 ? /is older than the server/ : /no pg_dump/);
      expect(readdirSync(cwd)).toEqual([]);
      expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
    },
  );

  it('a dry run needs none', async () => {
    expect(await runCommand(['upgrade', '--dry-run', '--database-url', database.url])).toMatchObject({ exitCode: 0 });
  });
});

describe('restore', () => {
  it('asks nothing without a terminal, and says what to add', async () => {
    const result = await runCommand(['restore', 'any.dump', '--json']);
    expect(result.exitCode).toBe(2);
    expect(expectDocument(result).error).toMatchObject({
      code: 'YF102',
      remedy: expect.stringContaining('--yes') as string,
    });
  });

  it('looks at the file before it looks for a database', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.sql'), '-- SQL\nSELECT 1;\n');
    expect(expectDocument(await runCommand(['restore', join(folder, 'none.dump'), '--yes', '--json']))).toMatchObject({
      exitCode: 2,
      error: { code: 'YF106' },
    });
    expect(expectDocument(await runCommand(['restore', join(folder, 'a.sql'), '--yes', '--json']))).toMatchObject({
      exitCode: 3,
      error: { code: 'YF344' },
    });
  });

  it('needs a role that may make databases, and says how it becomes one', async () => {
    const role = 'may_make_no_database';
    const database = await createDatabase({ sql: scenarioSql('1.3.0'), owner: role });
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.dump'), 'PGDMP');
    const before = [await catalogLines(database), await tableContents(database)];
    const result = await runCommand([
      'restore',
      join(folder, 'a.dump'),
      '--yes',
      '--json',
      '--database-url',
      database.url,
    ]);
    expect(expectDocument(result)).toMatchObject({
      exitCode: 3,
      error: { code: 'YF345', changed: false, remedy: expect.stringContaining('CREATEDB') as string },
    });
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
    await database.drop();
  });
});
