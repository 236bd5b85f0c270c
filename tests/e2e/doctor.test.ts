import { chmodSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

let [database, empty]: TestDatabase[] = [];
beforeAll(async () => {
  [database, empty] = await Promise.all([createDatabase({ sql: scenarioSql('1.3.0') }), createDatabase()]);
});
afterAll(() => Promise.all([database?.drop(), empty?.drop()]));

const DUE = 10;

async function doctor(args: string[], options: Parameters<typeof runCommand>[1] = {}) {
  const began = Date.now();
  const result = await runCommand(['doctor', '--json', ...args], options);
  return { ...result, ms: Date.now() - began, doctor: result.json().doctor, outcome: result.json() };
}

it('shows every place that was looked in, in order, and that nothing was found', async () => {
  const { exitCode, doctor: found, outcome } = await doctor([]);
  expect(exitCode).toBe(4);
  expect(outcome.error?.code).toMatch(/^YF2/);
  const { tried, verdict } = found!;
  expect(tried[0]).toMatchObject({ part: 'program', ok: true });
  expect(tried.filter(({ part }) => part === 'named')).toEqual([
    { part: 'named', what: 'DATABASE_URL', ok: false, reason: 'not set' },
    { part: 'named', what: 'PG* variables', ok: false, reason: expect.stringContaining('PGHOST') as string },
    { part: 'named', what: expect.stringMatching(/\.env$/) as string, ok: false, reason: expect.any(String) as string },
  ]);
  expect(tried.some(({ part, ok, what }) => part === 'container' && !ok && what.includes('no-engine'))).toBe(true);
  expect(tried.at(-1)).toMatchObject({ part: 'backup', ok: true });
  expect(verdict).toBe(`${outcome.error?.code}  ${outcome.error?.message}`);
  // The same on a screen: one line each, and the verdict in one.
  const { stdout, stderr } = await runCommand(['doctor']);
  expect(stdout.split('\n').filter((line) => /^ {4}[✔✘]/.test(line))).toHaveLength(tried.length);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(`✘ ${verdict}`);
  expect(stderr).toContain('Next:');
});

it('shows the way to the database that was found, with what is due and whether a backup can be made', async () => {
  const { exitCode, doctor: found, outcome } = await doctor([], { env: { DATABASE_URL: database!.url } });
  expect(exitCode).toBe(0);
  expect(outcome).toMatchObject({
    result: 'found',
    version: { release: '1.3.0' },
    target: { database: database!.name },
  });
  const named = found!.tried.filter(({ part }) => part === 'named');
  expect(named[0]).toMatchObject({ what: 'DATABASE_URL', ok: true });
  expect(named[0]?.reason).toContain(database!.name);
  expect(named[1]?.reason).toBe('not looked at, because DATABASE_URL comes before it');
  expect(found!.tried.filter(({ part }) => part === 'connection').map(({ ok }) => ok)).toEqual([true, true]);
  expect(found!.tried.filter(({ part }) => part === 'database').at(-1)).toMatchObject({
    what: 'YokeFlow 1.3.0',
    ok: true,
    reason: 'an upgrade to 1.4.0 is due',
  });
  expect(found!.tried.filter(({ part }) => part === 'backup')).toHaveLength(2);
  expect(found!.verdict).toMatch(/^YokeFlow 1\.3\.0 was found: .*an upgrade to 1\.4\.0 is due\.$/);
  // doctor is no verdict on the release: status is.
  expect((await runCommand(['status', '--database-url', database!.url])).exitCode).toBe(DUE);
});

it('says how far it came where the password, the database or the schema is wrong, and shows no secret', async () => {
  const wrong = new URL(database!.url);
  wrong.password = 'hunter2-secret';
  const login = await doctor(['--database-url', wrong.href]);
  expect([login.exitCode, login.outcome.error?.code]).toEqual([4, 'YF205']);
  expect(login.doctor!.tried.filter(({ part }) => part === 'connection').map(({ ok }) => ok)).toEqual([true, false]);
  expect(login.stdout + login.stderr).not.toContain('hunter2-secret');

  const missing = new URL(database!.url);
  missing.pathname = '/no_such_database';
  const none = await doctor(['--database-url', missing.href]);
  expect([none.exitCode, none.outcome.error?.code]).toEqual([4, 'YF206']);
  expect(none.doctor!.tried.find(({ part }) => part === 'database')).toMatchObject({ ok: false });

  const nothing = await doctor(['--database-url', empty!.url]);
  expect([nothing.exitCode, nothing.outcome.error?.code]).toEqual([3, 'YF301']);
  expect(nothing.outcome.error?.remedy).toContain('--init');
  expect(nothing.doctor!.tried.find(({ what }) => what === 'schema public')).toMatchObject({ ok: false });
});

it('takes no longer than a few seconds where nothing answers', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  try {
    const { port } = silent.address() as { port: number };
    const {
      exitCode,
      ms,
      doctor: found,
    } = await doctor(['--database-url', `postgresql://agent@127.0.0.1:${port}/yokeflow`]);
    expect(exitCode).toBe(4);
    expect(found!.tried.find(({ part }) => part === 'connection')).toMatchObject({ ok: false });
    // A start of Node on a busy machine is in it too.
    expect(ms).toBeLessThan(10_000);
  } finally {
    silent.close();
  }
});

it('names a folder for backups that cannot be written to, and still has found the database', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  chmodSync(file, 0o600);
  const { exitCode, doctor: found } = await doctor(['--database-url', database!.url, '--backup-dir', file]);
  expect(exitCode).toBe(0);
  expect(found!.tried.at(-1)).toMatchObject({ part: 'backup', ok: false });
  expect(found!.tried.at(-1)?.reason).toContain('YF342');
});

it('an option that cannot be meant is a wrong usage', async () => {
  const { exitCode, outcome } = await doctor(['--database-url', 'mysql://x']);
  expect([exitCode, outcome.error?.code]).toEqual([2, 'YF209']);
});
