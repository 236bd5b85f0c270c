import type { Surroundings } from '../../machine/surroundings.js';
import type { EngineAddress } from '../engine-address.js';
import { podmanCommand } from '../podman/command.js';
import { contextEngine } from './context.js';
import { urlEngine } from './environment.js';

/**
 * The engine that `--engine` names: an address as DOCKER_HOST has it, the path of a socket, the name of a Docker context, or `podman` for the
 * command of that name.
 * @throws {UpgradeError} YF203, YF207
 */
export function namedEngine(given: string, from: Surroundings): EngineAddress {
  const option = given.trim();
  return { ...addressed(option, from), option };
}

function addressed(name: string, from: Surroundings): EngineAddress {
  if (name.startsWith('/')) return urlEngine(`unix://${name}`, '--engine', from);
  if (/^[a-z]+:\/\//i.test(name) || /^[^/]+:\d+$/.test(name)) return urlEngine(name, '--engine', from);
  if (name === 'podman') return podmanCommand('--engine');
  return contextEngine(name, '--engine', from);
}
