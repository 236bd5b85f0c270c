import type { Finding } from '../inspection/findings.js';
import type { Listener, Removed } from '../engine/progress.js';
import type { Known } from './first-look.js';

/** Has a run's outcome tell what it removed and noted on the way, however it ends. */
export function collecting(known: Known, on: Listener): Listener {
  return (progress) => {
    if (progress.phase === 'removed') {
      const { kind, name, reason } = progress;
      Object.assign(known, { removed: [...(known.removed ?? []), { kind, name, reason } satisfies Removed] });
    } else if (progress.phase === 'noted') {
      note(known, progress.finding);
    }
    on(progress);
  };
}

/** Adds a finding to what an outcome tells besides those of the database. */
export function note(known: Known, ...findings: readonly Finding[]): void {
  Object.assign(known, { noted: [...(known.noted ?? []), ...findings] });
}
