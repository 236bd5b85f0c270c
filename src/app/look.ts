import { dumpRole } from '../backup/plan.js';
import type { Session } from '../database/session.js';
import type { UpgradeError } from '../errors/error.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import { refusal } from '../inspection/preflight.js';
import { pathIfThere } from '../machine/current-folder.js';
import type { Release } from '../releases/release.js';
import { withElsewhere } from './find/elsewhere.js';
import { explainEmpty } from './init/empty.js';
import type { Located } from './find/located.js';
import type { Command, FindOptions, ReleaseOption } from './options.js';
import { codeOfLaterLine } from './code-in-use.js';
import type { Run } from './run.js';
import { lookWithRetry, once } from './waiting.js';

/** A look that is under way. */
export interface Look {
  readonly session: Session;
  readonly inspection: Inspection;
  /** Reads something more, waiting for locks as the first look did. */
  readonly read: <T>(query: () => Promise<T>) => Promise<T>;
  /** Looks again, with what has been learned. */
  readonly again: (failing: ReadonlyMap<string, string>) => Promise<Inspection>;
}

export interface LookOptions {
  /** The release to reach; default: the newest of the line that the database is of. */
  readonly release?: Release | undefined;
  /** Whether a lock is waited for as long as the run waits, or once and briefly; default: as long as the run waits. */
  readonly waits?: boolean;
  /** Whether the session is left open, for what follows at once. */
  readonly keeps?: boolean;
  /** Returns the error that refuses this database; {@link refusal} by default. */
  readonly refuse?: (inspection: Inspection) => UpgradeError | undefined;
}

/**
 * The one look at a database that every command shares: connects, reads, tells what was found, refuses, and closes again.
 * @param then looks at whatever else the command needs, in the same session
 * @throws {UpgradeError} what `refuse` says, and why the database cannot be reached or read
 */
export async function look<T>(
  run: Run<Exclude<Command, 'report'>>,
  { target, connect, elsewhere }: Located,
  { release, waits = true, keeps = false, refuse }: LookOptions,
  then: (look: Look) => Promise<T>,
): Promise<T> {
  const { schema, project, to }: FindOptions & ReleaseOption = run.options;
  const session = await run.unlessSlow('Connecting', connect);
  const read = <R>(query: () => Promise<R>) =>
    run.unlessSlow('Looking at the database', () =>
      lookWithRetry(session, run, query, waits ? undefined : { retry: once() }),
    );
  // Only what changes the database has to know whether the look still holds when it does.
  const generation = ['upgrade', 'demo', 'rollback'].includes(run.command) ? ('all' as const) : undefined;
  const options = { schema, dumpRole: dumpRole(target), generation };
  try {
    const inspection = await read(() => inspect(session, release, options));
    run.learn({ inspection });
    if (target.kind !== 'embedded') run.note(...codeOfLaterLine(pathIfThere(project), inspection.version));
    const refused = refuse ? refuse(inspection) : refusal(inspection, to);
    if (refused) {
      const explained = await run.unlessSlow('Looking at the container', () => explainEmpty(refused, target));
      throw withElsewhere(explained, elsewhere);
    }
    const again = async (failing: ReadonlyMap<string, string>) => {
      const repaired = await read(() => inspect(session, release, { ...options, failing }));
      run.learn({ inspection: repaired });
      return repaired;
    };
    const seen = await then({ session, inspection, read, again });
    if (keeps) run.keptOpen = session;
    return seen;
  } finally {
    if (run.known.inspection) await run.emit({ kind: 'found', target, inspection: run.known.inspection });
    if (run.keptOpen !== session) await session.close();
  }
}
