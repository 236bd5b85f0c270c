import { posix } from 'node:path';
import type { Surroundings } from '../../machine/surroundings.js';
import type { EngineAddress } from '../engine-address.js';

/**
 * The sockets (on Windows: named pipes) at which Docker and its relatives usually listen, in the order in which
 * they are tried. Whether they exist is not looked at here.
 */
export function usualSockets(from: Surroundings): EngineAddress[] {
  const { env, home, platform } = from;
  if (platform === 'win32') {
    return [
      pipe('//./pipe/docker_engine', 'Docker'),
      pipe('//./pipe/dockerDesktopLinuxEngine', 'Docker Desktop'),
      pipe('//./pipe/podman-machine-default', 'Podman'),
    ];
  }
  const runtime = env['XDG_RUNTIME_DIR'] || (from.uid === undefined ? undefined : `/run/user/${from.uid}`);
  const config = env['XDG_CONFIG_HOME'] || posix.join(home, '.config');
  const colima = env['COLIMA_HOME'] || posix.join(home, '.colima');
  return [
    socket('/var/run/docker.sock', 'Docker'),
    ...(runtime === undefined ? [] : [socket(posix.join(runtime, 'docker.sock'), 'rootless Docker')]),
    socket(posix.join(home, '.docker/run/docker.sock'), 'Docker Desktop'),
    socket(posix.join(home, '.docker/desktop/docker.sock'), 'Docker Desktop'),
    socket(posix.join(colima, 'default/docker.sock'), 'Colima'),
    socket(posix.join(config, 'colima/default/docker.sock'), 'Colima'),
    socket(posix.join(home, '.rd/docker.sock'), 'Rancher Desktop'),
    socket(posix.join(home, '.orbstack/run/docker.sock'), 'OrbStack'),
    ...(runtime === undefined ? [] : [podman(posix.join(runtime, 'podman/podman.sock'), 'rootless Podman')]),
    podman(posix.join(home, '.local/share/containers/podman/machine/podman.sock'), 'Podman machine'),
    podman('/run/podman/podman.sock', 'Podman'),
  ];
}

function socket(socketPath: string, product: string): EngineAddress {
  const isUsual = product === 'Docker';
  return { source: `the usual socket of ${product}`, kind: 'unix', url: `unix://${socketPath}`, socketPath, isUsual };
}

function podman(socketPath: string, product: string): EngineAddress {
  return { ...socket(socketPath, product), program: 'podman' };
}

function pipe(socketPath: string, product: string): EngineAddress {
  return { source: `the usual pipe of ${product}`, kind: 'npipe', url: `npipe://${socketPath}`, socketPath };
}
