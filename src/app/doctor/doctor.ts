import { within } from '../../database/reachable.js';
import type { Attempt, DirectTarget, DockerTarget } from '../../database/target.js';
import type { Session } from '../../database/session.js';
import type { Candidate } from '../../detect/candidates.js';
import { nothingFound, SeveralDatabases, targetOf } from '../../detect/choose.js';
import { ExitCode, UpgradeError } from '../../errors/error.js';
import { own } from '../../errors/remedy.js';
import { visible } from '../../inert/visible.js';
import type { Inspection } from '../../inspection/inspection.js';
import { isInContainer } from '../../machine/container.js';
import { packageVersion } from '../../machine/package-info.js';
import { realSurroundings, type Surroundings } from '../../machine/surroundings.js';
import { conditionText } from '../../planning/condition.js';
import { newerText } from '../../planning/newer.js';
import { asCoded } from '../failure.js';
import { givenConnection } from '../find/given-connection.js';
import { explainEmpty } from '../init/empty.js';
import { anyUsable, findDatabases, noneUsable, wantedRelease } from '../find/locate.js';
import { located, type Located } from '../find/located.js';
import { look } from '../look.js';
import { learnRefusal } from '../refusal-ahead.js';
import type { OutcomeOf } from '../outcome.js';
import { runCommand, type Run, type RunContext } from '../run.js';
import { describe } from '../find/candidates.js';
import { backupTried } from './backup.js';
import { connectionTried, databaseTried, dueText, refusedBy } from './database.js';
import { enginesTried } from './engines.js';
import { namedTried } from './named.js';
import { tried, type Tried } from './tried.js';

type DoctorRun = Run<'doctor'>;
type Target = DockerTarget | DirectTarget;

/** How long, in ms, a connection may take to come about. */
const CONNECT_MS = 4000;

/** What the search came to: a database, or why there is none. */
interface Search {
  readonly candidates: readonly Candidate[];
  readonly attempts: readonly Attempt[];
  readonly target?: Target;
  readonly error?: UpgradeError;
}

/** Everything that is tried to find the database, in order, each with what came of it. Changes nothing and asks nothing. */
export function doctor(context: RunContext<'doctor'>): Promise<OutcomeOf<'doctor'>> {
  return runCommand('doctor', context, async (run) => {
    const release = wantedRelease(run.options);
    const from = realSurroundings();
    const [search, engines] = await run.unlessSlow("Looking for YokeFlow's database", () =>
      Promise.all([searched(run), enginesTried(run.options, from)]),
    );
    const list: Tried[] = [
      programTried(from),
      ...namedTried(run.options, search.candidates, search.attempts, from),
      ...engines,
      ...searchTried(search),
    ];
    const { target } = search;
    if (target === undefined) {
      list.push(...(await backupTried(run.options.backupDir)));
      throw diagnosed(run, list, search.error ?? nothingFound(search.attempts, search.candidates));
    }
    run.learn({ target });
    let seen: Inspection;
    try {
      seen = await look(run, brief(target), { release, waits: false, refuse: () => undefined }, async (looked) => {
        await learnRefusal(run, target, looked, looked.inspection);
        return looked.inspection;
      });
    } catch (error) {
      const failed = toWaitFor(asCoded(error));
      list.push(...connectionTried(target, failed), ...(await backupTried(run.options.backupDir)));
      throw diagnosed(run, list, failed);
    }
    const refused = refusedBy(seen);
    list.push(
      ...databaseTried(target, seen, refused, run.options.schema),
      ...(await backupTried(run.options.backupDir, { target, inspection: seen })),
    );
    // A later line of YokeFlow was found and can be read, although there is nothing to upgrade.
    if (refused && seen.version.newer === null && seen.version.release === null)
      throw diagnosed(run, list, await explainEmpty(refused, target));
    run.learn({ doctor: { tried: list, verdict: goodVerdict(target, seen, refused) } });
    return { result: 'found', exitCode: ExitCode.done };
  });
}

async function searched(run: DoctorRun): Promise<Search> {
  try {
    const options = { ...run.options, ...(await givenConnection(run)) };
    const found = await findDatabases(options);
    const { candidates } = found;
    const [only, ...others] = candidates;
    if (!anyUsable(candidates)) return { ...found, error: noneUsable(found, options) };
    if (others.length > 0) return { ...found, error: new SeveralDatabases(await describe(candidates, options)) };
    const target = only && targetOf(only);
    return { ...found, ...(target && { target }) };
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
    return { candidates: [], attempts: [], error };
  }
}

/** Remembers what was tried, for an outcome that ends in an error. */
function diagnosed(run: DoctorRun, list: readonly Tried[], error: UpgradeError): UpgradeError {
  run.learn({ doctor: { tried: list, verdict: `${error.code}  ${error.message}` } });
  return error;
}

function programTried(from: Surroundings): Tried {
  const where = isInContainer(from) ? 'in a container' : 'not in a container';
  return tried(
    'program',
    'this program',
    true,
    `${packageVersion()} on Node.js ${process.versions.node}, ${process.platform}, ${where}`,
  );
}

/** What the search tried beside the places that name a database: engines that failed, and containers. */
function searchTried({ candidates, attempts, error }: Search): Tried[] {
  const names: ReadonlySet<string> = new Set(['DATABASE_URL', 'PG* variables']);
  const others = attempts.filter(({ tried: what }) => !names.has(what) && !what.endsWith('.env'));
  const usable = candidates.flatMap(({ place, target }) =>
    place && target
      ? [
          tried(
            'container',
            `container ${place.container} on ${place.engine.url}`,
            true,
            `it runs; database ${target.database}, user ${target.user}`,
          ),
        ]
      : [],
  );
  // Without a single attempt the error itself is all that there is.
  const failed =
    error && attempts.length === 0 && candidates.length === 0
      ? [tried('container', 'the search', false, [error.message, ...error.found].join(' '))]
      : [];
  return [...others.map((one) => tried('container', one.tried, false, one.failed)), ...usable, ...failed];
}

/** Nothing is waited for here, so that another command has to. */
const toWaitFor = (error: UpgradeError): UpgradeError =>
  error.code === 'YF402'
    ? error.with({ remedy: ['Let whoever holds them end; to wait for it, run: ', own('status', '--wait', '300')] })
    : error;

/** The same database, whose connection is given up sooner. */
function brief(target: Target): Located {
  const seconds = Math.ceil(CONNECT_MS / 1000);
  const { connect } = located(
    target.kind === 'direct'
      ? { ...target, connectTimeoutSeconds: Math.min(target.connectTimeoutSeconds ?? seconds, seconds) }
      : target,
  );
  const late = () =>
    new UpgradeError({
      code: 'YF204',
      message: `No connection came about within ${seconds} seconds.`,
      remedy: ['See whether the server is overloaded or a firewall stands before it, then run: ', own('status')],
    });
  return { target, connect: (...part) => inTime(connect(...part), late) };
}

/** @throws {UpgradeError} what `late` makes, where it takes too long; a session that comes about later is closed */
async function inTime(opening: Promise<Session>, late: () => UpgradeError): Promise<Session> {
  let isLate = false;
  opening.then((session) => (isLate ? session.close() : undefined)).catch(() => undefined);
  return within(CONNECT_MS + 500, opening, () => (isLate = true)).catch((error: unknown) => {
    throw isLate ? late() : error;
  });
}

function goodVerdict(target: Target, inspection: Inspection, refused: UpgradeError | undefined): string {
  const { version, snapshot } = inspection;
  const what = version.newer ? newerText(version.newer) : `${version.release?.version ?? ''}${conditionText(version)}`;
  const where = target.kind === 'docker' ? ` in container ${visible(target.container)}` : '';
  const next = refused ? `${refused.code}: ${refused.message}` : `${dueText(inspection)}.`;
  return `YokeFlow ${what} was found: database ${visible(snapshot.database)}${where}; ${next}`;
}
