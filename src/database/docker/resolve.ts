import { join } from 'node:path';
import { UpgradeError } from '../../errors/error.js';
import type { Surroundings } from '../../machine/surroundings.js';
import { usualPodman } from '../podman/command.js';
import { podmanEnvironment } from '../podman/environment.js';
import type { Attempt } from '../target.js';
import type { EngineAddress } from '../engine-address.js';
import { configFolder, currentContext } from './config.js';
import { contextEngine } from './context.js';
import { environmentEngine } from './environment.js';
import { namedEngine } from './named.js';
import { usualSockets } from './sockets.js';

/** Where engines may be. With `chosen`, the user named the engine and no other may be tried in its place. */
export interface EngineSearch {
  readonly chosen: boolean;
  readonly addresses: readonly EngineAddress[];
  readonly attempts: readonly Attempt[];
  /** The error of a named engine that cannot even be addressed. */
  readonly error?: UpgradeError;
}

/**
 * Finds the addresses of engines: that of `--engine`, else in the docker command's order DOCKER_HOST, DOCKER_CONTEXT, the current context of
 * config.json, and in podman's CONTAINER_HOST, CONTAINER_CONNECTION; only where none of them is set, the usual sockets that exist, and a Podman
 * without its service. Opens no connection.
 * @param engine what `--engine` names
 */
export function resolveEngines(from: Surroundings, engine?: string): EngineSearch {
  if (engine !== undefined) return chosen('--engine', () => namedEngine(engine, from));
  const attempts: Attempt[] = [];
  const named = [docker(from, attempts), podman(from)].filter((one) => one !== undefined);
  if (named.length === 0) return usual(from, attempts);
  const error = named.find((one) => one.error)?.error;
  return {
    chosen: true,
    addresses: named.flatMap(({ addresses }) => addresses),
    attempts: named.flatMap((one) => one.attempts),
    ...(error && { error }),
  };
}

function docker(from: Surroundings, attempts: Attempt[]): EngineSearch | undefined {
  if (from.env['DOCKER_HOST']?.trim()) return chosen('DOCKER_HOST', () => environmentEngine(from));

  const named = from.env['DOCKER_CONTEXT']?.trim();
  if (named) return chosen(`Docker context "${named}"`, () => contextEngine(named, 'DOCKER_CONTEXT', from));

  const configFile = join(configFolder(from), 'config.json');
  let current: string | undefined;
  try {
    current = currentContext(from);
  } catch (error) {
    // The docker command warns of a broken config.json and goes on without it; so do we.
    attempts.push({ tried: 'the current Docker context', failed: (error as Error).message });
  }
  if (current === undefined) return undefined;
  const name = current;
  return chosen(`Docker context "${name}"`, () => contextEngine(name, configFile, from));
}

function podman(from: Surroundings): EngineSearch | undefined {
  const variable = ['CONTAINER_HOST', 'CONTAINER_CONNECTION'].find((name) => from.env[name]?.trim());
  return variable === undefined ? undefined : chosen(variable, () => podmanEnvironment(from));
}

function chosen(tried: string, resolve: () => EngineAddress | undefined): EngineSearch {
  try {
    const address = resolve();
    return { chosen: true, addresses: address === undefined ? [] : [address], attempts: [] };
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
    const failed = [error.message, ...error.found].join(' ');
    return { chosen: true, addresses: [], attempts: [{ tried, failed }], error };
  }
}

function usual(from: Surroundings, attempts: Attempt[]): EngineSearch {
  const all = usualSockets(from);
  // Looking at a Windows pipe opens it, so there the connection itself is the test.
  const there = from.platform === 'win32' ? all : all.filter((a) => from.exists(a.socketPath ?? ''));
  if (there.length === 0) {
    const paths = all.map((address) => address.socketPath).join(', ');
    attempts.push({ tried: 'the usual Docker sockets', failed: `none is there (${paths})` });
  }
  return { chosen: false, addresses: [...there, ...usualPodman(from)], attempts };
}
