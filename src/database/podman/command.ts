import { join } from 'node:path';
import type { Surroundings } from '../../machine/surroundings.js';
import type { EngineAddress } from '../engine-address.js';

/** The command podman as an engine, which needs no service. */
export function podmanCommand(source: string): EngineAddress {
  return { source, kind: 'command', url: 'podman', program: 'podman' };
}

/**
 * The command podman, where it is on the PATH and this user has ever made anything with it: even to ask it would make its folders, and for a
 * user other than root leave a process behind. Sources: containers-storage.conf(5), podman(1).
 */
export function usualPodman(from: Surroundings): EngineAddress[] {
  const { env, home, platform, uid } = from;
  if (platform === 'win32') return [];
  const isThere = (env['PATH'] ?? '').split(':').some((folder) => folder !== '' && from.exists(join(folder, 'podman')));
  const data = env['XDG_DATA_HOME'] || join(home, '.local/share');
  const storage = uid === 0 ? '/var/lib/containers/storage' : join(data, 'containers/storage');
  const isUsed = env['CONTAINERS_STORAGE_CONF'] !== undefined || from.exists(storage);
  // On a Mac its containers are in a machine of its own, which has a socket.
  return isThere && isUsed && platform === 'linux' ? [podmanCommand('Podman without its service')] : [];
}
