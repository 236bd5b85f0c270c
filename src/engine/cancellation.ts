import { setTimeout as sleep } from 'node:timers/promises';
import type { Connect } from '../database/connect.js';
import { ConnectionLost, ServerSilent } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { codedError } from './coded-error.js';
import type { Watch } from './watch.js';
import { withWorker, type Worker } from './worker.js';
import type { RunWait } from '../database/run-wait.js';

/**
 * Runs `work` on sessions of its own, in transactions that end as soon as the user cancels.
 * @throws {UpgradeError} YF701 where the user cancelled, and whatever code an error of the session stands for
 */
export async function withCancellableWorker<T>(
  connect: Connect,
  signal: AbortSignal,
  wait: RunWait,
  work: (worker: Worker) => Promise<T>,
): Promise<T> {
  try {
    return await withWorker(connect, wait, work);
  } catch (error) {
    throw signal.aborted ? cancelled(error) : codedError(error);
  }
}

/** A cancellation that comes between two statements has no effect, so it is repeated, every so many ms. */
const AGAIN_MS = 300;
/** How long, in ms, to wait for the answer to one: a pooler with a single connection has none to spare for it. */
const ANSWER_MS = 2000;

/**
 * As soon as the user cancels, asks the server to give up what this backend is at, until the returned function is
 * called. That one waits until no cancellation is on its way any more: it would hit whatever the backend does next.
 */
export function cancelOnAbort(watch: Watch, backend: number, signal: AbortSignal): () => Promise<void> {
  const stopped = new AbortController();
  let cancelling: Promise<void> = Promise.resolve();
  const cancel = () => {
    cancelling = (async () => {
      while (!stopped.signal.aborted) {
        await watch.cancel(backend);
        await sleep(AGAIN_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    })();
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return async () => {
    signal.removeEventListener('abort', cancel);
    stopped.abort();
    const answered = new AbortController();
    await Promise.race([cancelling, sleep(ANSWER_MS, undefined, { signal: answered.signal }).catch(() => undefined)]);
    answered.abort();
  };
}

/** What cancelling comes to: an outcome that is settled already (a COMMIT in doubt, say) stays what it is. */
function cancelled(error: unknown): unknown {
  if (error instanceof UpgradeError && error.changed !== false) return error;
  const lost =
    error instanceof ServerSilent
      ? 'the server does not answer'
      : error instanceof ConnectionLost
        ? 'the connection has ended'
        : undefined;
  const aftermath =
    lost === undefined ? 'the transaction was rolled back.' : `${lost}: PostgreSQL rolls back what was under way.`;
  return new UpgradeError({
    code: 'YF701',
    message: `Cancelled${lost === undefined ? ': ' : ', and '}${aftermath}`,
    aftermath,
    remedy: 'To go on later, run the same command again.',
    cause: error,
  });
}
