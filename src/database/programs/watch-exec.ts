import { EngineSilent } from '../container/engine-silent.js';
import type { ContainerExec, ContainerHost } from '../container/host.js';

/** How often a silent exec is asked after, in ms: a half-open connection to a remote engine reports nothing by itself. */
const WATCHDOG_MS = 5000;

const OVER = 'it is over';

/** Watches a program in a container that may fall silent. */
export interface ExecWatchdog {
  /** To be called whenever the program writes. */
  heard(): void;
  stop(): void;
  /** Why it was let go of; undefined while it was not, and where it is simply over. */
  because(): string | undefined;
}

/** Lets go of a program once nothing more can come: it is over, the container is paused, or the engine does not answer. */
export function watchExec(exec: ContainerExec, host: ContainerHost, container: string): ExecWatchdog {
  let silent = 0;
  let because: string | undefined;
  let last: string | undefined;
  const timer = setInterval(() => {
    if (++silent < 2) return;
    void whyNothingComes(exec, host, container).then((why) => {
      const again = why !== undefined && why === last;
      last = why;
      // One slow answer of an engine is no silence.
      if (why === undefined || silent < 2 || (why !== OVER && !again)) return;
      if (why !== OVER) because = why;
      exec.abandon();
    });
  }, WATCHDOG_MS);
  timer.unref();
  return {
    heard: () => {
      silent = 0;
    },
    stop: () => clearInterval(timer),
    because: () => because,
  };
}

/** Why a silent exec will not say anything more; undefined where it may yet. */
async function whyNothingComes(
  exec: ContainerExec,
  host: ContainerHost,
  container: string,
): Promise<string | undefined> {
  try {
    if (!(await exec.isRunning())) return OVER;
    return (await host.inspect(container))?.State.Paused ? 'the container is paused' : undefined;
  } catch (error) {
    // Else the engine or the container is gone: it does not run.
    return error instanceof EngineSilent ? error.message : OVER;
  }
}
