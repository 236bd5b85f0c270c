import type { UpgradeError } from '../errors/error.js';
import type { ContainerHost } from '../database/container/host.js';
import { openHost } from '../database/container/open.js';
import { engineError } from '../database/docker/error.js';
import { resolveEngines } from '../database/docker/resolve.js';
import { engineName, type EngineAddress } from '../database/engine-address.js';
import { kubeAddress } from '../database/kube/address.js';
import type { Attempt } from '../database/target.js';
import type { Surroundings } from '../machine/surroundings.js';
import type { Failure } from './telling.js';

/** What the user says of the engine. */
export interface EngineChoice {
  /** The value of `--engine`. */
  readonly engine?: string | undefined;
  /** The value of `--kube`. */
  readonly kube?: string | undefined;
}

export interface OpenEngines {
  readonly open: readonly ContainerHost[];
  readonly attempts: readonly Attempt[];
  /** Why each of the others could not be used. */
  readonly failures: readonly Failure[];
  /** Whether the user named the engine. */
  readonly isChosen: boolean;
}

/**
 * Opens every engine that can be found, all of them at once: sockets may be left of engines that hang, and each may take its time to say
 * nothing. Never throws for an engine that fails.
 * @throws {UpgradeError} YF101 for a pod that cannot be meant
 */
export async function openEngines(from: Surroundings, { engine, kube }: EngineChoice): Promise<OpenEngines> {
  const search =
    kube === undefined
      ? resolveEngines(from, engine)
      : { chosen: true, addresses: [kubeAddress(kube)], attempts: [], error: undefined };
  const attempts = [...search.attempts];
  const failures: Failure[] = search.error ? [{ error: search.error, isNamed: true }] : [];
  const opened = await Promise.all(search.addresses.map(tryToOpen));
  const hosts = opened.flatMap(({ host }) => (host ? [host] : []));
  // A service of Podman's has the same containers as its command.
  const hasService = hosts.some(({ address }) => address.kind !== 'command' && /podman/i.test(address.source));
  for (const { address, failed } of opened) {
    if (failed === undefined || (address.kind === 'command' && hasService)) continue;
    failures.push({ error: failed, isNamed: isNamed(address) });
    attempts.push({ tried: engineName(address).replace(/^the /, ''), failed: failed.found.join(' ') });
  }
  return {
    open: hosts.filter(({ address }) => !(address.kind === 'command' && hasService && !search.chosen)),
    attempts,
    failures,
    isChosen: search.chosen,
  };
}

/** Whether whoever named it meant that engine alone: DOCKER_HOST may be left of an engine that is not used any more. */
function isNamed({ source }: EngineAddress): boolean {
  return source.startsWith('context ') || source.startsWith('--') || source.includes('CONTAINER_');
}

/** @returns the engine, or why it cannot be used */
export async function tryToOpen(
  address: EngineAddress,
): Promise<{ address: EngineAddress; host?: ContainerHost; failed?: UpgradeError }> {
  try {
    return { address, host: await openHost(address) };
  } catch (cause) {
    return { address, failed: engineError(cause, address) };
  }
}
