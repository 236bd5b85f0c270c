import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backupName } from '../../../src/backup/file.js';
import { doubtOf, lastBackup } from '../../../src/backup/last.js';
import { originOf, serverTag } from '../../../src/backup/origin.js';
import { anotherDatabase } from '../../../src/restore/another-database.js';
import type { RecordedRun } from '../../../src/engine/history.js';
import { temporaryFolder } from '../../support/folder.js';

const run = (backupFile: string | null, startedAt: string | null): RecordedRun => ({
  operation: 'upgrade',
  from: '1.3.0',
  to: '1.4.0',
  toolVersion: '0.1.0',
  steps: [],
  startedAt,
  endedAt: startedAt,
  role: 'agent',
  host: 'here',
  backupFile,
});

it('the latest backup of a database is found by its name, whatever else is in the folder', async () => {
  const folder = temporaryFolder();
  const names = [
    'yokeflow-1.3.0-20261120T101112Z.dump',
    'yokeflow-1.3.0-20261121T101112Z-2.dump',
    // Of another database, unfinished, and no backup at all.
    'yokeflow-test-1.3.0-20261122T101112Z.dump',
    'yokeflow-1.3.0-20261122T101112Z.partial',
    'notes.dump',
  ];
  for (const name of names) await writeFile(join(folder, name), 'eleven bytes'.slice(1));
  expect(await lastBackup('yokeflow', folder, [])).toEqual({
    file: join(folder, names[1] ?? ''),
    at: '2026-11-21T10:11:12.000Z',
    bytes: 11,
  });
  expect(await lastBackup('yokeflow-test', folder, [])).toMatchObject({ file: join(folder, names[2] ?? '') });
  expect(await lastBackup('yoke', folder, [])).toBeNull();
});

it('a later one that the database remembers comes first, also where its file is elsewhere', async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'yokeflow-1.3.0-20261120T101112Z.dump'), '');
  const history = [
    run(null, '2026-11-25T00:00:00Z'),
    run('/elsewhere/x.dump', '2026-11-21T02:00:00+02:00'),
    run('/elsewhere/y.dump', null),
  ];
  expect(await lastBackup('yokeflow', folder, history)).toEqual({
    file: '/elsewhere/x.dump',
    at: '2026-11-21T00:00:00.000Z',
    bytes: null,
  });
});

it('a folder that is not there, or is none, holds no backup', async () => {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'file'), '');
  for (const name of ['empty', 'file', 'missing'])
    expect(await lastBackup('yokeflow', join(folder, name), [])).toBeNull();
});

it('a file whose name tells no day that there is, is no backup of ours', async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'yokeflow-1.3.0-20261399T101112Z.dump'), '');
  expect(await lastBackup('yokeflow', folder, [])).toBeNull();
});

const here = { systemIdentifier: '7312345678901234567', startedAt: null, databaseOid: 16384, database: 'yokeflow' };
const nameOf = (day: number, identity?: typeof here) =>
  `${backupName('yokeflow', '1.3.0', new Date(Date.UTC(2026, 10, day)), identity)}.dump`;

it('a backup carries which server and which database it is of, and is found by that', async () => {
  const folder = temporaryFolder();
  const own = nameOf(20, here);
  expect(own).toMatch(/^yokeflow-1\.3\.0-20261120T000000Z\.[0-9a-f]{8}-16384\.dump$/);
  expect(originOf(own)).toEqual({
    at: '2026-11-20T00:00:00Z',
    server: serverTag(here.systemIdentifier),
    databaseOid: 16384,
  });
  const names = [
    own,
    nameOf(25, { ...here, systemIdentifier: '7312345678901234568' }),
    nameOf(24, { ...here, databaseOid: 5 }),
    nameOf(23),
  ];
  for (const name of names) await writeFile(join(folder, name), '');
  // Later ones are of another server, of an earlier database of this name, and of nobody knows what.
  expect(await lastBackup('yokeflow', folder, [], here)).toMatchObject({ file: join(folder, own), certain: true });
  await rm(join(folder, own));
  expect(await lastBackup('yokeflow', folder, [], here)).toMatchObject({
    file: join(folder, nameOf(24, { ...here, databaseOid: 5 })),
    earlier: true,
  });
  await rm(join(folder, nameOf(24, { ...here, databaseOid: 5 })));
  const doubtful = await lastBackup('yokeflow', folder, [], here);
  expect(doubtful).toMatchObject({ file: join(folder, nameOf(23)) });
  expect(doubtOf(doubtful!)).toContain('may be of another database');
  await rm(join(folder, nameOf(23)));
  expect(await lastBackup('yokeflow', folder, [], here)).toBeNull();
});

it('a second one of the same second is found as well, and a database whose name looks like a backup', async () => {
  const folder = temporaryFolder();
  const second = nameOf(20, here).replace('.dump', '-2.dump');
  await writeFile(join(folder, second), '');
  expect(await lastBackup('yokeflow', folder, [], here)).toMatchObject({ file: join(folder, second), certain: true });
  expect(originOf(`my-db-1.3-${nameOf(20, here)}`)).toMatchObject({ databaseOid: 16384 });
  expect(originOf('renamed.dump')).toBeUndefined();
});

it('a record that a dump brought from another server tells of no backup of this one', async () => {
  const folder = temporaryFolder();
  const elsewhere = { ...run('/theirs.dump', '2026-11-25T00:00:00Z'), server: '1', databaseOid: 16384 };
  const own = { ...run('/own.dump', '2026-11-20T00:00:00Z'), server: here.systemIdentifier, databaseOid: 16384 };
  expect(await lastBackup('yokeflow', folder, [elsewhere, own], here)).toMatchObject({
    file: '/own.dump',
    certain: true,
  });
  expect(await lastBackup('yokeflow', folder, [elsewhere], here)).toBeNull();
});

describe('a backup that is to be restored', () => {
  const archive = (file: string, database: string | undefined = 'yokeflow') => ({ file: `/b/${file}`, database });
  const destination = { database: 'yokeflow', identity: here, isThere: true };
  it.each<[string, RegExp | undefined, Parameters<typeof anotherDatabase>]>([
    ['of this very database', undefined, [archive(nameOf(20, here)), destination]],
    ['of another server', /on another server/, [archive(nameOf(20, { ...here, systemIdentifier: '1' })), destination]],
    [
      'of another database of this server',
      /the database other on this server/,
      [archive(nameOf(20, { ...here, databaseOid: 5 }), 'other'), destination],
    ],
    [
      'of one that was dropped or restored over since',
      /an earlier database yokeflow/,
      [archive(nameOf(20, { ...here, databaseOid: 5 })), destination],
    ],
    [
      'of one that is gone, whose place it takes',
      undefined,
      [archive(nameOf(20, { ...here, databaseOid: 5 })), { ...destination, isThere: false }],
    ],
    ['without an identity, and of the same name', undefined, [archive('renamed.dump'), destination]],
    [
      'without an identity, and of another name',
      /the database other, and is to take the place of yokeflow/,
      [archive('renamed.dump', 'other'), destination],
    ],
    [
      'of a database that was renamed since',
      undefined,
      [archive(nameOf(20, here), 'yokeflow'), { ...destination, database: 'renamed' }],
    ],
    [
      'for a server that tells nothing of itself',
      undefined,
      [archive(nameOf(20, here)), { ...destination, identity: undefined }],
    ],
  ])('%s', (_, said, args) => {
    const finding = anotherDatabase(...args);
    if (said === undefined) expect(finding).toBeUndefined();
    else expect(finding).toMatchObject({ code: 'YF817', title: expect.stringMatching(said) as string });
  });
});
