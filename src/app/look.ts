import { dumpRole } from '../backup/plan.js';
import type { Session } from '../database/session.js';
import type { Outcome } from './outcome.js';
import { failure } from './outcome.js';
import { inspect, type Inspection } from '../inspection/inspect.js';
import { LOCK_TIMEOUT_MS, withLockTimeout } from '../inspection/lock-timeout.js';
import { refusal } from '../inspection/preflight.js';
import { locate, wantedRelease } from './locate.js';
import type { Settings } from '../cli/settings.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import { tellFound } from '../ui/events/found.js';
import { tellIfSlow } from './slow.js';

/** Finds and inspects the database for a command that changes nothing, and leaves the rest to `then`. */
export async function lookAt(
  command: string,
  settings: Settings,
  terminal: Terminal,
  then: (session: Session, inspection: Inspection) => Promise<Pick<Outcome, 'result' | 'exitCode'> & Partial<Outcome>>,
): Promise<Outcome> {
  const known: { command: string } & Partial<Outcome> = { command };
  try {
    const release = wantedRelease(settings);
    const { target, connect } = await locate(settings, terminal);
    Object.assign(known, { target });
    const session = await connect();
    try {
      const inspection = await tellIfSlow(terminal, 'Looking at the database', () =>
        withLockTimeout(session, LOCK_TIMEOUT_MS, () =>
          inspect(session, release, { schema: settings.schema, dumpRole: dumpRole(target) }),
        ),
      );
      Object.assign(known, { inspection });
      await tellFound(terminal, target, inspection);
      const refused = refusal(inspection);
      if (refused) return failure(refused, known);
      return { ...known, ...(await then(session, inspection)) };
    } finally {
      await session.close();
    }
  } catch (error) {
    return failure(error, known);
  }
}
