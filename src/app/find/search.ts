import { SeveralDatabases, targetOf } from '../../detect/choose.js';
import { ExitCode, UpgradeError } from '../../errors/error.js';
import type { Search } from '../../support-report/collect.js';
import { describe } from './candidates.js';
import type { GivenConnection } from './given-connection.js';
import { anyUsable, findDatabases, noneUsable } from './locate.js';
import { located, type Located } from './located.js';
import type { BackupOptions, FindOptions } from '../options.js';

/**
 * Looks for the database as every command does. Finding none is an answer too, not an error.
 * @param admitted asks for what it takes to connect to the one that was found
 * @throws {UpgradeError} YF101, YF103, YF209 for options that cannot be meant; what `admitted` throws
 */
export async function searchFor(
  options: FindOptions & GivenConnection & Pick<BackupOptions, 'backupDir'>,
  admitted: (found: Located) => Promise<Located>,
): Promise<Search> {
  let attempts: Search['attempts'] = [];
  let found: Located;
  try {
    const databases = await findDatabases(options);
    attempts = databases.attempts;
    if (!anyUsable(databases.candidates)) throw noneUsable(databases, options);
    const [only, ...others] = databases.candidates;
    if (only === undefined || others.length > 0)
      throw new SeveralDatabases(await describe(databases.candidates, options));
    found = located(targetOf(only));
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.exitCode === ExitCode.usage) throw error;
    return { attempts, error };
  }
  return { located: await admitted(found), attempts };
}
