import { resolve } from 'node:path';
import { UpgradeError } from '../errors/error.js';
import { refuseBoth } from './refuse-both.js';
import { commandLineTarget, findDirect, type DirectSearch } from './direct.js';
import { unreachable } from '../database/reachable.js';
import { spellingsOfFolder } from './same-folder.js';
import type { GivenLogin } from './inspect.js';
import { searchContainers, searchNamedContainer, searchPod } from './search.js';
import { realSurroundings, type Surroundings } from '../machine/surroundings.js';
import { mostTelling } from './telling.js';
import { settle } from '../database/direct/settle.js';
import type { Attempt, Detection, DirectTarget } from '../database/target.js';

export interface DetectOptions {
  readonly container?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly engine?: string | undefined;
  readonly kube?: string | undefined;
  /** The option that the connection is from, where that is another one. */
  readonly databaseUrlSource?: string | undefined;
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
 * that were looked in. Connects to a database only to choose between several servers of one connection, and changes nothing.
 * @throws {UpgradeError} YF103 when two options exclude each other; for an option that leads nowhere YF101, YF202, YF203,
 *   YF207, YF209, YF210, YF211 or YF231–YF249. YF212 for a parameter that is not honoured, without an option too; every other
 *   failure is then among the attempts.
 */
export async function detect(options: DetectOptions): Promise<Detection> {
  const from = options.surroundings ?? realSurroundings(options.env);
  const { container, databaseUrl, databaseUrlSource, engine, kube, given = {} } = options;
  const { database, user, port } = given;
  refuseBoth({
    '--container': container,
    '--database-url': databaseUrl,
    '--engine': engine,
    '--kube': kube,
    '--database': database,
    '--user': user,
    '--port': port === undefined ? undefined : String(port),
  });
  const isInContainer = (database ?? user ?? port) !== undefined;
  if (databaseUrl !== undefined)
    return {
      targets: [await settle(await commandLineTarget(databaseUrl, from, options.project, databaseUrlSource))],
      attempts: [],
    };
  if (kube !== undefined) return searchPod(kube, from, given);
  if (container !== undefined) return searchNamedContainer(container, from, { engine }, given);

  const folders = spellingsOfFolder(resolve(from.cwd, options.project));
  const search = { folders, project: options.isProjectNamed ? folders : [], given };
  const [inContainers, direct] = await Promise.all([
    searchContainers(from, { engine }, search),
    // Whoever names an engine, or something within a container, means a container.
    engine === undefined && !isInContainer ? reachableDirect(options.project, from) : nothingDirect,
  ]);
  const { failures, ...rest } = inContainers;
  const failure = mostTelling(failures);
  const { isGuessed, ...found } = direct;
  // POSTGRES_* without a host are the container's own, where there is one.
  const targets = isGuessed && inContainers.targets.length > 0 ? [] : found.targets;
  return {
    ...(failure && { failure }),
    ...rest,
    ...found,
    targets: [...inContainers.targets, ...targets],
    attempts: [...inContainers.attempts, ...found.attempts],
  };
}

type DirectDetection = Detection & Pick<DirectSearch, 'isGuessed'>;

const nothingDirect: DirectDetection = { targets: [], attempts: [] };

async function reachableDirect(project: string, from: Surroundings): Promise<DirectDetection> {
  const { target, attempts, failed, isGuessed } = await findDirect(project, from);
  if (failed !== undefined)
    return { targets: [], attempts, unusableAddress: { source: failed.source, failed: failed.why } };
  if (target === undefined) return { targets: [], attempts };
  const why = await unreachable(target);
  try {
    if (why === undefined) return { targets: [await settle(target)], attempts, ...(isGuessed && { isGuessed }) };
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
    return leadsNowhere(target, attempts, [error.message, ...error.found].join(' '), isGuessed);
  }
  return leadsNowhere(target, attempts, why, isGuessed);
}

/** An address that nothing named is no more than one more place that was looked in. */
function leadsNowhere(
  target: DirectTarget,
  attempts: readonly Attempt[],
  failed: string,
  isGuessed: boolean | undefined,
): Detection {
  const { source } = target;
  const all = [...attempts, { tried: source, failed }];
  return { targets: [], attempts: all, ...(!isGuessed && { unusableAddress: { source, failed, target } }) };
}
