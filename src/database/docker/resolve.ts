import { join } from 'node:path';
import { UpgradeError } from '../../errors/error.js';
import type { Surroundings } from '../../machine/surroundings.js';
import type { Attempt } from '../target.js';
import type { EngineAddress } from '../engine-address.js';
import { configFolder, currentContext } from './config.js';
import { contextEngine } from './context.js';
import { environmentEngine } from './environment.js';
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
 * Finds the addresses of Docker engines in the docker command's order: DOCKER_HOST, DOCKER_CONTEXT, the current
 * context of config.json; only where none of them is set, the usual sockets that exist. Opens no connection.
 */
export function resolveEngines(from: Surroundings): EngineSearch {
  if (from.env['DOCKER_HOST']?.trim()) return chosen('DOCKER_HOST', () => environmentEngine(from));

  const named = from.env['DOCKER_CONTEXT']?.trim();
  if (named) return chosen(`Docker context "${named}"`, () => contextEngine(named, 'DOCKER_CONTEXT', from));

  const configFile = join(configFolder(from), 'config.json');
  let current: string | undefined;
  const attempts: Attempt[] = [];
  try {
    current = currentContext(from);
  } catch (error) {
    // The docker command warns of a broken config.json and goes on without it; so do we.
    attempts.push({ tried: 'the current Docker context', failed: (error as Error).message });
  }
  if (current !== undefined) {
    const name = current;
    return chosen(`Docker context "${name}"`, () => contextEngine(name, configFile, from));
  }
  return usual(from, attempts);
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
  return { chosen: false, addresses: there, attempts };
}
