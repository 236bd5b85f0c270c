import type { ClientPrograms } from '../database/programs/programs.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import { UpgradeError } from '../errors/error.js';

/**
 * The pg_dump and pg_restore to use for a target: those of its container, else a fitting pair on this machine.
 * @param serverVersion server_version_num, for example 160004
 * @throws {UpgradeError} YF341 when this machine has none that is new enough
 */
export async function programsFor(target: DockerTarget | DirectTarget, serverVersion: number): Promise<ClientPrograms> {
  if (target.kind === 'docker') {
    const { programsInContainer } = await import('../database/programs/in-container.js');
    return programsInContainer(target);
  }
  const [{ findLocalPrograms, fitting }, { localPrograms }] = await Promise.all([
    import('../database/programs/find-local.js'),
    import('../database/programs/local.js'),
  ]);
  const major = Math.floor(serverVersion / 10_000);
  const installations = await findLocalPrograms();
  const found = fitting(installations, major);
  if (found === undefined)
    throw noneFits(
      major,
      installations.map(({ version, folder }) => `pg_dump ${version} in ${folder} is older than the server`),
    );
  return localPrograms(found, target, major);
}

/** How long, in ms, pg_dump may take to tell its version. */
const VERSION_MS = 4000;

/**
 * Makes sure before anything is asked that the container can dump its database. Where that cannot be told, the dump itself tells.
 * @throws {UpgradeError} YF341 where the container has no pg_dump, or one that is older than its server and would refuse it
 */
export async function requireDumpIn(target: DockerTarget, serverVersion: number): Promise<void> {
  const { runInContainer } = await import('../database/run-in-container.js');
  const script = 'command -v pg_dump >/dev/null 2>&1 || { echo none; exit; }; pg_dump --version';
  const said = await runInContainer(target, script, [], VERSION_MS).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  const [server, [, version = '']] = [Math.floor(serverVersion / 10_000), /\s(\d+)(?:\.\d+|\w+)*\b/.exec(said) ?? []];
  if (said !== 'none' && !(Number(version) > 0 && Number(version) < server)) return;
  const { container } = target;
  throw new UpgradeError({
    code: 'YF341',
    message:
      said === 'none'
        ? `There is no pg_dump in the container ${container}, and a backup needs one.`
        : `The pg_dump in the container ${container} is too old for its server, and a backup of a PostgreSQL ${server} needs one of ${server} or later.`,
    found: [said === 'none' ? 'no pg_dump on its PATH or where packages put it' : `it has ${said}`],
    remedy: `Go through its published port with a pg_dump of this machine: --database-url URL. To upgrade without a backup: --no-backup`,
  });
}

function noneFits(major: number, found: string[]): UpgradeError {
  return new UpgradeError({
    code: 'YF341',
    message: `This machine has no pg_dump ${major} or later, and a backup of a PostgreSQL ${major} needs one.`,
    found: found.length > 0 ? found : ['no pg_dump on the PATH or where installers put it'],
    remedy: `Install it: ${howToInstall(major)} If the server is a container, --container NAME uses its own pg_dump. To upgrade without a backup: --no-backup`,
  });
}

function howToInstall(major: number): string {
  switch (process.platform) {
    case 'darwin':
      return `brew install postgresql@${major}.`;
    case 'win32':
      return `winget install PostgreSQL.PostgreSQL.${major} (its command line tools are enough).`;
    default:
      return `apt install postgresql-client-${major} (from apt.postgresql.org where the distribution is older), dnf install postgresql${major}, or apk add postgresql${major}-client.`;
  }
}
