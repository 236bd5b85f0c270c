import type { Located } from '../commands/locate.js';
import type { Settings } from '../commands/settings.js';
import { choose } from '../detect/choose.js';
import { detect } from '../detect/detect.js';
import type { Attempt, DirectTarget, DockerTarget } from '../detect/target.js';
import { connector } from '../database/connect.js';
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
export async function search({ container, databaseUrl, project }: Settings): Promise<Search> {
  let attempts: readonly Attempt[] = [];
  try {
    const detection = await detect({ container, databaseUrl, project });
    attempts = detection.attempts;
    const { target } = choose(detection);
    return { located: { target, connect: connector(target as DockerTarget | DirectTarget) }, attempts };
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.exitCode === ExitCode.usage) throw error;
    return { attempts, error };
  }
}
