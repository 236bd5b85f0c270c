import { setTimeout as sleep } from 'node:timers/promises';
import type { Wait } from '../database/await-answer.js';
import { noProgress, Sightings } from '../database/look-wait.js';
import type { Liveness, Working } from '../database/backend-state.js';
import { ConnectionLost, NoProgress, ServerSilent, STANDBY_MISSING, StandbyMissing } from '../database/session.js';
import { PassingWait, type RunWait } from '../database/run-wait.js';

/** How long, in ms, without an answer until the watch looks what the worker is doing, and how often it then looks again. */
const UNANSWERED_MS = 2000;
const AGAIN_MS = 500;
/** How long, in ms, without progress until it is reported, and the least until a process counts as stopped. */
const REPORT_MS = 5000;
const STOPPED_MS = 10_000;
/** The same, in ms, for a process that may be computing, reading or writing, and for one that cannot be seen. */
const BUSY_MS = 300_000;
const UNSEEN_MS = 600_000;
/** How long, in ms, a process may take to give up when asked. A running one takes a moment. */
const GIVE_UP_MS = 1500;

/** What a run knows of its worker from beside it. */
export interface Beside {
  /** Never throws, and has an answer within seconds. */
  liveness(): Promise<Liveness>;
  /** Asks the server to give up what the worker is at. Never throws. */
  cancel(): Promise<void>;
  /** Asks the server to end the worker's process, as soon as it goes on. Never throws. */
  terminate(): Promise<void>;
}

/**
 * How the session that changes the database waits. It treats a silent server, a stopped process and a standby that does
 * not confirm like a lock: it reports the wait, starts the run's deadline, and gives up when that is over.
 */
export function workerWait(beside: Beside, run: RunWait): () => Wait {
  const { deadline, on } = run;
  const wait = new PassingWait(run);
  return () => {
    // The answer before this one has come.
    wait.goesOn();
    const sightings = new Sightings();
    const leftMs = deadline.remainingMs;
    return {
      firstMs: UNANSWERED_MS,
      everyMs: AGAIN_MS,
      askBeside: () => beside.liveness(),
      judge: async (seen, unansweredMs) => {
        const isGone = sightings.isGone(seen);
        if (seen.kind === 'gone') return isGone ? new ConnectionLost(seen.reason) : undefined;
        if (seen.kind === 'silent')
          return wait.isOver(
            { waitsFor: 'server', reason: `the server does not answer (${seen.reason})` },
            unansweredMs,
          )
            ? new ServerSilent(`the server has stopped answering (${seen.reason})`)
            : undefined;
        if (seen.waitsFor === 'SyncRep')
          return wait.isOver({ waitsFor: 'standby', reason: STANDBY_MISSING }, unansweredMs)
            ? new StandbyMissing(STANDBY_MISSING)
            : undefined;
        wait.goesOn();
        const withoutMs = sightings.withoutMs(seen);
        if (withoutMs < REPORT_MS) return undefined;
        const reason = noProgress(seen, withoutMs);
        const limitMs = stoppedAfterMs(seen, leftMs);
        if (limitMs < BUSY_MS) on({ phase: 'waiting', waitsFor: 'process', reason });
        return withoutMs < limitMs ? undefined : giveUp(beside, reason);
      },
    };
  };
}

/** Waits that look the same at each look although the process makes progress: for the processor, a disk, a helper process. */
const busy: ReadonlySet<string | null> = new Set([null, 'IO', 'IPC', 'LWLock', 'BufferPin']);

/**
 * @param leftMs what was left of the run's wait when the statement was sent
 * @returns for how long, in ms, the same sign is no sign of a process that was stopped. A lock is given up by the server before that (lock_timeout),
 * and CREATE or DROP DATABASE may have to wait until all that is in memory is on the disk.
 */
function stoppedAfterMs({ sign, waitType }: Working, leftMs: number): number {
  if (sign === undefined) return UNSEEN_MS;
  if (waitType === 'Lock') return leftMs + STOPPED_MS;
  return Math.max(leftMs, busy.has(waitType) ? BUSY_MS : STOPPED_MS);
}

/** Lets a process that runs roll back; one that is stopped will end as soon as it goes on. */
async function giveUp(beside: Beside, reason: string): Promise<NoProgress> {
  await beside.cancel();
  await sleep(GIVE_UP_MS);
  await beside.terminate();
  return new NoProgress(reason);
}
