import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupName, PartialFile } from '../../../src/backup/file.js';
import { partialName } from '../../../src/backup/remains.js';
import { temporaryFolder } from '../../support/folder.js';

const now = new Date('2026-11-23T02:19:31.987Z');

it.each([
  ['yokeflow', 'yokeflow-1.3.0-20261123T021931Z'],
  ['../etc/pass wd', '_./etc/pass wd'.replace(/[/ ]/g, '_') + '-1.3.0-20261123T021931Z'],
  ['.hidden', '_hidden-1.3.0-20261123T021931Z'],
  ['Größe', 'Gr__e-1.3.0-20261123T021931Z'],
])('a backup of %j is called %s', (database, name) => {
  expect(backupName(database, '1.3.0', now)).toBe(name);
});

it('is a .partial of this user alone until it is published', async () => {
  const folder = temporaryFolder();
  const file = await PartialFile.create(folder, 'a');
  await file.write(Buffer.from('one '));
  await file.write(Buffer.from('two'));
  expect(readdirSync(folder)).toEqual([partialName('a')]);
  await file.flush();
  expect(await file.publish()).toBe(join(folder, 'a.dump'));
  expect(readdirSync(folder)).toEqual(['a.dump']);
  expect(readFileSync(join(folder, 'a.dump'), 'utf8')).toBe('one two');
  if (process.platform !== 'win32') expect(statSync(join(folder, 'a.dump')).mode & 0o777).toBe(0o600);
});

it('replaces no file: neither a backup nor another .partial', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.dump'), 'older');
  writeFileSync(join(folder, partialName('a')), "somebody else's");
  const file = await PartialFile.create(folder, 'a');
  await file.write(Buffer.from('newer'));
  await file.flush();
  expect(await file.publish()).toBe(join(folder, 'a-2.dump'));
  const contents = readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  expect(contents).toEqual(
    [
      ['a-2.dump', 'newer'],
      [partialName('a'), "somebody else's"],
      ['a.dump', 'older'],
    ].sort(),
  );
});

it('leaves nothing when it is discarded, written to or not, flushed or not', async () => {
  const folder = temporaryFolder();
  const one = await PartialFile.create(folder, 'a');
  await one.write(Buffer.from('x'));
  await one.flush();
  await one.discard();
  const two = await PartialFile.create(folder, 'b');
  await two.discard();
  await two.discard();
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves nothing when the program ends in the middle', async () => {
  const folder = temporaryFolder();
  const before = process.listeners('exit');
  const file = await PartialFile.create(folder, 'a');
  const added = process.listeners('exit').filter((listener) => !before.includes(listener));
  expect(added).toHaveLength(1);
  added[0]!(0);
  process.off('exit', added[0]!);
  expect(existsSync(join(folder, partialName('a')))).toBe(false);
  // Node 26 takes a file that nobody closes for an error.
  await file.discard();
});
