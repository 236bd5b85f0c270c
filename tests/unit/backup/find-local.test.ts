import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import {
  candidateFolders,
  findLocalPrograms,
  fitting,
  type LocalPrograms,
} from '../../../src/database/programs/find-local.js';
import { temporaryFolder } from '../../support/folder.js';

const of = (major: number): LocalPrograms => ({
  folder: `/${major}`,
  version: `${major}.4`,
  major,
  pg_dump: '',
  pg_restore: '',
});

it.each([
  [[15], 16, undefined],
  [[15, 16, 17], 16, 16],
  [[18, 17, 13], 16, 17],
  [[], 13, undefined],
])('of the majors %j, for a server %i, %s is taken', (majors, server, taken) => {
  expect(fitting(majors.map(of), server)?.major).toBe(taken);
});

it('begins with the PATH', () => {
  expect(candidateFolders({ PATH: ['/one', '/two', '/one'].join(delimiter) }).slice(0, 2)).toEqual(['/one', '/two']);
});

it.skipIf(process.platform === 'win32')(
  'asks each pg_dump that has a pg_restore beside it for its version, newest first',
  async () => {
    const parent = temporaryFolder();
    const install = (name: string, says: string, programs = ['pg_dump', 'pg_restore']) => {
      const folder = join(parent, name);
      mkdirSync(folder);
      for (const program of programs) {
        writeFileSync(join(folder, program), `#!/bin/sh\n${says}\n`);
        chmodSync(join(folder, program), 0o755);
      }
      return folder;
    };
    const folders = [
      install('debian', "echo 'pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)'"),
      install('beta', "echo 'pg_dump (PostgreSQL) 19beta2'"),
      install('broken', 'exit 1'),
      install('alone', "echo 'pg_dump (PostgreSQL) 17.1'", ['pg_dump']),
      join(parent, 'missing'),
    ];
    const found = await findLocalPrograms(folders);
    expect(found.map(({ folder, version, major }) => [folder, version, major])).toEqual([
      [folders[1], '19beta2', 19],
      [folders[0], '15.18', 15],
    ]);
  },
);
