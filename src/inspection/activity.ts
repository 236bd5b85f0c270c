import { quoteIdentifier } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { visible } from '../inert/visible.js';
import { actAsOwner } from '../planning/transaction-settings.js';

export interface RunningSession {
  readonly project: string;
  readonly number: number;
  readonly type: string;
}

/**
 * The agent sessions that are at work: running, with a heartbeat younger than YokeFlow's own limits of 35
 * minutes (initializer), 15 (coding) and 10 (review). An older one it calls stale itself.
 * Ask it as the last of a transaction, which acts as the tables' owner from then on.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function runningSessions(session: Session, snapshot: Snapshot): Promise<RunningSession[]> {
  const { schema } = snapshot;
  // A member of the owner's role may be allowed to act as the owner, and not to read by itself (NOINHERIT).
  for (const statement of actAsOwner(snapshot)) await session.execute(statement);
  const table = (name: string) => `${quoteIdentifier(schema)}.${name}`;
  // format() writes a value as its type does; a cast, and a conversion to JSON, may be a function of the type's owner.
  const text = (column: string) => `format('%s', ${column})`;
  const time = (column: string) => `NULLIF(${text(column)}, '')::timestamptz`;
  const rows = await session.rows<RunningSession>(`
    SELECT ${text('p.name')} AS project, ${text('s.session_number')}::integer AS number, ${text('s.type')} AS type
      FROM ${table('sessions')} s JOIN ${table('projects')} p ON ${text('p.id')} = ${text('s.project_id')}
     WHERE ${text('s.status')} = 'running'
       AND COALESCE(${['s.last_heartbeat', 's.started_at', 's.created_at'].map(time).join(', ')}) >
           now() - CASE ${text('s.type')} WHEN 'initializer' THEN interval '35 min' WHEN 'coding' THEN interval '15 min' ELSE interval '10 min' END
     ORDER BY 1, 2`);
  // Agents name their projects.
  return rows.map(({ project, number, type }) => ({ project: visible(project), number, type: visible(type) }));
}

/**
 * The refusal where nobody can be asked: agents would meet locks and changed functions while they work.
 * @param count how many there are, where they are not to be named
 */
export function stillRunning(sessions: readonly RunningSession[], count = sessions.length): UpgradeError {
  return new UpgradeError({
    code: 'YF311',
    message: `${count === 1 ? 'An agent session is' : `${count} agent sessions are`} running.`,
    found: sessions.map(({ project, number, type }) => `${project}: session ${number} (${type})`),
    remedy: 'Let them finish or stop them in YokeFlow, then run this again. To go on all the same: --while-running',
  });
}
