import type { MakeWait, Wait } from './await-answer.js';
import { askOverFreshConnection } from './liveness.js';
import type { Liveness, Working } from './backend-state.js';
import {
  ConnectionLost,
  NoProgress,
  SilentWhileLooking,
  STANDBY_MISSING,
  StandbyMissing,
  type Session,
} from './session.js';

/** After how long, in ms, without an answer it is asked from beside what keeps it. With that question it makes less than 10 s. */
const UNANSWERED_MS = 4000;
/** How often it is asked again, in ms. Each time takes a connection of its own. */
const AGAIN_MS = 5000;
/** How long, in ms, the process that serves a session may show no sign of progress: at a query, and at a statement such as CREATE DATABASE. */
const NO_PROGRESS_MS = { rows: 300_000, statement: 600_000 };

/** How long, in ms, a standby may take to confirm. */
const STANDBY_MS = 60_000;

/**
 * How a session waits that has no other session beside it: it gives up within 10 s where the server has fallen silent, and goes on
 * for as long as the server is seen to be at work.
 * @param connect opens one more session, which has limits of its own
 */
export function lookWait({ ownPid }: Pick<Session, 'ownPid'>, connect: () => Promise<Session>): MakeWait {
  return (kind) => {
    const sightings = new Sightings();
    return {
      firstMs: UNANSWERED_MS,
      everyMs: AGAIN_MS,
      askBeside: () => askOverFreshConnection(connect, ownPid),
      judge: (seen) => {
        const isGone = sightings.isGone(seen);
        if (seen.kind === 'silent') return new SilentWhileLooking(`the server has stopped answering (${seen.reason})`);
        if (seen.kind === 'gone') return isGone ? new ConnectionLost(seen.reason) : undefined;
        const withoutMs = sightings.withoutMs(seen);
        if (seen.waitsFor === 'SyncRep' && withoutMs >= STANDBY_MS) return new StandbyMissing(STANDBY_MISSING);
        return withoutMs < NO_PROGRESS_MS[kind] ? undefined : new NoProgress(noProgress(seen, withoutMs));
      },
    };
  };
}

/** How a session waits of which every answer takes a moment: not for long. */
export function briefWait(milliseconds: number): () => Wait {
  const silent: Liveness = { kind: 'silent', reason: `no answer within ${milliseconds / 1000} s` };
  return () => ({
    firstMs: milliseconds,
    everyMs: milliseconds,
    askBeside: () => Promise.resolve(silent),
    judge: () => new SilentWhileLooking(silent.reason),
  });
}

/** What was seen of the process that serves a session, one look after the other. */
export class Sightings {
  private goneInARow = 0;
  private sign: string | undefined = '';
  private since = Date.now();

  /** Whether it is certain by now that it is gone: at the first look a large answer may still be on its way. */
  isGone({ kind }: Liveness): boolean {
    this.goneInARow = kind === 'gone' ? this.goneInARow + 1 : 0;
    return this.goneInARow > 1;
  }

  /** For how long, in ms, it has shown no other sign than this. */
  withoutMs({ sign }: Working): number {
    if (sign !== this.sign) [this.sign, this.since] = [sign, Date.now()];
    return Date.now() - this.since;
  }
}

/** What a process was last seen at, for messages. */
export function noProgress({ waitsFor }: Working, withoutMs: number): string {
  return `the process that serves this session has shown no progress for ${Math.round(withoutMs / 1000)} s${waitsFor === null ? '' : ` (it waits for ${waitsFor})`}`;
}
