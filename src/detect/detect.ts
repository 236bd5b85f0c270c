import { resolve } from 'node:path';
import { UpgradeError } from '../errors/error.js';
import { commandLineTarget, findDirect } from './direct.js';
import { unreachable } from '../database/reachable.js';
import type { GivenLogin } from './inspect.js';
import { spellingsOfFolder } from './same-folder.js';
import { searchContainers, searchNamedContainer } from './search.js';
import { realSurroundings, type Surroundings } from '../machine/surroundings.js';
import type { Detection } from '../database/target.js';

export interface DetectOptions {
  readonly container?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly project: string;
  /** Whether the user named that folder. */
  readonly isProjectNamed?: boolean;
  /** What the user says of the server in a container; a direct connection is then not looked for. */
  readonly given?: GivenLogin;
  readonly env?: Surroundings['env'];
  /** The machine to look at; by default the one that this runs on, with `env`. */
  readonly surroundings?: Surroundings;
}

/**
 * Gathers the databases that may be YokeFlow's: containers first, then the direct address, each with the places
 * that were looked in. Connects to no database and changes nothing.
 * @throws {UpgradeError} YF103 when both options are given; for an option that leads nowhere YF101, YF202, YF203,
 *   YF207, YF209, YF210 or YF211. YF212 for a parameter that is not honoured, without an option too; every other
 *   failure is then among the attempts.
 */
export async function detect(options: DetectOptions): Promise<Detection> {
  const from = options.surroundings ?? realSurroundings(options.env);
  const { container, databaseUrl, given = {} } = options;
  const isInContainer = Object.values(given).some((value) => value !== undefined);
  if (databaseUrl !== undefined && (container !== undefined || isInContainer)) {
    const other = ['container', ...Object.keys(given)].find(
      (name) => ({ container, ...given })[name as 'container'] !== undefined,
    );
    throw new UpgradeError({
      code: 'YF103',
      message: `--${other} and --database-url exclude each other.`,
      remedy: 'Give the one that names the database to upgrade.',
    });
  }
  if (databaseUrl !== undefined)
    return { targets: [await commandLineTarget(databaseUrl, from, options.project)], attempts: [] };
  if (container !== undefined) return searchNamedContainer(container, from, given);

  const folders = spellingsOfFolder(resolve(from.cwd, options.project));
  const search = { folders, project: options.isProjectNamed ? folders : [], given };
  const [inContainers, direct] = await Promise.all([
    searchContainers(from, search),
    isInContainer ? { targets: [], attempts: [] } : reachableDirect(options.project, from),
  ]);
  return {
    ...inContainers,
    ...direct,
    targets: [...inContainers.targets, ...direct.targets],
    attempts: [...inContainers.attempts, ...direct.attempts],
  };
}

async function reachableDirect(project: string, from: Surroundings): Promise<Detection> {
  const { target, attempts, failed } = await findDirect(project, from);
  if (failed !== undefined)
    return { targets: [], attempts, unusableAddress: { source: failed.source, failed: failed.why } };
  if (target === undefined) return { targets: [], attempts };
  const why = await unreachable(target);
  if (why === undefined) return { targets: [target], attempts };
  return {
    targets: [],
    attempts: [...attempts, { tried: target.source, failed: why }],
    unusableAddress: { source: target.source, failed: why, target },
  };
}
