import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastBackup } from '../../../src/backup/last.js';
import type { RecordedRun } from '../../../src/upgrade/history.js';
import { temporaryFolder } from '../../support/folder.js';

const run = (backupFile: string | null, startedAt: string | null): RecordedRun => (
  { operation: 'upgrade', from: '1.3.0', to: '1.4.0', toolVersion: '0.1.0', steps: [], startedAt, endedAt: startedAt, role: 'agent', host: 'here', backupFile });

it('the latest backup of a database is found by its name, whatever else is in the folder', async () => {
  const folder = temporaryFolder();
  const names = [
    'yokeflow-1.3.0-20261120T101112Z.dump',
    'yokeflow-1.3.0-20261121T101112Z-2.dump',
    // Of another database, unfinished, and no backup at all.
    'yokeflow-test-1.3.0-20261122T101112Z.dump', 'yokeflow-1.3.0-20261122T101112Z.partial', 'notes.dump',
  ];
  for (const name of names) await writeFile(join(folder, name), 'eleven bytes'.slice(1));
  expect(await lastBackup('yokeflow', folder, [])).toEqual({ file: join(folder, names[1] ?? ''), at: '2026-11-21T10:11:12.000Z', bytes: 11 });
  expect(await lastBackup('yokeflow-test', folder, [])).toMatchObject({ file: join(folder, names[2] ?? '') });
  expect(await lastBackup('yoke', folder, [])).toBeNull();
});

it('a later one that the database remembers comes first, also where its file is elsewhere', async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'yokeflow-1.3.0-20261120T101112Z.dump'), '');
  const history = [run(null, '2026-11-25T00:00:00Z'), run('/elsewhere/x.dump', '2026-11-21T02:00:00+02:00'), run('/elsewhere/y.dump', null)];
  expect(await lastBackup('yokeflow', folder, history)).toEqual({ file: '/elsewhere/x.dump', at: '2026-11-21T00:00:00.000Z', bytes: null });
});

it('a folder that is not there, or is none, holds no backup', async () => {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'file'), '');
  for (const name of ['empty', 'file', 'missing']) expect(await lastBackup('yokeflow', join(folder, name), [])).toBeNull();
});

it('a file whose name tells no day that there is, is no backup of ours', async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'yokeflow-1.3.0-20261399T101112Z.dump'), '');
  expect(await lastBackup('yokeflow', folder, [])).toBeNull();
});
