/** How long, in ms, the first attempt may hold others up: most transactions of YokeFlow's are over sooner. */
const FIRST_MS = 100;
/** The same for an attempt after which there is no other. */
const ONLY_MS = 1000;
/** An attempt, in ms, that nobody notices. It gets through where the way is free at that moment. */
const BARELY_MS = 20;
/** How many attempts of the longest kind a run may hold others up for, all of its attempts together. */
const LONGEST_ATTEMPTS = 3;
/** A transaction that is so many times as old as the longest attempt will not end during the next one either. */
const OLD = 2;
/** What is likely to be left of a transaction that is there already, as a factor of its age. */
const YET_TO_COME = 1.5;

/** What came of the attempts before this one. All times are in ms. */
export interface Tried {
  /** How long the last attempt was allowed to be; undefined before the first one. */
  readonly lastMs: number | undefined;
  /** For how long others were held up so far, in all. */
  readonly heldUpMs: number;
  /** Age of the oldest transaction that was in the way; undefined where nobody could tell. */
  readonly oldestMs: number | undefined;
}

/**
 * How long the next attempt at the locks may hold others up, in ms. The first is short. The next ones grow to what the
 * transactions in the way live, because an attempt that is shorter than they are never wins against a steady load, and
 * each one makes every writer wait in vain. Pure.
 * @param longestMs the upper bound of one attempt, in ms
 */
export function attemptMs({ lastMs, heldUpMs, oldestMs = 0 }: Tried, longestMs: number): number {
  if (lastMs === undefined) return Math.min(FIRST_MS, longestMs);
  const leftMs = mostHeldUpMs(longestMs) - heldUpMs;
  if (leftMs < BARELY_MS || oldestMs > OLD * longestMs) return Math.min(BARELY_MS, longestMs);
  return Math.round(Math.min(Math.max(2 * lastMs, YET_TO_COME * oldestMs), longestMs, leftMs));
}

/** How long the attempt of a run that does not wait (`--wait 0`) may hold others up, in ms. Pure. */
export const onlyAttemptMs = (longestMs: number): number => Math.min(ONLY_MS, longestMs);

/** For how long, in ms, the attempts of a run may hold others up, all together. Those of a moment do not count. Pure. */
export const mostHeldUpMs = (longestMs: number): number => LONGEST_ATTEMPTS * longestMs;

/** How old, in ms, a transaction must be that a run does not wait for, and how many times as old as the wait is long. */
const HOPELESS_MS = 600_000;
const HOPELESS = 10;

/**
 * Whether waiting makes no sense: what has been open for so long will hardly end while this run waits. Pure.
 * @param ageMs age of the transaction in the way, in ms
 * @param waitMs how long the run waits in all, in ms
 */
export const isHopeless = (ageMs: number | undefined, waitMs: number): boolean =>
  ageMs !== undefined && ageMs >= Math.max(HOPELESS_MS, HOPELESS * waitMs);
