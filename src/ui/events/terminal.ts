import type { UpgradeError } from '../../errors/error.js';
import { inertJson } from '../../inert/json.js';
import { redactText } from '../../redaction/redact.js';
import { packageVersion } from '../../machine/package-info.js';
import { backupJson, errorJson } from '../text/json.js';
import type { Outcome } from '../../app/outcome.js';
import { processTerminal, type Terminal, type TerminalOptions } from '../terminal/terminal.js';
import { tellWarnings } from '../../cli/warnings.js';
import type { Event, Tell } from './event.js';

/** A terminal that tells events instead of talking. */
export interface EventTerminal extends Terminal {
  readonly tell: Tell;
}

/** In lines. */
const LONGEST_MESSAGE = 2;

/**
 * The terminal of `--events`: standard output as without it, standard error one JSON object a line for a program that
 * watches. Nobody is there to be asked. The first event is told at once.
 */
export function eventTerminal(command: string, options: TerminalOptions): EventTerminal {
  const tell = lineWriter();
  const say = (text: string) => {
    const lines = text.trim().split('\n');
    // A page is for people: what was found, each phase and the error are events of their own.
    if (lines.length > LONGEST_MESSAGE) return;
    const message = lines
      .join(' ')
      .replaceAll(/\s+/g, ' ')
      .replace(/^(-|ok:|note:) /, '');
    if (message !== '') tell({ event: 'message', text: message });
  };
  tell({ event: 'started', schemaVersion: 1, command, toolVersion: packageVersion(), processId: process.pid });
  tellWarnings(({ name, message }) => say(`${name}: ${message}`.split('\n')[0] ?? ''));
  const real = processTerminal(options);
  return {
    ...real,
    interactive: false,
    animated: false,
    talk: processTerminal({ color: false, plain: true }).talk,
    say,
    insist: say,
    tell,
  };
}

function lineWriter(): Tell {
  let ended = false;
  return ({ event, ...rest }: Event) => {
    // After a second Ctrl-C work may still go on for a moment.
    if (ended) return;
    ended = event === 'ended';
    const line = inertJson({ event, at: new Date().toISOString(), ...rest }, { change: redactText });
    process.stderr.write(`${line}\n`);
  };
}

export function tellError(error: UpgradeError, tell: Tell): void {
  tell({ event: 'error', ...errorJson(error) });
}

/** The last events of a run: its error, if there was one, and what it came to. */
export function tellEnd(outcome: Outcome, tell: Tell): void {
  if (outcome.error) tellError(outcome.error, tell);
  // Counted from the start of the process (Performance.now).
  tell({
    event: 'ended',
    result: outcome.result,
    exitCode: outcome.exitCode,
    durationMs: Math.round(performance.now()),
    backup: backupJson(outcome),
  });
}
