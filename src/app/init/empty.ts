import { openHost } from '../../database/container/open.js';
import { within } from '../../database/reachable.js';
import type { Target } from '../../database/target.js';
import { initialisationOf, initialisedDatabase, type Initialisation, type Mount } from '../../detect/initialisation.js';
import type { UpgradeError } from '../../errors/error.js';

/** How long, in ms, a container is asked how it came to an empty database. */
const ASK_MS = 3000;

/** Lines of a container's log that are looked through: the first start, and those after it. */
const LOG_LINES = 2000;

interface Beginning {
  readonly mounts: readonly Mount[];
  readonly initialisation: Initialisation | undefined;
  /** The database that its first start filled; undefined where only a file within it has the name. */
  readonly database: string | undefined;
}

/** What a container tells of its beginning; undefined for another kind of target, and where it does not tell. */
export async function beginningOf(target: Target): Promise<Beginning | undefined> {
  if (target.kind !== 'docker') return undefined;
  const ask = async () => {
    const host = await openHost(target.engine);
    const [inspected, log] = await Promise.all([
      host.inspect(target.containerId),
      // A logging driver that cannot be read says nothing; the mounts still do.
      host.logs(target.containerId, LOG_LINES).catch(() => ''),
    ]);
    const mounts: readonly Mount[] = inspected?.Mounts ?? [];
    return {
      mounts,
      initialisation: initialisationOf(mounts, log),
      database: initialisedDatabase(inspected?.Config?.Env),
    };
  };
  return within(ASK_MS, ask()).catch(() => undefined);
}

/**
 * Says why a database is empty, where its container tells: YokeFlow 1.4.0 as it installs itself ends so.
 * @returns YF361 in the place of YF301, or the error as it was
 */
export async function explainEmpty(error: UpgradeError, target: Target): Promise<UpgradeError> {
  if (error.code !== 'YF301') return error;
  const begun = await beginningOf(target);
  const { stopped, mounted } = begun?.initialisation ?? {};
  // A mounted folder alone is no reason: a database may have been emptied, or made, since.
  const isAnother = begun?.database !== undefined && begun.database !== target.database;
  if (stopped === undefined || mounted === undefined || isAnother) return error;
  return error.with({
    code: 'YF361',
    message: `${error.message.replace(/\.$/, '')}, because its first start stopped before YokeFlow's schema was loaded.`,
    found: [
      `the container's log: ${stopped.script}, line ${stopped.line}: ${stopped.message}`,
      ...mounted.map(({ Source, Destination }) => `${Source ?? 'a volume'} is mounted at ${Destination}`),
    ],
  });
}
