import type { Deadline } from '../machine/deadline.js';
import type { Blocker } from './blockers.js';

export interface WaitNotice {
  readonly waitsFor: 'lock' | 'server' | 'standby' | 'process' | 'commit';
  readonly reason: string;
  /** Who is known to be in the way. */
  readonly blockers?: readonly Blocker[];
}

/** What waits belong to: the run's one deadline, and whoever is told of them. */
export interface RunWait {
  readonly deadline: Deadline;
  readonly on: (wait: { readonly phase: 'waiting' } & WaitNotice) => void;
}

/** A wait for something that may go on again, which gives back to the run what it took of its deadline. */
export class PassingWait {
  private hasBegunIt = false;

  constructor(private readonly run: RunWait) {}

  /**
   * Tells what is waited for, which begins the run's deadline.
   * @param forMs for how long it has been waited for already, in ms
   * @returns whether the deadline is over
   */
  isOver(waiting: WaitNotice, forMs: number): boolean {
    const { deadline, on } = this.run;
    this.hasBegunIt ||= !deadline.hasBegun;
    deadline.begin(forMs);
    on({ phase: 'waiting', ...waiting });
    return deadline.isOver;
  }

  /** It goes on: what was waited for no longer counts, unless the deadline had begun by something else. */
  goesOn(): void {
    if (this.hasBegunIt) this.run.deadline.renew();
    this.hasBegunIt = false;
  }
}
