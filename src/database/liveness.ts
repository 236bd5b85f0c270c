import type { Liveness, Working } from './backend-state.js';
import { within } from './reachable.js';
import { UpgradeError } from '../errors/error.js';
import { DatabaseError, type Session } from './session.js';

const unseen: Working = { kind: 'working', sign: undefined, waitType: null, waitsFor: null };

/** How long, in ms, a second connection may take to tell what became of the first. */
const BESIDE_MS = 5000;
/** A statement that was sent is begun within this many ms, or it has not arrived. */
const ARRIVED_S = 2;

/**
 * What a server shows of one of its processes. A role sees that of its own sessions ("The Cumulative Statistics System").
 * @param pid undefined behind a pooler: all that can be seen then is whether anybody answers
 * @throws {DatabaseError | ConnectionLost}
 */
export async function livenessOf(session: Session, pid: number | undefined): Promise<Liveness> {
  if (pid === undefined) {
    await session.rows('SELECT 1 AS here');
    return unseen;
  }
  const [seen] = await session.rows<{ idle: boolean; type: string | null; event: string | null; sign: string }>(`
    SELECT a.state LIKE 'idle%' AND clock_timestamp() - a.state_change > interval '${ARRIVED_S} s' AS idle, a.wait_event_type AS type, a.wait_event AS event,
           concat_ws('|', a.state, a.wait_event_type, a.wait_event, a.query_start, a.xact_start,
             (SELECT string_agg(p::text, ';') FROM pg_stat_progress_create_index p WHERE p.pid = a.pid),
             (SELECT string_agg(p::text, ';') FROM pg_stat_progress_analyze p WHERE p.pid = a.pid)) AS sign
      FROM pg_stat_activity a WHERE a.pid = ${pid}`);
  if (seen === undefined) return { kind: 'gone', reason: 'the server has ended this session' };
  if (seen.idle)
    return {
      kind: 'gone',
      reason: 'the server waits for a statement that was sent: the connection swallows what goes through it',
    };
  return { kind: 'working', sign: seen.sign, waitType: seen.type, waitsFor: seen.event };
}

/** Asks over a connection of its own. Never throws, and has an answer within a few seconds. */
export async function askOverFreshConnection(
  connect: () => Promise<Session>,
  pid: number | undefined,
): Promise<Liveness> {
  const look = connect().then(async (session) => {
    try {
      return await livenessOf(session, pid);
    } finally {
      await session.close();
    }
  });
  look.catch(() => undefined);
  try {
    return await within(BESIDE_MS, look);
  } catch (error) {
    // A refusal, for too many connections say, is an answer.
    if (isRefusal(error)) return unseen;
    // A pooler may let nobody through but the very session that is asked about.
    if (pid === undefined && !(error instanceof UpgradeError && error.code !== 'YF223')) return unseen;
    return {
      kind: 'silent',
      reason:
        error instanceof Error
          ? [error.message, ...(error instanceof UpgradeError ? error.found : [])].join(' ')
          : String(error),
    };
  }
}

/** What an attempt to connect comes to where no PostgreSQL answers. Every other code is an answer: too many connections, a wrong password. */
const noAnswer: ReadonlySet<string> = new Set(['YF202', 'YF203', 'YF204', 'YF222', 'YF223']);

/** Whether an attempt to connect shows that a PostgreSQL answers, even if it says no. */
export function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseError || (error instanceof UpgradeError && !noAnswer.has(error.code));
}
