import { refuseBoth } from './refuse-both.js';
import { commandLineTarget, findDirect } from './direct.js';
import { unreachable } from '../database/reachable.js';
import { searchContainers, searchNamedContainer, searchPod } from './search.js';
import { realSurroundings, type Surroundings } from '../machine/surroundings.js';
import { mostTelling } from './telling.js';
import type { Detection } from '../database/target.js';

export interface DetectOptions {
  readonly container?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly engine?: string | undefined;
  readonly kube?: string | undefined;
  readonly project: string;
  readonly env?: Surroundings['env'];
  /** The machine to look at; by default the one that this runs on, with `env`. */
  readonly surroundings?: Surroundings;
}

/**
 * Gathers the databases that may be YokeFlow's: containers first, then the direct address, each with the places
 * that were looked in. Connects to no database and changes nothing.
 * @throws {UpgradeError} YF103 when two options exclude each other; for an option that leads nowhere YF101, YF202, YF203,
 *   YF207, YF209, YF210, YF211 or YF241–YF249. YF212 for a parameter that is not honoured, without an option too; every other
 *   failure is then among the attempts.
 */
export async function detect(options: DetectOptions): Promise<Detection> {
  const from = options.surroundings ?? realSurroundings(options.env);
  const { container, databaseUrl, engine, kube } = options;
  refuseBoth(options);
  if (databaseUrl !== undefined)
    return { targets: [await commandLineTarget(databaseUrl, from, options.project)], attempts: [] };
  if (kube !== undefined) return searchPod(kube, from);
  if (container !== undefined) return searchNamedContainer(container, from, { engine });

  const [inContainers, direct] = await Promise.all([
    searchContainers(from, { engine }),
    // Whoever names an engine means a container on it.
    engine === undefined ? reachableDirect(options.project, from) : { targets: [], attempts: [] },
  ]);
  const { failures, ...rest } = inContainers;
  const failure = mostTelling(failures);
  return {
    ...(failure && { failure }),
    ...rest,
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
