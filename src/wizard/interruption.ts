import { ExitCode, UpgradeError } from '../errors/error.js';
import type { Listener } from '../upgrade/progress.js';
import { cancellable } from './signals.js';

type Stage = 'reversible' | 'labels committed' | 'committing';

/** What the first signal is answered with, at once. */
const firstAnswer: Record<Stage, string> = {
  reversible: '  Cancelling: rolling back ...',
  'labels committed': '  Cancelling: rolling back ...',
  committing: '  Too late to cancel: it is being committed, or is already. Looking at what came of it ...',
};

/**
 * Runs a change of the database so that it can be cancelled while it can be rolled back. The first signal does that;
 * a second one leaves at once and tells what to type next.
 * @param work is given the signal to heed, and what its listener has to be wrapped in, so that its stage is known
 * @throws {UpgradeError} YF701 after a second signal, and whatever `work` throws
 */
export function interruptible<T>(say: (line: string) => void, work: (signal: AbortSignal, follow: (on: Listener) => Listener) => Promise<T>): Promise<T> {
  let stage: Stage = 'reversible';
  const follow = (on: Listener): Listener => (progress) => {
    if (progress.phase === 'labels') stage = 'labels committed';
    if (progress.phase === 'commit') stage = 'committing';
    on(progress);
  };
  return cancellable(() => say(firstAnswer[stage]), () => leftAtOnce(stage), (signal) => work(signal, follow), { changes: true });
}

function leftAtOnce(stage: Stage): UpgradeError {
  const committing = stage === 'committing';
  return new UpgradeError({
    code: 'YF701',
    exitCode: ExitCode.cancelled,
    message: committing
      ? 'Left at once, in the middle of COMMIT or after it.'
      : 'Left at once, without waiting for the end. Nothing was committed: PostgreSQL rolls it back by itself.',
    remedy: 'To see where the database is, run: yokeflow-upgrade status',
    changed: committing ? 'unknown' : false,
    ...(stage === 'labels committed' && { leftBehind: ['new enum labels'] }),
  });
}
