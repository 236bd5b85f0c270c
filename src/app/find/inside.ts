import type { Candidate } from '../../detect/candidates.js';
import type { Target } from '../../database/target.js';
import type { UpgradeError } from '../../errors/error.js';
import { visible } from '../../inert/visible.js';
import { hasOwnNetwork, isInContainer } from '../../machine/container.js';
import { realSurroundings, type Surroundings } from '../../machine/surroundings.js';

/** The line that gives the image of this program what it needs. */
export const DOCKER_RUN =
  'docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/work" yokeflow-upgrade';

const sockets = ['/var/run/docker.sock', '/run/docker.sock', '/run/podman/podman.sock'];

const isLoopback = (host: string) => /^(?:localhost|127(?:\.\d{1,3}){3}|::1|0\.0\.0\.0)$/i.test(host);

/**
 * Where this program runs in a container and found no database: what that has to do with it.
 * @param candidates what was found that cannot be used
 */
export function nothingFoundInside(
  error: UpgradeError,
  candidates: readonly Candidate[],
  from: Surroundings = realSurroundings(),
): UpgradeError {
  if (!['YF201', 'YF203'].includes(error.code) || !isInContainer(from)) return error;
  const address = candidates.find((one) => one.address !== undefined)?.address;
  if (address !== undefined) return ownLoopback(error, address, from);
  if (from.env['DOCKER_HOST'] || from.env['CONTAINER_HOST'] || sockets.some((path) => from.exists(path))) return error;
  return error.with({
    code: 'YF261',
    message:
      'No YokeFlow database was found: this program runs in a container, and no socket of a container engine is mounted in it.',
    remedy: `Give it the socket: ${DOCKER_RUN}. Or name a database that this container reaches: --database-url URL`,
  });
}

/** Where a connection to this machine's own address is refused inside a container: whose address that is. */
export function ownLoopback(
  error: UpgradeError,
  target: Target,
  from: Surroundings = realSurroundings(),
): UpgradeError {
  if (!(error.code === 'YF204' || error.code === 'YF201') || target.kind !== 'direct' || !isLoopback(target.host))
    return error;
  if (!isInContainer(from) || !hasOwnNetwork(from)) return error;
  return error.with({
    code: 'YF262',
    message: `Nothing answers at ${visible(target.host)}, which is the container that this program runs in, and not your machine.`,
    found: error.code === 'YF204' ? [error.message, ...error.found] : error.found,
    remedy: `For a server on your machine, write host.docker.internal in its place (on Linux add to docker run: --add-host host.docker.internal:host-gateway), or add to docker run: --network host. For a server in a container, name it with --container NAME, and mount the engine's socket: ${DOCKER_RUN}`,
  });
}
