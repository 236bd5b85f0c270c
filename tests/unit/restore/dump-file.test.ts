import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
  for (const [name, why] of [['missing.dump', 'there is no such file'], ['sub', 'it is a folder']] as const) {
    const error = await failureOf(UpgradeError, () => openDumpFile(join(folder, name)));
    expect(error).toMatchObject({ code: 'YF106', exitCode: 2 });
    expect(error.message).toContain(why);
  }
});

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
