import { setTimeout as sleep } from 'node:timers/promises';
import type { Wait } from '../database/await-answer.js';
import { noProgress, Progress } from '../database/look-wait.js';
import type { Liveness } from '../database/liveness.js';
import { ConnectionLost, NoProgress, ServerSilent, STANDBY_MISSING, StandbyMissing } from '../database/session.js';
import type { Deadline } from '../deadline.js';
import type { Listener } from './progress.js';

/** After how long, in ms, without an answer the watch looks what the worker is at, and how often then. */
const UNANSWERED_MS = 2000;
const AGAIN_MS = 500;
/** For how long, in ms, no progress is worth a word, and the least before a process counts as stopped. */
const SAY_MS = 5000;
const STOPPED_MS = 10_000;
/** The same of a process that waits for a checkpoint, in ms. */
const CHECKPOINT_MS = 600_000;
/** How long, in ms, a process that is told to give up has for it. One that runs does it in a moment. */
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

/** What waits belong to: the run's one deadline, and whoever is told of them. */
export interface RunWait {
  readonly deadline: Deadline;
  readonly on: Listener;
}

/**
 * How the session that changes the database waits. A server that has fallen silent, a process that has been stopped and a standby
 * that does not confirm are waits like that for a lock: they are told, they begin the run's deadline, and it ends them.
 */
export function workerWait(beside: Beside, { deadline, on }: RunWait): () => Wait {
  return () => {
    const progress = new Progress();
    const wait = (reason: string, forMs: number): boolean => {
      deadline.begin(forMs);
      on({ phase: 'waiting', reason });
      return deadline.isOver;
    };
    return {
      firstMs: UNANSWERED_MS,
      everyMs: AGAIN_MS,
      askBeside: () => beside.liveness(),
      judge: async (seen, unansweredMs) => {
        if (seen.kind === 'gone') return new ConnectionLost(seen.reason);
        if (seen.kind === 'silent') return wait(`the server does not answer (${seen.reason})`, unansweredMs) ? new ServerSilent(`the server has stopped answering (${seen.reason})`) : undefined;
        if (seen.waitsFor === 'SyncRep') return wait(STANDBY_MISSING, unansweredMs) ? new StandbyMissing(STANDBY_MISSING) : undefined;
        const withoutMs = progress.withoutMs(seen);
        if (isLock(seen) || withoutMs < (isCheckpoint(seen) ? CHECKPOINT_MS : SAY_MS)) return undefined;
        const reason = noProgress(seen, withoutMs);
        if (!wait(reason, withoutMs) || withoutMs < STOPPED_MS) return undefined;
        return giveUp(beside, reason);
      },
    };
  };
}

/** CREATE and DROP DATABASE may have to wait until all that is in memory is on the disk. */
const isCheckpoint = ({ waitsFor }: Extract<Liveness, { kind: 'working' }>) => waitsFor?.startsWith('Checkpoint') === true;

/** A lock is waited for as long as lock_timeout says, and who holds it is told elsewhere. */
const isLock = ({ sign }: Extract<Liveness, { kind: 'working' }>) => sign.split('|')[1] === 'Lock';

/** Lets a process that runs roll back; one that is stopped will end as soon as it goes on. */
async function giveUp(beside: Beside, reason: string): Promise<NoProgress> {
  await beside.cancel();
  await sleep(GIVE_UP_MS);
  await beside.terminate();
  return new NoProgress(reason);
}
