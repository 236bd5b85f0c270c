import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DEFAULT_FOLDER, inspectFolder, makeFolder, requireKept, vanishes } from '../../../src/backup/folder.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { temporaryFolder } from '../../support/folder.js';
import { noSmallDisk, smallDisk } from '../../support/small-disk.js';
import { failureOf } from '../detect/machine.js';

it('says how much is free where the folder will be, and makes nothing', async () => {
  const parent = temporaryFolder();
  const { folder, freeBytes } = await inspectFolder(join(parent, 'new', 'one'), 1);
  expect(folder).toBe(join(parent, 'new', 'one'));
  expect(freeBytes).toBeGreaterThan(1_000_000);
  expect(readdirSync(parent)).toEqual([]);
});

it('refuses a folder below a file', async () => {
  const parent = temporaryFolder();
  writeFileSync(join(parent, 'file'), '');
  for (const folder of [join(parent, 'file'), join(parent, 'file', 'below')]) {
    const error = await failureOf(UpgradeError, () => inspectFolder(folder, 1));
    expect(error).toMatchObject({ code: 'YF342', exitCode: 3, changed: false });
    expect(error.remedy).toMatch(/--backup-dir.*--no-backup/);
  }
});

it('refuses more than any disk holds, with both numbers', async () => {
  const error = await failureOf(UpgradeError, () => inspectFolder(temporaryFolder(), 5e18));
  expect(error).toMatchObject({ code: 'YF340', exitCode: 3 });
  expect(error.found.join('\n')).toMatch(/needed: 5000000 TB[\s\S]*free: [\d.]+ [kMGT]?B/);
});

it.skipIf(noSmallDisk)(
  `measures the disk of the folder, not that of its parent${noSmallDisk ? ` (${noSmallDisk})` : ''}`,
  async () => {
    const disk = smallDisk(1_048_576);
    await expect(inspectFolder(join(disk, 'backups'), 1_000_000)).resolves.toMatchObject({ freeBytes: 1_048_576 });
    expect(await failureOf(UpgradeError, () => inspectFolder(join(disk, 'backups'), 1_100_000))).toMatchObject({
      code: 'YF340',
    });
  },
);

it.skipIf(process.platform === 'win32')(
  'makes folders that are closed to others, and leaves those that are there as they are',
  async () => {
    const parent = temporaryFolder();
    mkdirSync(join(parent, 'open'), { mode: 0o755 });
    await makeFolder(join(parent, 'open', 'new', 'one'));
    const mode = (path: string) => (statSync(join(parent, path)).mode & 0o777).toString(8);
    expect([mode('open'), mode('open/new'), mode('open/new/one')]).toEqual(['755', '700', '700']);
    expect(readdirSync(join(parent, 'open', 'new', 'one'))).toEqual([]);
  },
);

it('keeps git away from the default folder, which is often inside a checkout', async () => {
  const [parent, back] = [temporaryFolder(), process.cwd()];
  process.chdir(parent);
  onTestFinished(() => process.chdir(back));
  const { folder } = await inspectFolder(undefined, 1);
  expect(folder).toBe(join(process.cwd(), DEFAULT_FOLDER));
  await makeFolder(folder);
  expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
  await makeFolder(folder);
});

it('knows a folder that goes away with the container of its own image', async () => {
  const inImage = { YOKEFLOW_UPGRADE_IMAGE: '1' };
  // With some storage drivers (vfs, btrfs) the container and the mounted folder are on one device.
  const mountinfo = () => '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:1 /home/me /tmp rw - ext4 /dev/sda1 rw\n';
  expect(await vanishes('/no-such-folder/backups', inImage, mountinfo)).toBe(true);
  expect(await vanishes('/no-such-folder/backups', {}, mountinfo)).toBe(false);
  expect(await vanishes('/tmp/no-such-folder/backups', inImage, mountinfo)).toBe(false);
  await expect(requireKept('/no-such-folder', inImage, mountinfo)).rejects.toMatchObject({
    code: 'YF364',
    exitCode: 3,
  });
  await requireKept('/tmp/no-such-folder', inImage, mountinfo);
});
