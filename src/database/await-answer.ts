import { setTimeout as sleep } from 'node:timers/promises';
import type { Liveness } from './backend-state.js';

/** How an answer that does not come is waited for. */
export interface Wait {
  /** When it is first asked, from beside, what keeps the answer, and how often then, both in ms. */
  readonly firstMs: number;
  readonly everyMs: number;
  /** Never throws, and comes to an end within seconds. */
  readonly askBeside: () => Promise<Liveness>;
  /**
   * Looks at what was seen.
   * @param unansweredMs how long the answer has been waited for
   * @returns the error to give up with; undefined to go on waiting
   */
  readonly judge: (seen: Liveness, unansweredMs: number) => Error | undefined | Promise<Error | undefined>;
}

/** Makes what watches over the wait for one answer: to a query, or to a statement, which may take longer. */
export type MakeWait = (kind: 'rows' | 'statement') => Wait;

/**
 * Waits for an answer that may never come: a server that is stopped, or a connection that swallows what goes through it,
 * reports nothing by itself.
 * @param wait made anew for each answer; undefined to wait for ever
 * @throws whatever `answer` throws, and what `judge` returns
 */
export async function awaitAnswer<T>(answer: Promise<T>, wait: Wait | undefined): Promise<T> {
  if (wait === undefined) return answer;
  const answered = new AbortController();
  let verdict: Error | undefined;
  const watching = watch(wait, answered.signal, (error) => {
    verdict = error;
  });
  watching.catch(() => undefined);
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, watching]);
  } catch (error) {
    // A cancelled statement ends because of the verdict.
    throw verdict ?? error;
  } finally {
    answered.abort();
  }
}

async function watch(
  { firstMs, everyMs, askBeside, judge }: Wait,
  answered: AbortSignal,
  decided: (error: Error) => void,
): Promise<never> {
  const since = Date.now();
  await sleep(firstMs, undefined, { signal: answered });
  for (;;) {
    const seen = await askBeside();
    const error = answered.aborted ? undefined : await judge(seen, Date.now() - since);
    if (error !== undefined) {
      decided(error);
      throw error;
    }
    await sleep(everyMs, undefined, { signal: answered });
  }
}
