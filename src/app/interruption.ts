import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import type { Listener } from '../engine/progress.js';
import type { Cancelling } from './events.js';
import type { Run } from './run.js';
import type { Why } from './stops.js';

type Stage = 'reversible' | 'labels committed' | 'committing' | 'committed';

/** What the first stop is answered with, at once. */
const answer: Record<Stage, Cancelling> = {
  reversible: 'rolling back',
  'labels committed': 'rolling back',
  committing: 'committing',
  committed: 'committed',
};

/**
 * Runs a change of the database so that it can be cancelled while it can be rolled back. The first stop does that;
 * a second one leaves at once and tells what to type next.
 * @param work is given the signal to heed, and what its listener has to be wrapped in, so that its stage is known
 * @throws {UpgradeError} YF701 after a second stop, and whatever `work` throws
 */
export function interruptible<T>(
  run: Pick<Run, 'cancellable'>,
  work: (signal: AbortSignal, follow: (on: Listener) => Listener) => Promise<T>,
): Promise<T> {
  let stage: Stage = 'reversible';
  const follow =
    (on: Listener): Listener =>
    (progress) => {
      if (progress.phase === 'labels' || progress.phase === 'labels ahead') stage = 'labels committed';
      if (progress.phase === 'commit') stage = 'committing';
      if (progress.phase === 'verify') stage = 'committed';
      on(progress);
    };
  return run.cancellable(
    () => answer[stage],
    (why) => cancelledAtOnce(stage, why),
    (signal) => work(signal, follow),
    { changes: true },
  );
}
function cancelledAtOnce(stage: Stage, why: Why): UpgradeError {
  if (stage === 'committed') return cancelledAfterCommit();
  const committing = stage === 'committing';
  const late = why === 'no end in time';
  return new UpgradeError({
    // A COMMIT cannot be cancelled, and its result is not known yet.
    code: committing && late ? 'YF504' : 'YF701',
    exitCode: committing && late ? ExitCode.unknownOutcome : ExitCode.cancelled,
    message: `${late ? 'Left without an answer from the server' : 'Left at once'}, ${committing ? 'in the middle of COMMIT or after it.' : `without waiting for the end. ${rolledBack[stage]}`}`,
    remedy: ['To see where the database is, run: ', own('status')],
    changed: committing ? 'unknown' : false,
    ...(stage === 'labels committed' && { leftBehind: ['new enum labels'] }),
  });
}

function cancelledAfterCommit(): UpgradeError {
  return new UpgradeError({
    code: 'YF701',
    exitCode: ExitCode.cancelled,
    message: 'Left at once, after the change was committed and before it was looked at once more.',
    remedy: ['To run every check, run: ', own('verify')],
    changed: true,
  });
}

/** What happens to work whose COMMIT was not sent. */
const rolledBack: Record<Exclude<Stage, 'committing' | 'committed'>, string> = {
  reversible: 'Nothing was committed: PostgreSQL rolls it back by itself.',
  'labels committed': 'At most the new enum labels were committed: PostgreSQL rolls back the rest by itself.',
};
