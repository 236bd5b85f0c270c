import { openHost } from '../database/container/open.js';
import { imageVariables, variable } from '../database/image-variables.js';
import type { Place } from '../database/place.js';
import { unreachable } from '../database/reachable.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import { rememberPassword } from '../redaction/redact.js';

/**
 * The way to a container's server through the port that it publishes, for a container without psql. The password is that of its
 * environment; it stays in this process.
 * @returns undefined where no port is published, or where nothing answers there
 */
export async function throughPort(
  target: DockerTarget,
  { bindings, engine }: Place,
): Promise<DirectTarget | undefined> {
  const [binding] = bindings;
  if (binding === undefined) return undefined;
  const isEverywhere = ['', '0.0.0.0', '::'].includes(binding.address);
  const isRemote = engine.kind === 'tcp' || engine.kind === 'ssh';
  const password = await passwordOf(target);
  const { container, user, database, named } = target;
  const direct: DirectTarget = {
    kind: 'direct',
    source: `container ${container}`,
    container,
    host: isRemote ? (engine.host ?? 'localhost') : isEverywhere ? '127.0.0.1' : binding.address,
    port: binding.port,
    database,
    ...(!named?.includes('database') && { isDatabaseDefault: true }),
    user,
    ...(password !== undefined && { password, passwordFrom: `the environment of ${container}` }),
    ssl: 'prefer',
    reason: `${target.reason}; there is no psql in it, so through the port that it publishes`,
  };
  return (await unreachable(direct)) === undefined ? direct : undefined;
}

async function passwordOf({ engine, containerId }: DockerTarget): Promise<string | undefined> {
  const host = await openHost(engine);
  const env = (await host.inspect(containerId))?.Config.Env ?? [];
  const password = imageVariables.password.map((name) => variable(env, name)).find(Boolean);
  rememberPassword(password);
  return password;
}
