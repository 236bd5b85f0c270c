import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileFailure } from './surroundings.js';
import { UpgradeError } from '../errors/error.js';
import { isOutOfFiles } from '../errors/out-of-files.js';

/**
 * Makes a folder, open to this user alone, where the system keeps temporary files.
 * @param prefix what its name begins with
 * @throws {UpgradeError} YF113
 */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  const parent = tmpdir();
  try {
    return await mkdtemp(join(parent, prefix));
  } catch (cause) {
    if (isOutOfFiles(cause)) throw cause;
    throw new UpgradeError({
      code: 'YF113',
      message: `No temporary folder can be made in ${parent}.`,
      found: [`${parent}: ${fileFailure(cause)}`],
      remedy:
        'Name a folder that you may write to in the variable TMPDIR, for example: export TMPDIR=/tmp; then run the same command again.',
      cause,
    });
  }
}
