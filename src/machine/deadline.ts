/** A shorter attempt at a lock, in ms, would be none. */
const LEAST_LOCK_MS = 100;

/**
 * The one end of all waiting in a run: it begins with the first wait, whatever is waited for, and `--wait` says how long
 * it lasts.
 */
export class Deadline {
  private until: number | undefined;

  /** @param waitMs how long a run waits in all, in ms */
  constructor(readonly waitMs: number) {}

  /**
   * Says that the run is waiting. The first time begins the clock.
   * @param forMs for how long it has been waiting already, in ms
   */
  begin(forMs = 0): void {
    this.until ??= Date.now() - forMs + this.waitMs;
  }

  /** What is left of the wait, in ms; all of it where nothing has been waited for yet. */
  get remainingMs(): number {
    return this.until === undefined ? this.waitMs : Math.max(0, this.until - Date.now());
  }

  get hasBegun(): boolean {
    return this.until !== undefined;
  }

  /** Whether the wait has begun and is over. */
  get isOver(): boolean {
    return this.until !== undefined && Date.now() >= this.until;
  }

  /**
   * How long one attempt at a lock may wait, in ms: no longer than the run does. Where it does not wait at all (`--wait 0`), the one
   * attempt has its time.
   */
  lockTimeoutMs(wantedMs: number): number {
    if (this.waitMs === 0) return wantedMs;
    return Math.min(wantedMs, Math.max(LEAST_LOCK_MS, this.remainingMs));
  }

  /** What was waited for before no longer counts: the user was asked and has answered, or a server that was silent goes on. */
  renew(): void {
    this.until = undefined;
  }
}
