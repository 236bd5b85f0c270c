import { join, say, type Redacted } from '../redaction/redacted.js';
import type { Redactor } from '../redaction/redactor.js';
import type { OpenDocker } from './docker.js';
import { knownForm, UNKNOWN_FORM } from './server-message.js';

const SHOWN_LINES = 200;
/** More are read, because not every line says something that is shown. */
const READ_LINES = 3 * SHOWN_LINES;

/**
 * The last lines of a container's log, running or stopped.
 * @throws the engine's own error, also for a container whose logging driver cannot be read
 */
export async function containerLog({ host, container }: OpenDocker, redactor: Redactor) {
  if (container === undefined) throw new Error('there is no container');
  return logFacts(await host.logs(container.Id, READ_LINES), redactor);
}

/** What begins a line: what log_line_prefix makes, then how serious it is. */
const record =
  /^(.{0,200}?)\b(DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|STATEMENT):\s{1,2}([^]*)$/;
/** What says more of the line before it, and holds values of rows where its form is not a known one. */
const more = /^(?:DETAIL|HINT|QUERY|CONTEXT|STATEMENT)$/;

/**
 * Of each line of a PostgreSQL server's log the time, how serious it is, the SQLSTATE where log_line_prefix has it, and the message
 * where it has a known form.
 */
export function logFacts(text: string, redactor: Redactor) {
  const lines: { shown: Redacted; times: number }[] = [];
  let leftOut = 0;
  // PostgreSQL begins the further lines of a message with a tab.
  for (const whole of text.replace(/\r?\n$/, '').split(/\r?\n(?!\t)/)) {
    const [, prefix = '', severity = '', message = whole] = record.exec(whole) ?? [];
    const form = formOf(severity, message, redactor);
    if (form === undefined && (severity === '' || more.test(severity))) {
      if (whole.trim() !== '') leftOut++;
      continue;
    }
    const [time] = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? [A-Z]{1,5}\b/.exec(prefix) ?? [];
    const [, state] = /\s((?=.*\d)[0-9A-Z]{5})\W*$/.exec(prefix.replace(/\[.*?\]/g, '')) ?? [];
    const begin = [severity && `${severity}: `, state ?? ''].filter(Boolean).map((word) => redactor.text(word));
    const what = join([...begin, form ?? UNKNOWN_FORM], ' ');
    const last = lines.at(-1);
    // Equal ones in a row are one line with their number.
    if (form === undefined && last?.shown.endsWith(what)) last.times++;
    else lines.push({ shown: time === undefined ? what : say`${redactor.text(time)} ${what}`, times: 1 });
  }
  const counted = lines.map(({ shown, times }) => (times === 1 ? shown : say`${shown} (${times} times)`));
  return {
    lines: counted.slice(-SHOWN_LINES),
    /** Whether there were more lines before these. */
    cut: counted.length > SHOWN_LINES,
    /** How many further lines (details, statements, what has no known form) were not taken in. */
    leftOut,
  };
}

/** Of where it happened, the line in a function is known, and the statement around it is not. */
function formOf(severity: string, message: string, redactor: Redactor): Redacted | undefined {
  const parts = severity === 'CONTEXT' ? message.split(/\n\t?/) : [message];
  return parts.map((part) => knownForm(part, redactor)).find((form) => form !== undefined);
}
