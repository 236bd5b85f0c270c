import type { UpgradeError } from '../errors/error.js';

/** Why the run no longer waits for its work: a second stop came, or the work did not end in time after the first. */
export type Why = 'second signal' | 'no end in time';

/** How long, in ms, work may take to end in order after a stop. A server that does not answer would hold it for ever. */
const LEAVE_MS = 4500;
/** The last part of `maxTime` is kept for ending in order: this share of it, and at most so many ms. */
const LEAVING = { part: 0.3, mostMs: 4000 };

/** What may end a run before it has come to its end. */
export interface StopSignals {
  /** Ends it in order: rolls back what can be rolled back. */
  readonly signal?: AbortSignal | undefined;
  /** Ends it at once, without waiting for that. */
  readonly abandon?: AbortSignal | undefined;
  /** Rejects with an error that nothing caught during the run; the run then fails with it. */
  readonly broken?: Promise<never> | undefined;
}

/** How one run is left. Nothing of it is shared with another run. */
export class Stops {
  private readonly cancelling = new AbortController();
  private readonly abandoning = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly release: (() => void)[] = [];
  /** Those who react to a stop; only the last one is called. */
  private readonly listeners: ((stop: 'cancel' | 'abandon') => void)[] = [];
  /** Makes the error for leaving after the run may have changed something: "nothing changed" would be wrong then. */
  private afterChange: (() => UpgradeError) | undefined;
  private timeOver = false;

  constructor(private readonly from: StopSignals = {}) {
    const { signal, abandon } = from;
    this.follow(signal, () => this.cancel());
    this.follow(abandon, () => this.abandon());
  }

  /** Aborted as soon as the run is to end in order. */
  get signal(): AbortSignal {
    return this.cancelling.signal;
  }

  /** Whether the run may have changed something. */
  get mayHaveChanged(): boolean {
    return this.afterChange !== undefined;
  }

  /** Whether it was `maxTime` that ended the run. */
  get timeIsOver(): boolean {
    return this.timeOver;
  }

  /**
   * Ends the run so that it is over when the time is.
   * @param leftMs what is left for it, in ms
   * @param wholeMs the time it was given in all, in ms
   */
  endAfter(leftMs: number, wholeMs: number): void {
    const leave = (stop: () => void) => () => {
      this.timeOver = true;
      stop();
    };
    const orderly = leave(() => this.cancel());
    const atOnce = leave(() => (this.signal.aborted ? this.abandon() : this.cancel()));
    this.after(leftMs - Math.min(LEAVING.mostMs, wholeMs * LEAVING.part), orderly);
    this.after(leftMs, atOnce);
  }

  /**
   * Runs a whole command. A stop ends it at once, unless {@link cancellable} work is going on.
   * @param leave makes the error that it then ends with, as long as nothing may have changed
   */
  leavable<T>(leave: () => UpgradeError, work: () => Promise<T>): Promise<T> {
    const left = new Promise<never>((_, reject) => {
      this.listeners.push(() => reject((this.afterChange ?? leave)()));
      if (this.signal.aborted) reject(leave());
    });
    const { broken } = this.from;
    return Promise.race([this.signal.aborted ? left : work(), left, ...(broken ? [broken] : [])]).finally(() =>
      this.forget(),
    );
  }

  /**
   * Runs work that must end in order: it listens to {@link signal}, rolls back and reports that. A second stop ends the
   * wait for it at once, and without one the wait ends after a few seconds.
   * @param onFirst called once, at the first stop
   * @param leaveAtOnce makes the error that the work then ends in
   * @param changes whether the work changes the database: then a stop that comes after it, while the command looks at what came of
   *        it, ends the command in what `leaveAtOnce` makes
   */
  cancellable<T>(
    onFirst: () => void,
    leaveAtOnce: (why: Why) => UpgradeError,
    work: (signal: AbortSignal) => Promise<T>,
    { changes = false } = {},
  ): Promise<T> {
    this.signal.throwIfAborted();
    if (changes) this.afterChange = () => leaveAtOnce('second signal');
    let late: NodeJS.Timeout | undefined;
    let listener: (stop: 'cancel' | 'abandon') => void = () => undefined;
    const left = new Promise<never>((_, reject) => {
      listener = (stop) => {
        if (stop === 'abandon') return reject(leaveAtOnce('second signal'));
        onFirst();
        late = setTimeout(() => reject(leaveAtOnce('no end in time')), LEAVE_MS);
      };
    });
    this.listeners.push(listener);
    return Promise.race([work(this.signal), left]).finally(() => {
      clearTimeout(late);
      this.listeners.splice(this.listeners.lastIndexOf(listener), 1);
    });
  }

  private cancel(): void {
    if (this.signal.aborted) return;
    // The listener answers the stop before the aborted work ends.
    this.listeners.at(-1)?.('cancel');
    this.cancelling.abort();
  }

  private abandon(): void {
    if (this.abandoning.signal.aborted) return;
    this.abandoning.abort();
    this.listeners.at(-1)?.('abandon');
    this.cancelling.abort();
  }

  private follow(signal: AbortSignal | undefined, onAbort: () => void): void {
    if (signal?.aborted) this.cancelling.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.release.push(() => signal?.removeEventListener('abort', onAbort));
  }

  private after(milliseconds: number, stop: () => void): void {
    this.timers.push(setTimeout(stop, Math.max(0, milliseconds)).unref());
  }

  private forget(): void {
    for (const timer of this.timers) clearTimeout(timer);
    for (const release of this.release) release();
    this.listeners.length = 0;
  }
}
