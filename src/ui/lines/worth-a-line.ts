import type { WaitNotice } from '../../database/run-wait.js';

/** How long, in ms, until the same wait is reported again: there is an attempt every second or so. */
const SAME_AGAIN_MS = 15_000;

/**
 * Tells which of many reports of a wait are worth a line where lines stay: the first of each set of processes in the way, and one
 * now and then. A log of a long wait is read as a whole, and a screen reader reads out each line.
 */
export function worthALine(): (notice: WaitNotice) => boolean {
  const reportedAt = new Map<string, number>();
  return ({ waitsFor, blockers = [] }) => {
    const pids = blockers.map(({ pid }) => `${pid}`).sort();
    const who = pids.length > 0 ? pids.join() : waitsFor;
    if (Date.now() - (reportedAt.get(who) ?? -Infinity) < SAME_AGAIN_MS) return false;
    reportedAt.set(who, Date.now());
    return true;
  };
}
