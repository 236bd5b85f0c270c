import type Dockerode from 'dockerode';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { findNamedContainer, findYokeflowContainers, postgresContainers } from './container.js';
import { engineError, openEngine } from './engine/client.js';
import { resolveEngines } from './engine/resolve.js';
import type { Surroundings } from './surroundings.js';
import type { Attempt, Detection, DockerTarget, EngineAddress } from './target.js';

interface OpenEngine {
  readonly docker: Dockerode;
  readonly engine: EngineAddress;
}

/** Looks for YokeFlow's containers on every engine there is. Never throws for an engine that fails. */
export async function searchContainers(from: Surroundings): Promise<Detection> {
  const { open, attempts } = await openEngines(from);
  const targets: DockerTarget[] = [];
  for (const { docker, engine } of open) {
    const found = await findYokeflowContainers(docker, engine);
    attempts.push(...found.attempts);
    // Two sockets may lead to one engine: Docker Desktop links the usual path to its own.
    targets.push(...found.targets.filter((one) => !targets.some((known) => known.containerId === one.containerId)));
  }
  return { targets, attempts };
}

/**
 * Looks for the container that `--container` names, on each engine until one has it.
 * @throws {UpgradeError} YF101 for a name that no container can have, YF202 when it is missing or does not run,
 *   YF203, YF210 or YF211 when no engine can be asked
 */
export async function searchNamedContainer(given: string, from: Surroundings): Promise<Detection> {
  const name = containerName(given);
  const { open, attempts, error } = await openEngines(from);
  if (open.length === 0) throw error ?? noEngine(attempts);

  const candidates: string[] = [];
  for (const { docker, engine } of open) {
    const target = await findNamedContainer(docker, engine, name);
    if (target !== undefined) return { targets: [target], attempts };
    attempts.push({ tried: `container ${name} on ${engine.url}`, failed: 'there is no such container' });
    try {
      candidates.push(...(await postgresContainers(docker)));
    } catch (cause) {
      throw engineError(cause, engine);
    }
  }
  throw new UpgradeError({
    code: 'YF202',
    exitCode: ExitCode.noDatabase,
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

/** Opens every engine that can be found; `error` is that of the last one that could not be used. */
async function openEngines(from: Surroundings): Promise<{ open: OpenEngine[]; attempts: Attempt[]; error?: UpgradeError }> {
  const search = resolveEngines(from);
  const attempts = [...search.attempts];
  const open: OpenEngine[] = [];
  let error = search.error;
  for (const engine of search.addresses) {
    try {
      open.push({ docker: await openEngine(engine), engine });
    } catch (cause) {
      error = engineError(cause, engine);
      attempts.push({ tried: `Docker engine at ${engine.url} (${engine.source})`, failed: error.found.join(' ') });
    }
  }
  return { open, attempts, ...(error === undefined ? {} : { error }) };
}

function noEngine(attempts: readonly Attempt[]): UpgradeError {
  return new UpgradeError({
    code: 'YF203',
    exitCode: ExitCode.noDatabase,
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
    exitCode: ExitCode.usage,
    message: `--container ${JSON.stringify(given)} cannot be the name of a container.`,
    remedy: 'Name one of the containers that `docker ps` lists: --container NAME.',
  });
}
