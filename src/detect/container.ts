import { UpgradeError } from '../errors/error.js';
import type { ContainerHost } from '../database/container/host.js';
import { engineError } from '../database/docker/error.js';
import { engineFailure } from '../database/docker/failure.js';
import { fromInspect, type ContainerFinding } from './inspect.js';
import type { Place } from '../database/place.js';
import type { Attempt, DockerTarget, UnusableContainer } from '../database/target.js';

/** YokeFlow's own names: its compose file, its reverse-proxy compose file, and the first one before its rename. */
export const yokeflowContainers = ['yokeflow_postgres', 'yokeflow-postgres', 'autonomous_coding_postgres'] as const;

export interface FoundContainers {
  readonly targets: DockerTarget[];
  readonly places: Place[];
  readonly unusable: UnusableContainer[];
  readonly attempts: Attempt[];
  /** Why the engine could not be asked. */
  readonly failures: UpgradeError[];
}

/**
 * Looks for YokeFlow's containers on one engine, in the order of their names. Never throws: what went wrong
 * is among the attempts.
 */
export async function findYokeflowContainers(host: ContainerHost): Promise<FoundContainers> {
  const { address: engine } = host;
  const found: FoundContainers = { targets: [], places: [], unusable: [], attempts: [], failures: [] };
  const { targets, places, unusable, attempts } = found;
  try {
    for (const name of yokeflowContainers) {
      const finding = await inspectContainer(
        host,
        name,
        `${name} is a name that YokeFlow gives its database container`,
      );
      if (finding?.usable === true) {
        targets.push(finding.target);
        places.push(finding.place);
      } else if (finding !== undefined) {
        unusable.push(finding);
        attempts.push({ tried: `container ${name} on ${engine.url}`, failed: `${finding.failed}. ${finding.remedy}` });
      }
    }
    if (targets.length + attempts.length > 0) return found;
    attempts.push({
      tried: `containers ${yokeflowContainers.join(', ')} on ${engine.url}`,
      failed: await noneThere(host),
    });
  } catch (error) {
    attempts.push({ tried: `YokeFlow's containers on ${engine.url}`, failed: engineFailure(error, engine).reason });
    found.failures.push(engineError(error, engine));
  }
  return found;
}

/**
 * Looks for the container that the user named.
 * @param name a container's name, its id, or an unambiguous prefix of the id, as the docker command accepts it
 * @returns undefined when this engine has no such container
 * @throws {UpgradeError} YF203, YF210 when the engine fails
 */
export async function findNamedContainer(host: ContainerHost, name: string): Promise<ContainerFinding | undefined> {
  try {
    return await inspectContainer(host, name, `--container ${name} was given`);
  } catch (error) {
    throw engineError(error, host.address);
  }
}

/** YF202, for a container that the user named and that cannot be used. */
export function unusableContainer({
  place: { container, engine },
  failed,
  remedy,
}: Pick<UnusableContainer, 'place' | 'failed' | 'remedy'>): UpgradeError {
  return new UpgradeError({
    code: 'YF202',
    message: `The container ${container} on ${engine.url} cannot be used.`,
    found: [failed],
    remedy,
  });
}

/** Names of the running containers that look like PostgreSQL, by image or by port. */
export async function postgresContainers(host: ContainerHost): Promise<string[]> {
  const running = await host.list();
  return running
    .filter(
      ({ Image, Ports }) => /postg|pgvector|timescale/i.test(Image) || Ports?.some((port) => port.PrivatePort === 5432),
    )
    .map(({ Names, Id, Image }) => `${Names?.[0]?.replace(/^\//, '') ?? Id.slice(0, 12)} (image ${Image})`)
    .sort();
}

async function inspectContainer(
  host: ContainerHost,
  name: string,
  reason: string,
): Promise<ContainerFinding | undefined> {
  const inspected = await host.inspect(name);
  return inspected && fromInspect(inspected, host.address, reason);
}

async function noneThere(host: ContainerHost): Promise<string> {
  const candidates = await postgresContainers(host);
  return candidates.length === 0
    ? 'none of them exists, and no running container looks like PostgreSQL'
    : `none of them exists; running containers that look like PostgreSQL: ${candidates.join(', ')}`;
}
