import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandLineTarget } from '../../../src/detect/direct.js';
import { passwordIn } from '../../../src/detect/password-file.js';
import { machine } from './machine.js';

const address = { host: 'db', port: 5432, database: 'yokeflow', user: 'agent' };

describe('passwordIn', () => {
  it.each<[string, string, string | undefined, object?]>([
    ['the whole address', 'db:5432:yokeflow:agent:s3', 's3'],
    ['stars', '*:*:*:*:s3', 's3'],
    ['the first line that matches', 'other:*:*:*:no\ndb:*:*:*:first\n*:*:*:*:second', 'first'],
    ['another port', 'db:5433:*:*:no', undefined],
    ['another database', 'db:*:yokeflow2:*:no', undefined],
    ['another user', 'db:*:*:agen:no', undefined],
    ['a star that is a part of a name', 'd*:*:*:*:no', undefined],
    ['colons and backslashes', String.raw`db:*:*:*:a\:b\\c\d`, String.raw`a:b\cd`],
    ['a name with a colon', String.raw`db:*:yoke\:flow:*:s3`, 's3', { database: 'yoke:flow' }],
    ['a star that is meant', String.raw`db:*:\*:*:s3`, 's3', { database: '*' }],
    ['an IPv6 address', String.raw`\:\:1:*:*:*:s3`, 's3', { host: '::1' }],
    ['a comment', '#db:*:*:*:no\ndb:*:*:*:s3', 's3'],
    ['a comment that is none', ' #db:*:*:*:no', undefined],
    ['Windows lines', 'db:*:*:*:s3\r\n', 's3'],
    ['what follows a further colon', 'db:*:*:*:s3:rest', 's3'],
    ['blanks, which belong to it', 'db:*:*:*: s 3 ', ' s 3 '],
    ['no password', 'db:*:*:*:', undefined],
    ['too few fields', 'db:*:*:s3', undefined],
    ['an empty line', '\n\ndb:*:*:*:s3', 's3'],
    ['localhost for a socket in the usual folder', 'localhost:*:*:*:s3', 's3', { host: '/var/run/postgresql' }],
    ['localhost for the other usual folder', 'localhost:*:*:*:s3', 's3', { host: '/tmp' }],
    ['localhost for a socket elsewhere', 'localhost:*:*:*:no', undefined, { host: '/srv/socket' }],
    ['the folder of a socket', '/srv/socket:*:*:*:s3', 's3', { host: '/srv/socket' }],
  ])('reads %s', (_, text, expected, more = {}) => {
    expect(passwordIn(text, { ...address, ...more })).toBe(expected);
  });
});

describe.skipIf(process.platform === 'win32')('the password file of an account', () => {
  const target = (
    on: ReturnType<typeof machine>,
    env: Record<string, string> = {},
    url = 'postgresql://agent@db/yokeflow',
  ) => commandLineTarget(url, on.surroundings(env));
  const write = (on: ReturnType<typeof machine>, mode: number, path = '.pgpass') => {
    const file = on.write(path, 'db:*:*:*:s3cret\n');
    chmodSync(file, mode);
    return file;
  };

  it('counts where it is closed to others', async () => {
    const on = machine();
    for (const mode of [0o600, 0o400]) {
      write(on, mode);
      expect(await target(on)).toMatchObject({ password: 's3cret' });
    }
  });

  it.each([0o640, 0o604, 0o620, 0o601, 0o644, 0o660])('of mode %o is ignored, and the reason is kept', async (mode) => {
    const on = machine();
    const path = write(on, mode);
    const found = await target(on);
    expect(found.password).toBeUndefined();
    expect(found.passwordFile).toMatchObject({
      path,
      isOpenToOthers: true,
      fault: expect.stringContaining(mode.toString(8)) as string,
    });
  });

  it('is the one of PGPASSFILE, from the current folder, and no other beside it', async () => {
    const on = machine();
    write(on, 0o600);
    write(on, 0o600, 'other');
    expect(await target(on, { PGPASSFILE: 'other' })).toMatchObject({
      password: 's3cret',
      passwordFile: { path: `${on.home}/other` },
    });
    expect(await target(on, { PGPASSFILE: 'none' })).toMatchObject({
      passwordFile: { path: `${on.home}/none`, fault: 'there is no such file' },
    });
    expect((await target(on, { PGPASSFILE: 'none' })).password).toBeUndefined();
  });

  it('that is no file is never waited for', async () => {
    const on = machine();
    execFileSync('mkfifo', [`${on.home}/.pgpass`]);
    expect((await target(on)).passwordFile).toMatchObject({ fault: 'it is a named pipe, and no regular file' });
    expect((await target(on, { PGPASSFILE: '/dev/null' })).passwordFile).toMatchObject({
      fault: 'it is a device, and no regular file',
    });
    expect((await target(on, { PGPASSFILE: on.home })).passwordFile).toMatchObject({
      fault: 'it is a folder, and no regular file',
    });
  });

  it('is %APPDATA%\\postgresql\\pgpass.conf on Windows, where rights are not looked at', async () => {
    const on = machine();
    write(on, 0o644, 'AppData/postgresql/pgpass.conf');
    const from = on.surroundings({ APPDATA: `${on.home}/AppData` }, { platform: 'win32' });
    expect(await commandLineTarget('postgresql://agent@db/yokeflow', from)).toMatchObject({ password: 's3cret' });
  });
});
