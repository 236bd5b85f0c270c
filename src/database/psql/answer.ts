import { DatabaseError } from '../session.js';

/** What psql said between two markers. */
export interface Answer {
  readonly output: string;
  readonly error: DatabaseError | undefined;
  /** What has come after it. */
  readonly rest: { readonly stdout: string; readonly stderr: string };
}

/** A variable of psql's, for whether a statement of the message has failed. */
const FAILED = 'yokeflow_upgrade_failed';

/** What psql prints behind the answer to a statement of a message. */
export const markerOf = (message: string, index: number): string => `${message}-${index}`;

/** What psql prints behind a message, whatever came of it. */
export const lastMarkerOf = (message: string): string => `${message}-last`;

/**
 * What to type for a message: its statements, each with marks after it by which its end and its outcome can be told apart from its
 * output. Once one has failed, psql passes over the rest.
 * SQLSTATE is of the last statement; LAST_ERROR_MESSAGE stays from the last one that failed.
 * Source: psql's documentation, "Variables", and "\\if".
 */
export function question(statements: readonly string[], message: string): string {
  const parts = statements.map((statement, index) => {
    const marker = markerOf(message, index);
    const asked = [
      // A semicolon of its own would end the statement early, and the empty one after it would reset SQLSTATE.
      statement.replace(/[;\s]+$/, ''),
      ';',
      `\\echo ${marker} state :SQLSTATE`,
      `\\echo :LAST_ERROR_MESSAGE`,
      `\\echo ${marker} end`,
      `\\warn ${marker} end`,
    ];
    if (statements.length === 1) return asked;
    const watched = [...asked, '\\if :ERROR', `\\set ${FAILED} true`, '\\endif'];
    return index === 0 ? [`\\set ${FAILED} false`, ...watched] : [`\\if :${FAILED}`, '\\else', ...watched, '\\endif'];
  });
  const last = lastMarkerOf(message);
  return [...parts.flat(), ...(statements.length === 1 ? [] : [`\\echo ${last}`, `\\warn ${last}`]), ''].join('\n');
}

/** Takes one answer out of what has come so far, or undefined where it is not complete yet. Pure. */
export function parseAnswer(stdout: string, stderr: string, marker: string): Answer | undefined {
  const end = `${marker} end\n`;
  const outEnd = stdout.indexOf(end);
  // psql before 13 does not know \warn and says so, in its own language: as good a sign, and such a server is
  // to be refused in words, not left waiting.
  const errEnd = new RegExp(`${marker} end\n|\\\\warn`).exec(stderr);
  if (outEnd === -1 || errEnd === null) return undefined;

  const rest = { stdout: stdout.slice(outEnd + end.length), stderr: stderr.slice(errEnd.index + errEnd[0].length) };
  const stateMarker = `${marker} state `;
  const stateAt = stdout.indexOf(stateMarker);
  const output = stdout.slice(0, stateAt);
  const [state = '', ...message] = stdout.slice(stateAt + stateMarker.length, outEnd).split('\n');
  const sqlState = state.trim();
  if (sqlState === '00000') return { output, error: undefined, rest };

  const said = stderr.slice(0, errEnd.index);
  return {
    output,
    error: new DatabaseError(message.join('\n').trim(), sqlState, field(said, 'DETAIL'), field(said, 'HINT')),
    rest,
  };
}

/** Whether the last mark behind a message has come, on both channels. Pure. */
export function isOver(stdout: string, stderr: string, message: string): boolean {
  const last = `${lastMarkerOf(message)}\n`;
  return stdout.includes(last) && (stderr.includes(last) || stderr.includes('\\warn'));
}

/** psql has variables for code and message only; the other fields are read from what it prints. */
function field(stderr: string, name: 'DETAIL' | 'HINT'): string | undefined {
  return new RegExp(`^${name}:  (.*)$`, 'm').exec(stderr)?.[1];
}
