import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { currentContext } from '../../../src/database/docker/config.js';
import { commandLineTarget, findDirect } from '../../../src/detect/direct.js';
import { readTextFile } from '../../../src/machine/read-text.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf, machine, type Machine } from '../detect/machine.js';

const text = 'DATABASE_URL=postgresql://agent@h/yokeflow\n';

it('reads UTF-8, without a byte order mark', () => {
  const on = machine();
  expect(readTextFile(on.write('plain', 'PGPASSWORD=ä\n'))).toBe('PGPASSWORD=ä\n');
  expect(readTextFile(on.write('marked', `\uFEFF${text}`))).toBe(text);
  expect(readTextFile(on.write('empty', ''))).toBe('');
});

it.skipIf(process.platform !== 'linux')('reads a file whose size the system does not tell', () => {
  expect(readTextFile('/proc/self/status')).toContain('Name:');
});

/** What is no text file, and why. */
const others: [string, RegExp, (on: Machine, path: string) => void][] = [
  ['a named pipe', /it is a named pipe/, (on, path) => execFileSync('mkfifo', [`${on.home}/${path}`])],
  ['a folder', /it is a folder/, (on, path) => on.write(`${path}/file`, '')],
  ['a very large file', /it is larger than 4 MB/, (on, path) => truncateSync(on.write(path, ''), 5_000_000)],
  [
    'UTF-16 with a mark',
    /it is in UTF-16; save it as UTF-8/,
    (on, path) => writeFileSync(on.write(path, ''), Buffer.from(`\uFEFF${text}`, 'utf16le')),
  ],
  [
    'UTF-16 of the other order',
    /it is in UTF-16/,
    (on, path) => writeFileSync(on.write(path, ''), Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()),
  ],
  [
    'UTF-16 without a mark',
    /it is in UTF-16/,
    (on, path) => writeFileSync(on.write(path, ''), Buffer.from(text, 'utf16le')),
  ],
];

it.skipIf(process.platform === 'win32').each(others)(
  "%s is refused at once: as .env, as a certificate, and as the docker command's settings",
  async (_, reason, make) => {
    const on = machine();
    for (const path of ['.env', 'ca.pem', '.docker/config.json']) {
      on.write('.docker/other', '');
      make(on, path);
      expect(() => readTextFile(`${on.home}/${path}`)).toThrow(reason);
    }
    const env = await failureOf(UpgradeError, () => findDirect('.', on.surroundings()));
    expect(env).toMatchObject({
      code: 'YF207',
      exitCode: 2,
      message: expect.stringContaining(`${on.home}/.env`) as string,
      found: [expect.stringMatching(reason)],
    });
    const certificate = await failureOf(UpgradeError, () =>
      commandLineTarget('postgresql://h/d?sslmode=verify-full&sslrootcert=ca.pem', on.surroundings()),
    );
    expect(certificate).toMatchObject({ code: 'YF207', exitCode: 2, found: [expect.stringMatching(reason)] });
    expect(() => currentContext(on.surroundings())).toThrow(reason);
  },
);
