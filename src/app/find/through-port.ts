import { READ_PASSWORD } from '../../database/password-in-container.js';
import type { Place } from '../../database/place.js';
import { unreachable } from '../../database/reachable.js';
import type { DirectTarget, DockerTarget } from '../../database/target.js';
import { runInContainer } from '../../database/run-in-container.js';
import { rememberPassword } from '../../redaction/redact.js';

/**
 * The way to a container's server through the port that it publishes, for a container without psql. The password is that of its
 * environment, or of the file that it names; it stays in this process.
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
    ...(password !== undefined && { password, passwordFrom: `the container ${container}` }),
    ssl: 'prefer',
    reason: `${target.reason}; there is no psql in it, so through the port that it publishes`,
  };
  return (await unreachable(direct)) === undefined ? direct : undefined;
}

/** How long, in ms, the reading of it may take. */
const PASSWORD_MS = 3000;

/** As the shell in the container reads it for psql. */
async function passwordOf(target: DockerTarget): Promise<string | undefined> {
  const read = `${READ_PASSWORD}\nprintf %s "$PGPASSWORD"`;
  const { stdout } = await runInContainer(target, read, [], PASSWORD_MS).catch(() => ({ stdout: '' }));
  rememberPassword(stdout);
  return stdout === '' ? undefined : stdout;
}
