import { UpgradeError } from '../errors/error.js';
import { findNamedContainer, findYokeflowContainers, postgresContainers, type ContainerSearch } from './container.js';
import { engineError } from '../database/docker/error.js';
import { elsewhere } from './elsewhere.js';
import { openEngines, type EngineChoice } from './engines.js';
import { mostTelling, type Failure } from './telling.js';
import type { ContainerFinding, GivenLogin } from './inspect.js';
import type { Place } from '../database/place.js';
import type { Surroundings } from '../machine/surroundings.js';
import type { Attempt, Detection, DockerTarget, KeptVolume, Lookalike, UnusableContainer } from '../database/target.js';

interface Found extends Detection {
  /** Why engines could not be used. */
  readonly failures: readonly Failure[];
}

/** Looks for YokeFlow's containers on every engine there is. Never throws for an engine that fails. */
export async function searchContainers(
  from: Surroundings,
  choice: EngineChoice,
  search: ContainerSearch,
): Promise<Found> {
  const engines = await openEngines(from, choice);
  const { open } = engines;
  const attempts = [...engines.attempts];
  const failures = [...engines.failures];
  const targets: DockerTarget[] = [];
  const places: Place[] = [];
  const unusableContainers: UnusableContainer[] = [];
  const lookalikes: Lookalike[] = [];
  const volumes: KeptVolume[] = [];
  // At once, because each of them may take its time to say nothing; their order decides all the same.
  for (const found of await Promise.all(open.map((host) => findYokeflowContainers(host, search)))) {
    // Two sockets may lead to one engine: Docker Desktop links the usual path to its own.
    const known = [...places, ...[...unusableContainers, ...lookalikes].map(({ place }) => place)];
    const isNew = (id: string) => !known.some(({ containerId }) => containerId === id);
    attempts.push(...found.attempts);
    failures.push(...found.failures.map((error) => ({ error, isNamed: engines.isChosen })));
    targets.push(...found.targets.filter(({ containerId }) => isNew(containerId)));
    unusableContainers.push(...found.unusable.filter(({ place }) => isNew(place.containerId)));
    places.push(...found.places.filter(({ containerId }) => isNew(containerId)));
    lookalikes.push(...found.lookalikes.filter(({ place }) => isNew(place.containerId)));
    volumes.push(...found.volumes.filter(({ name }) => !volumes.some((one) => one.name === name)));
  }
  if (targets.length + unusableContainers.length === 0)
    attempts.push(
      ...(await elsewhere(
        from,
        open.map(({ address }) => address),
      )),
    );
  return { targets, attempts, places, unusableContainers, lookalikes, volumes, failures };
}

/**
 * Looks for the container that `--container` names, on every engine: several may have one of that name.
 * One that does not run is among those that cannot be used.
 * @throws {UpgradeError} YF101 for a name that no container can have, YF202 when it is missing,
 *   YF203, YF210 or YF211 when no engine can be asked
 */
export async function searchNamedContainer(
  typed: string,
  from: Surroundings,
  choice: EngineChoice,
  given: GivenLogin = {},
): Promise<Detection> {
  const name = containerName(typed);
  const engines = await openEngines(from, choice);
  const { open } = engines;
  const attempts = [...engines.attempts];
  if (open.length === 0) throw mostTelling(engines.failures) ?? engines.failures.at(-1)?.error ?? noEngine(attempts);

  const candidates: string[] = [];
  const found: ContainerFinding[] = [];
  let failure: UpgradeError | undefined;
  const looked = await Promise.all(
    open.map(async (host) => {
      const { address: engine } = host;
      try {
        const finding = await findNamedContainer(host, name, given);
        return { engine, finding, others: finding ? [] : await postgresContainers(host) };
      } catch (cause) {
        return { engine, failed: engineError(cause, engine) };
      }
    }),
  );
  for (const { engine, finding, others = [], failed } of looked) {
    failure ??= failed;
    candidates.push(...others);
    if (finding === undefined) {
      if (failed === undefined)
        attempts.push({ tried: `container ${name} on ${engine.url}`, failed: 'there is no such container' });
    } else if (!found.some(({ place }) => place.containerId === finding.place.containerId)) found.push(finding);
  }
  const [first] = found;
  if (first !== undefined) {
    const usable = found.filter((one) => one.usable);
    return {
      targets: usable.map(({ target }) => target),
      places: usable.map(({ place }) => place),
      unusableContainers: found.filter((one) => !one.usable),
      attempts,
    };
  }
  if (failure !== undefined) throw failure;
  throw new UpgradeError({
    code: 'YF202',
    message: `There is no container ${name}.`,
    found: [
      ...attempts.map(({ tried, failed }) => `${tried}: ${failed}`),
      candidates.length === 0
        ? 'no running container looks like PostgreSQL'
        : `running containers that look like PostgreSQL: ${[...new Set(candidates)].join(', ')}`,
    ],
    remedy: 'Name one of the containers that `docker ps` lists: --container NAME.',
  });
}

/**
 * The container of the pod that `--kube` names.
 * @throws {UpgradeError} YF101, YF202, YF210, YF246, YF247, YF249
 */
export async function searchPod(kube: string, from: Surroundings, given: GivenLogin = {}): Promise<Detection> {
  const { open } = await openEngines(from, { kube });
  for (const host of open) {
    const finding = await findNamedContainer(host, host.address.pod?.name ?? '', given);
    if (finding === undefined) continue;
    if (!finding.usable) return { targets: [], attempts: [], unusableContainers: [finding] };
    const target = { ...finding.target, container: host.address.url, reason: `--kube ${host.address.url} was given` };
    return { targets: [target], places: [finding.place], attempts: [] };
  }
  return { targets: [], attempts: [] };
}

function noEngine(attempts: readonly Attempt[]): UpgradeError {
  return new UpgradeError({
    code: 'YF203',
    message: 'No Docker engine was found.',
    found: attempts.map(({ tried, failed }) => `${tried}: ${failed}`),
    remedy: 'Start Docker, set DOCKER_HOST, or reach the database with --database-url URL.',
  });
}

/** Docker's rule for names; anything else would also change the path of the request. */
function containerName(given: string): string {
  const name = given.trim().replace(/^\//, '');
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return name;
  throw new UpgradeError({
    code: 'YF101',
    message: `--container ${JSON.stringify(given)} cannot be the name of a container.`,
    remedy: 'Name one of the containers that `docker ps` lists: --container NAME.',
  });
}
