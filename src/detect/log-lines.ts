import { visible } from '../inert/visible.js';
import { redactText } from '../redaction/redact.js';

/** How many lines of a log a message has, and how long each may be. */
const LINES = 5;
const LONGEST = 200;

/** What says how a statement was written, or what stood in a row. */
const mayHoldRows = /\b(?:DETAIL|QUERY|CONTEXT|STATEMENT):\s/;

/**
 * The last lines of a container's log, for a message: without the passwords that are known, and inert. Statements and details are
 * left out, because they may hold what stands in rows. Pure.
 */
export function lastLogLines(log: string): string[] {
  return log
    .split(/\r?\n(?!\t)/)
    .filter((line) => line.trim() !== '' && !mayHoldRows.test(line))
    .slice(-LINES)
    .map((line) => visible(redactText(line.trim())))
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)} ...` : line));
}
