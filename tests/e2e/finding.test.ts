import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, type CommandOptions } from '../support/command.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

describe('without any database', () => {
  it.each(['upgrade --yes', 'status', 'plan', 'verify'])(
    '%s exits 4 and lists what was tried, each with its reason',
    async (line) => {
      const result = await runCommand([...line.split(' '), '--json']);
      expect(result.exitCode).toBe(4);
      const { error, result: word } = expectDocument(result);
      expect({ word, code: error?.code, changed: error?.changed }).toEqual({
        word: 'not-found',
        code: 'YF201',
        changed: false,
      });
      for (const tried of [
        /no-engine.*not there/i,
        /DATABASE_URL: not set/,
        /PG\* variables: .*PGHOST/,
        /\.env: .*--project/,
      ]) {
        expect(error?.found).toContainEqual(expect.stringMatching(tried));
      }
    },
  );

  it('says the same to people', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['status']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toMatch(/YF201[\s\S]*DATABASE_URL: not set[\s\S]*Next: .*--container NAME.*--database-url URL/);
  });

  it('says why an address that is set does not do', async () => {
    const { json, exitCode } = await runCommand(['status', '--json'], {
      env: { DATABASE_URL: 'postgresql://agent@127.0.0.1:9/yokeflow' },
    });
    expect(exitCode).toBe(4);
    expect(json().error?.found).toContainEqual(expect.stringMatching(/DATABASE_URL.*connection refused/));
  });
});

it('of an engine that is reached over ssh, Node has nothing to warn of', async () => {
  const { exitCode, stderr } = await runCommand(['status', '--json'], {
    env: { DOCKER_HOST: 'ssh://nobody@127.0.0.1:9' },
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: '' });
});

it.skipIf(process.platform === 'win32')('a .env that is a named pipe is exit 2 at once, and is named', async () => {
  const folder = temporaryFolder();
  execFileSync('mkfifo', [join(folder, '.env')]);
  for (const args of [['status'], ['upgrade', '--yes']]) {
    const result = await runCommand([...args, '--json', '--project', folder]);
    expect(result.exitCode).toBe(2);
    expect(expectDocument(result).error).toMatchObject({
      code: 'YF207',
      message: expect.stringContaining(join(folder, '.env')) as string,
      changed: false,
    });
  }
});

describe('an address', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database?.drop());

  const checkout = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'yokeflow-checkout-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, '.env'), `# YokeFlow\nDATABASE_URL=${database.url}\n`);
    return folder;
  };
  const variables = () => ({
    PGHOST: database.host,
    PGPORT: String(database.port),
    PGUSER: database.user,
    PGPASSWORD: database.password,
    PGDATABASE: database.name,
  });

  const ways: [string, RegExp, () => [string[], CommandOptions]][] = [
    ['--database-url', /--database-url/, () => [['--database-url', database.url], {}]],
    ['DATABASE_URL', /DATABASE_URL/, () => [[], { env: { DATABASE_URL: database.url } }]],
    ['PG* variables', /PG\* variables/, () => [[], { env: variables() }]],
    ['the .env of --project', /\.env/, () => [['--project', checkout()], {}]],
    ['the .env of the current folder', /\.env/, () => [[], { cwd: checkout() }]],
    [
      '--database-url, whatever else is set',
      /--database-url/,
      () => [
        ['--database-url', database.url],
        { env: { ...variables(), PGDATABASE: 'other', DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none' } },
      ],
    ],
    [
      'DATABASE_URL before the PG* variables and .env',
      /DATABASE_URL/,
      () => [[], { cwd: checkout(), env: { DATABASE_URL: database.url, PGHOST: 'nowhere.invalid' } }],
    ],
  ];
  it.each(ways)('is taken from %s, and the output says so', async (_, source, way) => {
    const [args, options] = way();
    const result = await runCommand(['status', '--json', ...args], options);
    const { target, version } = expectDocument(result);
    expect(result.exitCode).toBe(10);
    expect({ ...target, release: version?.release }).toMatchObject({
      kind: 'direct',
      host: database.host,
      database: database.name,
      user: 'agent',
      release: '1.3.0',
    });
    expect(target?.reason).toMatch(source);
  });

  it('has its password from PGPASSFILE', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'passwords');
    writeFileSync(file, `${database.host}:${database.port}:*:${database.user}:${database.password}\n`, { mode: 0o600 });
    const url = database.url.replace(`:${database.password}@`, '@');
    // Not a word of pg's about password files either.
    expect(await runCommand(['status', '--database-url', url], { env: { PGPASSFILE: file } })).toMatchObject({
      exitCode: 10,
      stderr: '',
    });
    expect(await runCommand(['status', '--database-url', `${url}?passfile=${encodeURIComponent(file)}`])).toMatchObject(
      { exitCode: 10, stderr: '' },
    );
    expect(await runCommand(['status', '--database-url', url])).toMatchObject({ exitCode: 4 });
    if (process.platform === 'win32') return;
    chmodSync(file, 0o644);
    const open = expectDocument(
      await runCommand(['status', '--json', '--database-url', url], { env: { PGPASSFILE: file } }),
    );
    expect(open.error).toMatchObject({
      code: 'YF217',
      found: expect.arrayContaining([expect.stringMatching(/mode 0644.*ignored/)]) as string[],
      remedy: expect.stringContaining(`chmod 600 ${file}`) as string,
    });
  });

  it('has its password from where the same address stands, and from nowhere else', async () => {
    const url = database.url.replace(`:${database.password}@`, '@');
    const result = await runCommand(['status', '--json', '--database-url', url], { cwd: checkout() });
    expect({ exitCode: result.exitCode, reason: expectDocument(result).target?.reason }).toEqual({
      exitCode: 10,
      reason: expect.stringMatching(/^--database-url was given; its password is from .*\.env$/) as string,
    });
    expect(await runCommand(['status', '--database-url', `${url}_other`], { cwd: checkout() })).toMatchObject({
      exitCode: 4,
    });
  });

  it.each([
    ['PGREQUIREPEER', 'somebody-else'],
    ['PGSSLCRLDIR', '/no/such/lists'],
    ['PGREQUIREAUTH', 'scram-sha-256'],
  ])('with %s, which psql would heed, is exit 2, YF212', async (name, value) => {
    const result = await runCommand(['upgrade', '--yes', '--json', '--database-url', database.url], {
      env: { [name]: value },
    });
    expect(result.exitCode).toBe(2);
    expect(expectDocument(result).error).toMatchObject({
      code: 'YF212',
      changed: false,
      message: expect.stringContaining(name) as string,
    });
    expect(result.stdout + result.stderr).not.toContain(value);
  });

  const useless: [string, string, () => string][] = [
    ['with a wrong password', 'YF205', () => database.url.replace(database.password, 'wrong')],
    ['of a database that does not exist', 'YF206', () => `${database.url}_missing`],
    ['where nothing listens', 'YF204', () => database.url.replace(`:${database.port}`, ':9')],
    ['of a server that must have TLS and has none', 'YF221', () => `${database.url}?sslmode=require`],
  ];
  it.each(useless)('%s is exit 4, %s', async (_, code, url) => {
    const result = await runCommand(['upgrade', '--yes', '--json', '--database-url', url()]);
    expect(result.exitCode).toBe(4);
    expect(expectDocument(result).error).toMatchObject({ code, changed: false });
  });
});
