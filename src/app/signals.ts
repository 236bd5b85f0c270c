import type { UpgradeError } from '../errors/error.js';

/** What Ctrl-C, a service manager and a closed terminal send. */
const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

type Handler = () => void;

/** Signals are the process's, and so is this: who hears of the next one. The last entry does. */
const handlers: Handler[] = [];
const dispatch = () => handlers.at(-1)?.();

/** What leaving the command means after it may have changed something: "nothing changed" would be a lie. */
let afterChange: (() => UpgradeError) | undefined;

/** Whether the command has come to where it changes something. */
export const mayHaveChanged = (): boolean => afterChange !== undefined;

async function hearing<T>(handler: Handler, work: Promise<T>): Promise<T> {
  if (handlers.length === 0) for (const signal of signals) process.on(signal, dispatch);
  handlers.push(handler);
  try {
    return await work;
  } finally {
    handlers.splice(handlers.lastIndexOf(handler), 1);
    if (handlers.length === 0) for (const signal of signals) process.off(signal, dispatch);
  }
}

/**
 * Runs a command, which may be left at any moment where nothing else hears of signals: the first one ends it.
 * @param leave makes the error that it then ends in, unless it has gone through a change
 */
export function leavable<T>(leave: () => UpgradeError, work: () => Promise<T>): Promise<T> {
  afterChange = undefined;
  let handler: Handler = () => undefined;
  const left = new Promise<never>((_, reject) => {
    handler = () => reject((afterChange ?? leave)());
  });
  return hearing(handler, Promise.race([work(), left]));
}

/** How long, in ms, what a command came to may take to be written once a signal has come. */
const WRITE_MS = 2000;
/** How long, in ms, work that is told to end has to do so in order. A server that does not answer would hold it for ever. */
const LEAVE_MS = 4500;

/** To be called when there is nothing left but the outcome to write: it is written in spite of a signal, and then the process ends. */
export function onlyTheOutcomeIsLeft(): void {
  for (const signal of signals) process.once(signal, () => void setTimeout(() => process.exit(), WRITE_MS).unref());
}

/** Why work is not waited for any more: a second signal came, or it did not end in time after the first. */
export type Why = 'second signal' | 'no end in time';

/**
 * Runs work that has to be left in order: the first signal aborts it, so that it can roll back and say so; a second
 * one does not wait for that, and without one it is not waited for longer than a few seconds.
 * @param onFirst told once, when the first signal arrives
 * @param leaveAtOnce makes the error that the work then ends in
 * @param changes whether the work changes the database: then a signal that comes after it, while the command looks at
 *        what came of it, ends the command in what `leaveAtOnce` makes
 */
export function cancellable<T>(
  onFirst: () => void,
  leaveAtOnce: (why: Why) => UpgradeError,
  work: (signal: AbortSignal) => Promise<T>,
  { changes = false } = {},
): Promise<T> {
  if (changes) afterChange = () => leaveAtOnce('second signal');
  const controller = new AbortController();
  let handler: Handler = () => undefined;
  let late: NodeJS.Timeout | undefined;
  const left = new Promise<never>((_, reject) => {
    handler = () => {
      if (controller.signal.aborted) return reject(leaveAtOnce('second signal'));
      onFirst();
      controller.abort();
      late = setTimeout(() => reject(leaveAtOnce('no end in time')), LEAVE_MS);
    };
  });
  return hearing(handler, Promise.race([work(controller.signal), left])).finally(() => clearTimeout(late));
}

let timeOver = false;

/** Whether it was `--max-time` that ended the run. */
export const timeIsOver = (): boolean => timeOver;

/** Before its end, this part of --max-time is for leaving in order, and no more than so many ms. */
const LEAVING = { part: 0.3, mostMs: 4000 };

/**
 * Ends the run as a signal does, so that it is over when the time is.
 * @param milliseconds for the whole run, counted from the start of this process
 */
export function endAfter(milliseconds: number): void {
  const left = milliseconds - performance.now();
  const leave = () => {
    timeOver ||= handlers.length > 0;
    dispatch();
  };
  setTimeout(leave, Math.max(0, left - Math.min(LEAVING.mostMs, milliseconds * LEAVING.part))).unref();
  setTimeout(leave, Math.max(0, left)).unref();
}
