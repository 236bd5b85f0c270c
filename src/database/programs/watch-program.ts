import { blockersQuery, describeBlocker, type Blocker } from '../blockers.js';
import { PassingWait, type RunWait } from '../run-wait.js';
import { UpgradeError } from '../../errors/error.js';
import { within } from '../reachable.js';
import type { Connect } from '../connect.js';
import { isRefusal } from '../liveness.js';
import { quoteLiteral } from '../quote.js';
import { ServerSilent } from '../session.js';

/** How long, in ms, a program may be silent before somebody asks what it is at, and how often then. */
const SILENT_MS = 3000;
const AGAIN_MS = 3000;
/** How long, in ms, that question may take. */
const ASK_MS = 5000;

export interface WatchedProgram {
  /** Opens sessions beside the program's. */
  readonly connect: Connect;
  /** What its session goes by. */
  readonly applicationName: string;
  readonly wait: RunWait;
  readonly signal: AbortSignal;
}

/**
 * Runs one of PostgreSQL's client programs, and asks the server what it is at while nothing is heard of it: it may wait for somebody's
 * lock, or for a server that has fallen silent, and neither says so by itself. Both are told, and end with the run's deadline.
 * @param work runs the program. It is given the signal to heed, and what to call whenever the program shows that it gets on.
 * @throws {UpgradeError} YF402 with who holds the lock
 * @throws {ServerSilent}
 * @throws whatever `work` throws
 */
export async function watchProgram<T>(
  { connect, applicationName, wait, signal }: WatchedProgram,
  work: (signal: AbortSignal, heard: () => void) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  let lastHeard = Date.now();
  const passing = new PassingWait(wait);
  const ask = async () => {
    const silentMs = Date.now() - lastHeard;
    if (silentMs < SILENT_MS) return;
    const error = await lookAt(connect, applicationName, passing, silentMs);
    if (error !== undefined && Date.now() - lastHeard >= silentMs) ended.abort(error);
  };
  let asking: Promise<void> | undefined;
  const timer = setInterval(() => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
  }, AGAIN_MS);
  try {
    return await work(AbortSignal.any([signal, ended.signal]), () => {
      lastHeard = Date.now();
    });
  } catch (error) {
    throw ended.signal.aborted && !signal.aborted ? ended.signal.reason : error;
  } finally {
    clearInterval(timer);
  }
}

/** @returns what to give the program up with, if anything */
async function lookAt(
  connect: Connect,
  applicationName: string,
  wait: PassingWait,
  silentMs: number,
): Promise<Error | undefined> {
  const asked = readBlockers(connect, applicationName);
  asked.catch(() => undefined);
  try {
    const blockers = await within(ASK_MS, asked);
    if (blockers.length > 0) {
      const found = blockers.map(describeBlocker);
      const reason = `a table is locked by ${found.join('; ')}`;
      return wait.isOver({ waitsFor: 'lock', reason, blockers }, silentMs) ? tableLocked(found) : undefined;
    }
    wait.goesOn();
    return undefined;
  } catch (error) {
    // A refusal, for too many connections say, is an answer.
    if (isRefusal(error)) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    return wait.isOver({ waitsFor: 'server', reason: `the server does not answer (${reason})` }, silentMs)
      ? new ServerSilent(`the server has stopped answering (${reason})`)
      : undefined;
  }
}

async function readBlockers(connect: Connect, applicationName: string): Promise<Blocker[]> {
  const session = await connect();
  try {
    return await session.rows<Blocker>(
      blockersQuery(
        `SELECT pid FROM pg_stat_activity WHERE application_name = ${quoteLiteral(applicationName)} AND wait_event_type = 'Lock'`,
      ),
    );
  } finally {
    await session.close();
  }
}

/** What became of a pg_dump whose locks were not to be had. */
export function tableLocked(found: readonly string[]): UpgradeError {
  return new UpgradeError({
    code: 'YF402',
    message: 'The backup could not begin: another session holds a table locked.',
    found,
    remedy: "Stop YokeFlow's API and agents, or wait longer with --wait SECONDS; then run the same command again.",
  });
}
