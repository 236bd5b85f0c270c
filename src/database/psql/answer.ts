import { DatabaseError } from '../session.js';

/** What psql said between two markers. */
export interface Answer {
  readonly output: string;
  readonly error: DatabaseError | undefined;
}

/**
 * What to type after a statement so that its end and its outcome can be told apart from its output.
 * SQLSTATE is of the last statement; LAST_ERROR_MESSAGE stays from the last one that failed.
 * Source: psql's documentation, "Variables".
 */
export function question(statement: string, marker: string): string {
  return [
    // A semicolon of its own would end the statement early, and the empty one after it would reset SQLSTATE.
    statement.replace(/[;\s]+$/, ''),
    ';',
    `\\echo ${marker} state :SQLSTATE`,
    `\\echo :LAST_ERROR_MESSAGE`,
    `\\echo ${marker} end`,
    `\\warn ${marker} end`,
    '',
  ].join('\n');
}

/** Takes one answer out of what has come so far, or undefined where it is not complete yet. Pure. */
export function parseAnswer(stdout: string, stderr: string, marker: string): Answer | undefined {
  const end = `${marker} end`;
  const outEnd = stdout.indexOf(end);
  // psql before 13 does not know \warn and says so, in its own language: as good a sign, and such a server is
  // to be refused in words, not left waiting.
  const errEnd = stderr.search(new RegExp(`${end}|\\\\warn`));
  if (outEnd === -1 || errEnd === -1) return undefined;

  const stateMarker = `${marker} state `;
  const stateAt = stdout.indexOf(stateMarker);
  const output = stdout.slice(0, stateAt);
  const [state = '', ...message] = stdout.slice(stateAt + stateMarker.length, outEnd).split('\n');
  const sqlState = state.trim();
  if (sqlState === '00000') return { output, error: undefined };

  const said = stderr.slice(0, errEnd);
  return {
    output,
    error: new DatabaseError(message.join('\n').trim(), sqlState, field(said, 'DETAIL'), field(said, 'HINT')),
  };
}

/** psql has variables for code and message only; the other fields are read from what it prints. */
function field(stderr: string, name: 'DETAIL' | 'HINT'): string | undefined {
  return new RegExp(`^${name}:  (.*)$`, 'm').exec(stderr)?.[1];
}
