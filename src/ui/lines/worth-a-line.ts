import type { Progress } from '../../engine/progress.js';

/** How long, in ms, who is in the way is worth no repetition: an attempt is made every second or so. */
const SAME_AGAIN_MS = 15_000;

/**
 * Tells which of many reports of a wait are worth a line where lines stay: the first of each set of processes in the way, and one
 * now and then. A log of a long wait is read as a whole, and a screen reader reads out each line.
 */
export function worthALine(): (waiting: Extract<Progress, { phase: 'waiting' }>) => boolean {
  const said = new Map<string, number>();
  return ({ reason }) => {
    // The same transaction is a second older each time.
    const who =
      reason
        .match(/\bpid \d+/g)
        ?.sort()
        .join() ?? reason.replace(/\d+/g, '');
    if (Date.now() - (said.get(who) ?? -Infinity) < SAME_AGAIN_MS) return false;
    said.set(who, Date.now());
    return true;
  };
}
