import type { Connect } from '../database/connect.js';
import type { Session } from '../database/session.js';

/** What a run keeps of its sessions. */
interface Keeping {
  keptOpen: Session | undefined;
}

/** Takes over the session that an earlier look has left open; undefined where there is none. Whoever takes it closes it. */
export function takeKept(run: Keeping): Session | undefined {
  const kept = run.keptOpen;
  run.keptOpen = undefined;
  return kept;
}

export async function closeKept(run: Keeping): Promise<void> {
  await takeKept(run)?.close();
}

/**
 * Lets the session of the look go on as the one that changes the database: what it has read stands in its backend's caches, and a new one
 * would read it all again. Where it is gone, or behind a pooler, a new one is opened as ever.
 */
export function goingOnWithKept(run: Keeping, connect: Connect): Connect {
  return async (...part) => {
    const kept = part[0] === 'worker' ? takeKept(run) : undefined;
    return (kept && (await asWorker(kept))) ?? connect(...part);
  };
}

/** The watch tells the worker's backend by its name, in which nothing follows the run's own. */
async function asWorker(session: Session): Promise<Session | undefined> {
  try {
    if (session.ownPid !== undefined) {
      await session.rows(
        `SELECT set_config('application_name', regexp_replace(current_setting('application_name'), ' look$', ''), false)`,
      );
      return session;
    }
  } catch {
    // A new session tells better what is wrong.
  }
  await session.close();
  return undefined;
}
