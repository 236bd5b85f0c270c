import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { UpgradeError } from '../../../src/errors/error.js';
import { openDumpFile } from '../../../src/restore/dump-file.js';
import { temporaryFolder } from '../../support/folder.js';
import { failureOf } from '../detect/machine.js';

it('takes what begins as an archive does', async () => {
  const path = join(temporaryFolder(), 'a.dump');
  writeFileSync(path, 'PGDMP and more');
  expect(await openDumpFile(path)).toEqual({ path, bytes: 14 });
});

it('is wrong usage where there is no file to read', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'sub'));
  for (const [name, why] of [
    ['missing.dump', 'there is no such file'],
    ['sub', 'it is a folder'],
  ] as const) {
    const error = await failureOf(UpgradeError, () => openDumpFile(join(folder, name)));
    expect(error).toMatchObject({ code: 'YF106', exitCode: 2 });
    expect(error.message).toContain(why);
  }
});

it.skipIf(process.platform === 'win32')(
  'is wrong usage at once where it is no file: nobody waits for what may never come',
  async () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    execFileSync('mkfifo', [at('pipe')]);
    symlinkSync(at('pipe'), at('link.dump'));
    const server = createServer().listen(at('socket'));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    for (const [path, kind] of [
      [at('pipe'), 'a pipe'],
      [at('link.dump'), 'a pipe'],
      [at('socket'), 'a socket'],
      ['/dev/null', 'a device'],
      [folder, 'a folder'],
    ] as const) {
      const error = await failureOf(UpgradeError, () => openDumpFile(path));
      expect(error).toMatchObject({ code: 'YF106', exitCode: 2, changed: false });
      expect(error.message).toBe(`${path} cannot be restored from: it is ${kind}, and a backup has to be a file.`);
    }
  },
);

it.each([
  ['', /it is empty/, /another backup/],
  ['garbage', /does not begin with PGDMP/, /another backup/],
  ['--\n-- PostgreSQL database dump\n--\n', /SQL text/, /psql/],
  ['\\restrict abc\nSET x = 1;', /SQL text/, /psql/],
])('refuses %j, and says what it is', async (content, found, remedy) => {
  const path = join(temporaryFolder(), 'a.dump');
  writeFileSync(path, content);
  const error = await failureOf(UpgradeError, () => openDumpFile(path));
  expect(error).toMatchObject({ code: 'YF344', exitCode: 3, changed: false });
  expect(error.found.join()).toMatch(found);
  expect(error.remedy).toMatch(remedy);
});
