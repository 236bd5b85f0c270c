import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

describe('--database-url-file', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database?.drop());

  const written = (text: string, mode = 0o600) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'url'), text);
    chmodSync(join(cwd, 'url'), mode);
    return cwd;
  };
  const status = async (cwd: string, ...more: string[]) => {
    const result = await runCommand(['status', '--json', '--database-url-file', 'url', ...more], { cwd });
    expect(result.stdout + result.stderr).not.toContain(database.password);
    return { status: result.exitCode, ...result.json() };
  };

  it('leads to the database, password and all, and the next command names the file again', async () => {
    const cwd = written(`${database.url}\n`);
    expect(await status(cwd)).toMatchObject({
      status: 10,
      target: { port: database.port, database: database.name, reason: '--database-url-file url was given' },
    });
    const { stdout, stderr, exitCode } = await runCommand(['status', '--database-url-file', 'url'], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 10, stderr: '' });
    expect(stdout).toContain('yokeflow-upgrade upgrade --database-url-file url');
  });

  it('takes keywords with values, over several lines, and Windows line ends', async () => {
    const { host, port, user, password, name } = database;
    const text = `host=${host}\r\nport=${port} user=${user}\r\npassword='${password}' dbname=${name}\r\n`;
    expect(await status(written(text))).toMatchObject({ status: 10, target: { database: name } });
  });

  it.skipIf(process.platform === 'win32')('is used, and named as a finding, where others may read it', async () => {
    const { findings } = await status(written(database.url, 0o644));
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'YF833', title: expect.stringContaining('0644') as string }),
    );
    expect((await status(written(database.url))).findings.map(({ code }) => code)).not.toContain('YF833');
  });

  it('is wrong usage where it cannot be read, at once', async () => {
    const folder = temporaryFolder();
    expect(await status(folder)).toMatchObject({
      status: 2,
      error: { code: 'YF207', found: ['there is no such file'] },
    });
    mkdirSync(join(folder, 'url'));
    expect(await status(folder)).toMatchObject({
      status: 2,
      error: { code: 'YF207', found: [expect.stringContaining('folder') as string] },
    });
    if (process.platform === 'win32') return;
    const other = temporaryFolder();
    execFileSync('mkfifo', [join(other, 'url')]);
    expect(await status(other)).toMatchObject({
      status: 2,
      error: { code: 'YF207', found: [expect.stringContaining('named pipe') as string] },
    });
  });

  it('is wrong usage where what it holds is no connection, and nothing of it is shown', async () => {
    for (const text of [
      '',
      'hidden-s3cret\n',
      'host=h password=hidden s3cret',
      'postgresql://agent:hidden-s3cret@h:x/d',
    ]) {
      const result = await runCommand(['status', '--json', '--database-url-file', 'url'], { cwd: written(text) });
      expect({ exitCode: result.exitCode, code: result.json().error?.code }).toEqual({ exitCode: 2, code: 'YF209' });
      expect(result.stdout).not.toMatch(/hidden|s3cret/);
    }
  });

  it('excludes other ways of naming the database', async () => {
    for (const other of [
      ['--container', 'x'],
      ['--database-url', database.url],
    ])
      expect(await status(written(database.url), ...other)).toMatchObject({ status: 2, error: { code: 'YF103' } });
  });

  it('asks for nothing without a terminal, and names itself', async () => {
    const result = await runCommand(['status', '--json', '--database-url-file', '-'], { input: `${database.url}\n` });
    expect(result.exitCode).toBe(2);
    expect(result.json().error).toMatchObject({
      code: 'YF102',
      message: expect.stringContaining('--database-url-file -') as string,
    });
  });
});
