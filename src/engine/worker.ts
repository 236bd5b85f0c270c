import type { Connect } from '../database/connect.js';
import type { Session } from '../database/session.js';
import { Watch } from './watch.js';
import type { RunWait } from '../database/run-wait.js';
import { workerWait } from './worker-wait.js';

/** The session that changes the database, the watch beside it, and how to open a new session if it is lost. */
export interface Worker {
  readonly session: Session;
  readonly watch: Watch;
  readonly connect: Connect;
  /** What all waits of this run belong to. */
  readonly wait: RunWait;
}

/**
 * Opens both sessions, hands them to `work` and closes them again.
 * @throws {UpgradeError} YF2xx where no connection came about, and whatever `work` throws
 */
export async function withWorker<T>(connect: Connect, wait: RunWait, work: (worker: Worker) => Promise<T>): Promise<T> {
  const [watch, session] = await Promise.all([
    Watch.open(connect),
    connect('worker').catch((error: unknown) => error as Error),
  ]);
  try {
    if (session instanceof Error) throw session;
    const { ownPid } = session;
    session.attend(
      workerWait(
        {
          liveness: () => watch.liveness(ownPid),
          cancel: async () => {
            if (ownPid !== undefined) await watch.cancel(ownPid);
          },
          terminate: async () => {
            if (ownPid !== undefined) await watch.terminate(ownPid);
          },
        },
        wait,
      ),
    );
    return await work({ session, watch, connect, wait });
  } finally {
    // The watch goes last: it ends whatever of the worker it finds.
    if (!(session instanceof Error)) await session.close();
    await watch.close();
  }
}
