import type { Located } from '../app/locate.js';
import type { Settings } from '../cli/settings.js';
import { describe } from '../app/candidates.js';
import { anyUsable, findDatabases, located } from '../app/locate.js';
import { nothingFound, SeveralDatabases, targetOf } from '../detect/choose.js';
import type { Attempt } from '../database/target.js';
import { ExitCode, UpgradeError } from '../errors/error.js';

/** What came of looking for the database: it, or why there is none. */
export interface Search {
  readonly located?: Located;
  readonly attempts: readonly Attempt[];
  readonly error?: UpgradeError;
}

/**
 * Looks for the database as every command does, and takes an empty hand for an answer.
 * @throws {UpgradeError} YF101, YF103, YF209 for options that cannot be meant
 */
export async function search(settings: Settings): Promise<Search> {
  let attempts: readonly Attempt[] = [];
  try {
    const found = await findDatabases(settings);
    attempts = found.attempts;
    if (!anyUsable(found.candidates)) throw nothingFound(attempts, found.candidates);
    const [only, ...others] = found.candidates;
    if (only !== undefined && others.length === 0) return { located: located(targetOf(only)), attempts };
    return { attempts, error: new SeveralDatabases(await describe(found.candidates, settings)) };
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.exitCode === ExitCode.usage) throw error;
    return { attempts, error };
  }
}
