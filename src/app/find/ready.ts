import { setTimeout as sleep } from 'node:timers/promises';
import type { Connect } from '../../database/connect.js';
import { phaseOf } from '../../database/container-phase.js';
import type { Session } from '../../database/session.js';
import { openHost } from '../../database/container/open.js';
import { lastLogLines } from '../../detect/log-lines.js';
import { findNamedContainer, unusableContainer } from '../../detect/container.js';
import type { DockerTarget, Target } from '../../database/target.js';
import { UpgradeError } from '../../errors/error.js';
import { engineLine } from '../../database/engine-line.js';
import { own } from '../../errors/remedy.js';
import type { Run } from '../run.js';

/** How long ago, in ms, a container was started that may not have come to its server's failing yet. */
const JUST_STARTED_MS = 60_000;
/** How often, in ms, a server that is not ready is asked again. */
const AGAIN_MS = 500;

interface Ready<T> {
  readonly seen: T;
  readonly session?: Session;
}

/**
 * Connects and looks, and where the server is starting, stopping or still making its database, again until `--wait` is over.
 * @param look closes nothing; says whether the server may be a temporary one
 * @returns what was seen, and the session that saw it where it will last, which is the caller's to close
 * @throws {UpgradeError} YF215 or YF252 where it was not ready in that time; else why no connection comes about
 */
export async function whenReady<T>(
  run: Run,
  target: Target,
  connect: Connect,
  look: (session: Session) => Promise<{ readonly seen: T; readonly mayBeTemporary: boolean }>,
): Promise<Ready<T>> {
  for (;;) {
    const tried = await run.unlessSlow('Connecting', () => attempt(target, connect, look));
    if ('seen' in tried) return tried;
    await waitAgain(run, tried.error);
  }
}

/**
 * Waits a moment for what stands in the way, as long as the run waits.
 * @throws {UpgradeError} the error itself, where that is over
 */
export async function waitAgain(run: Run, error: UpgradeError): Promise<void> {
  run.deadline.begin();
  if (run.deadline.isOver) throw error;
  const reason = error.message.replace(/\.$/, '');
  await run.emit({ kind: 'waiting', progress: { phase: 'waiting', waitsFor: 'server', reason } });
  await sleep(Math.min(AGAIN_MS, run.deadline.remainingMs), undefined, { signal: run.stopping });
}

/** @returns what was seen, or why it is worth another attempt */
async function attempt<T>(
  target: Target,
  connect: Connect,
  look: (session: Session) => Promise<{ readonly seen: T; readonly mayBeTemporary: boolean }>,
): Promise<Ready<T> | { readonly error: UpgradeError }> {
  let session: Session | undefined;
  let isReady = false;
  try {
    session = await connect();
    const { seen, mayBeTemporary } = await look(session);
    // Its end and the start of the server proper are no time to connect either.
    const phase = mayBeTemporary && target.kind === 'docker' ? await phaseOf(target) : 'other';
    if (target.kind === 'docker' && (phase === 'init' || phase === 'starting')) return { error: stillInit(target) };
    // One that the server for its first start has opened goes with that server.
    isReady = !mayBeTemporary;
    return isReady ? { seen, session } : { seen };
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
    const phase = target.kind === 'docker' && mayPass(error) ? await phaseOf(target) : 'other';
    if (target.kind === 'docker' && phase === 'init') return { error: stillInit(target, error) };
    const isStarting = error.code === 'YF204' && (phase === 'starting' || (phase === 'ready' && wasAbsent(error)));
    const down = target.kind === 'docker' && phase === 'other' ? await downMeanwhile(target, error) : undefined;
    if (down === undefined && (error.code === 'YF215' || isStarting)) return { error };
    throw down ?? error;
  } finally {
    if (!isReady) await session?.close();
  }
}

/** While the database is made, role, database and rules may be missing as well; the other codes are the engine's. */
const mayPass = ({ code }: UpgradeError): boolean => !['YF202', 'YF203', 'YF208', 'YF210', 'YF211'].includes(code);

/** What is the matter with a container whose server has gone since it was found; undefined where it runs. */
async function downMeanwhile(target: DockerTarget, { code }: UpgradeError): Promise<UpgradeError | undefined> {
  if (code !== 'YF202' && code !== 'YF204' && code !== 'YF215') return undefined;
  try {
    const host = await openHost(target.engine);
    const found = await findNamedContainer(host, target.containerId);
    if (found === undefined) return undefined;
    if (!found.usable) return found.state === 'down' ? unusableContainer(found) : undefined;
    // One that is started again and again runs for a moment each time.
    const inspected = await host.inspect(target.containerId);
    if (!inspected?.RestartCount || Date.now() - Date.parse(inspected.State.StartedAt) > JUST_STARTED_MS)
      return undefined;
    const failed = `it keeps restarting (${inspected.RestartCount} times so far)`;
    const log = lastLogLines(await host.logs(target.containerId, 30));
    return unusableContainer({ place: found.place, failed, remedy: '', isFailing: true, log });
  } catch {
    return undefined;
  }
}

/** Whether libpq found no server yet, or one that ended just then, as the temporary one of a first start does: another attempt may find the next. */
const wasAbsent = ({ found }: UpgradeError): boolean =>
  /Is the server running|Connection refused|server closed the connection unexpectedly/.test(found.join(' '));

function stillInit({ engine, container }: DockerTarget, cause?: UpgradeError): UpgradeError {
  return new UpgradeError({
    code: 'YF252',
    message: `The container ${container} is still making its database: its first start is not over.`,
    found: cause?.found ?? [],
    remedy: [`Wait until it is done (${engineLine(engine, 'logs', container, 20)}), then run: `, own('status')],
    ...(cause && { cause }),
  });
}
