import { openEngine } from '../docker/client.js';
import type { EngineAddress } from '../engine-address.js';
import { EngineHost } from './engine-host.js';
import type { ContainerHost } from './host.js';

/**
 * Opens what runs containers at an address, and makes sure that it answers.
 * @throws {UpgradeError} YF203, YF210 or YF211; `found[0]` is the reason in a few words
 */
export async function openHost(address: EngineAddress): Promise<ContainerHost> {
  return new EngineHost(await openEngine(address), address);
}
