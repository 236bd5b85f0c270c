import type { Emit, RunEvent } from '../app/events.js';
import type { Phase } from '../app/phases.js';
import type { Listener } from '../engine/progress.js';

type PhaseEvent = Extract<RunEvent, { kind: 'phases' | 'progress' | 'phases-over' }>;

/**
 * Hears a run whose phases are shown in one way, and all else in another.
 * @param show shows `work`, which goes through these phases, from its beginning to its end
 */
export function followPhases(
  show: (phases: readonly Phase[], work: (on: Listener) => Promise<void>) => Promise<void>,
  other: (event: Exclude<RunEvent, PhaseEvent>) => void,
): Emit {
  let view: PhaseView | undefined;
  return async (event) => {
    if (event.kind === 'progress') view?.on(event.progress);
    else if (event.kind === 'phases') view = await phaseView((work) => show(event.phases, work));
    else if (event.kind === 'phases-over') await view?.over(event.failed);
    else other(event);
  };
}

/** How far a run is, while it is shown. */
interface PhaseView {
  readonly on: Listener;
  /** Resolves once the last of it is shown. */
  over(failed: boolean): Promise<void>;
}

/**
 * Turns a view that shows a piece of work from beginning to end into one for work that runs elsewhere.
 * @param show shows `work` from its beginning to its end
 */
async function phaseView(show: (work: (on: Listener) => Promise<void>) => Promise<void>): Promise<PhaseView> {
  let end: (failed: boolean) => void = () => undefined;
  const work = new Promise<void>((resolve, reject) => {
    end = (failed) => (failed ? reject(new Error('the run failed, and says so itself')) : resolve());
  });
  work.catch(() => undefined);
  let listener: Listener = () => undefined;
  let shown: Promise<void> = Promise.resolve();
  await new Promise<void>((begun) => {
    shown = show((on) => {
      listener = on;
      begun();
      return work;
    })
      .catch(() => undefined)
      // Also where it could not begin: the run goes on unseen.
      .finally(begun);
  });
  return {
    on: listener,
    over: (failed) => {
      end(failed);
      return shown;
    },
  };
}
