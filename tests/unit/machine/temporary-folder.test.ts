import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { UpgradeError } from '../../../src/errors/error.js';
import { makeTemporaryFolder } from '../../../src/machine/temporary-folder.js';
import { temporaryFolder } from '../../support/folder.js';
import { failureOf } from '../detect/machine.js';

it.skipIf(process.platform === 'win32')('is made where TMPDIR says, and what is wrong with that is said', async () => {
  const [before, parent] = [process.env['TMPDIR'], temporaryFolder()];
  onTestFinished(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  writeFileSync(join(parent, 'file'), '');
  for (const [name, why] of [
    ['gone', 'there is no such file'],
    ['file', 'part of the path is no folder'],
  ] as const) {
    process.env['TMPDIR'] = join(parent, name);
    const error = await failureOf(UpgradeError, () => makeTemporaryFolder('x-'));
    expect(error).toMatchObject({ code: 'YF113', exitCode: 1, changed: false });
    expect([error.message, ...error.found].join('\n')).toContain(`${join(parent, name)}: ${why}`);
    expect(error.remedy).toContain('TMPDIR');
  }
  mkdirSync(join(parent, 'gone'));
  process.env['TMPDIR'] = join(parent, 'gone');
  const made = await makeTemporaryFolder('x-');
  expect(statSync(made).mode & 0o777).toBe(0o700);
  rmSync(made, { recursive: true });
});
