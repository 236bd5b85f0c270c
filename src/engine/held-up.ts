/** What the attempts of a run came to. */
export interface Attempts {
  /** How often the locks were tried for: 1 where nobody was in the way. */
  readonly attempts: number;
  /** For how long, in ms, a write of YokeFlow's may have waited for one attempt, and for all of them. */
  readonly heldUpMs: { readonly longest: number; readonly sum: number };
}

/** Keeps account of how long a run has held others up: from the first lock that it asks for to the end of the transaction. */
export class HeldUp {
  private failed = 0;
  private longestMs = 0;
  private endedMs = 0;
  private since: number | undefined;

  /** The first lock is asked for: from now on others may be queued behind it. */
  begin(): void {
    this.since ??= performance.now();
  }

  /** The transaction is over, and with it its locks. */
  end(): void {
    const { since } = this;
    if (since === undefined) return;
    const took = performance.now() - since;
    this.since = undefined;
    this.endedMs += took;
    this.longestMs = Math.max(this.longestMs, took);
  }

  /** Counts an attempt that has to be made again. */
  fail(): void {
    this.failed++;
  }

  /** In all, in ms. */
  get sumMs(): number {
    return this.endedMs + this.currentMs;
  }

  /** As of now; undefined where no lock was asked for yet. */
  get attempts(): Attempts | undefined {
    if (this.sumMs === 0) return undefined;
    const longest = Math.max(this.longestMs, this.currentMs);
    return {
      attempts: this.failed + 1,
      heldUpMs: { longest: Math.round(longest), sum: Math.round(this.sumMs) },
    };
  }

  private get currentMs(): number {
    return this.since === undefined ? 0 : performance.now() - this.since;
  }
}
