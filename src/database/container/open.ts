import { engineError } from '../docker/error.js';
import type { EngineAddress } from '../engine-address.js';
import type { ContainerHost } from './host.js';

/**
 * Opens what runs containers at an address, and makes sure that it answers.
 * @throws {UpgradeError} YF203, YF210, YF211 or YF241–YF249; `found[0]` is the reason in a few words
 */
export async function openHost(address: EngineAddress): Promise<ContainerHost> {
  try {
    if (address.kind === 'kube' && address.pod) {
      const { KubeHost } = await import('../kube/host.js');
      return new KubeHost(address, address.pod);
    }
    if (address.kind !== 'command') {
      const [{ openEngine }, { EngineHost }] = await Promise.all([
        import('../docker/client.js'),
        import('./engine-host.js'),
      ]);
      return new EngineHost(await openEngine(address), address);
    }
    const { CommandHost } = await import('./command/command-host.js');
    const host = new CommandHost(address, address.program ?? 'podman');
    await host.ping();
    return host;
  } catch (error) {
    throw engineError(error, address);
  }
}
